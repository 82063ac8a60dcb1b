"""Compressed Digital Links of before 2022, read at the resolver only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanning.codes import InvalidCode, compression, parse, resolve_path


@pytest.mark.parametrize(
    ("word", "pairs"),
    [
        # Written by digital-link.js 1.4.3 (npm), which nobody here wrote.
        ("ARFKk4XB0A", [("01", "09506000134376")]),
        ("ARFRJydaKCCNV4JG", [("01", "09520123456788"), ("10", "ABC123")]),
        ("CxFRJydaKI1XgkY", [("01", "09520123456788"), ("10", "ABC123")]),
        ("DBFRJydaKAowOQ", [("01", "09520123456788"), ("21", "12345")]),
        (
            "CxFRJydaKQsyfUXsSEmq83v",
            [("01", "09520123456788"), ("10", "LOT/1"), ("21", "abcdef")],
        ),
        (
            "ChFRJydaKIRUIMuP7H2ZCkb1bfd4",
            [
                ("01", "09520123456788"),
                ("22", "2A"),
                ("10", "x_Y-z"),
                ("21", "DEADBEEF"),
            ],
        ),
        ("LRFRJydaKAAYY", [("01", "09520123456788"), ("3103", "000195")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_of_another_writer_are_read(
    word: str, pairs: list[tuple[str, str]]
) -> None:
    assert compression.read(word) == pairs


def test_the_resolver_reads_one_and_leaves_its_attributes_out() -> None:
    assert resolve_path("/ARFKk4XB0A").key == "/01/09506000134376"
    assert resolve_path("/LRFRJydaKAAYY").key == "/01/09520123456788"


@pytest.mark.parametrize(
    "word",
    ["foo", "foobarfoobar", "GhFRJydaKMRep_jeAy", "ABeRcNGJhW4A", "ARFKk4XB0B",
     "ARFKk4XB", "robots.txt", "favicon.ico", "AAAAAAAAAA", "ARFRJydaKCCNV4JGAA"],
)  # fmt: skip
def test_anything_else_is_refused(word: str) -> None:
    with pytest.raises(InvalidCode):
        resolve_path(f"/{word}")


def test_a_phone_that_reads_such_an_address_is_not_led_by_it() -> None:
    assert parse("https://id.gs1.org/ARFKk4XB0A").kind == "text"


@given(st.from_regex("[A-Za-z0-9_-]{1,40}", fullmatch=True))
def test_no_word_makes_it_fail(word: str) -> None:
    try:
        pairs = compression.read(word)
    except InvalidCode:
        return
    assert "01" in dict(pairs)
