"""Which coding a reader takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.encodings import chosen


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("deflate", "identity"),
        ("gzip;q=0.8, br;q=0.2", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip ; q=0.5", "gzip"),
        ("gzip;q=0.5, identity", "identity"),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("identity;q=0, *", "br"),
        ("identity;q=0, gzip;q=0.001", "gzip"),
        ("gzip;q=2", "identity"),
        ("gzip;level=9", "identity"),
        (",,;q=1,gzip", "gzip"),
        # What is remembered is bounded.
        ("gzip" + " " * 500, "identity"),
    ],
)
def test_the_best_of_what_is_taken_is_sent(accepted: str, coding: str) -> None:
    assert chosen(accepted) == coding


@given(st.text(max_size=60))
def test_whatever_is_sent_gets_an_answer(accepted: str) -> None:
    assert chosen(accepted) in {"identity", "gzip", "br"}
