"""What is stored is read as far as it says something."""

from decimal import Decimal
from typing import Any

import pytest

from products import stored


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12.50", "12.50"), (3, "3"), ("-1", "-1"), ("0", "0"), ("1e999", None),
        ("NaN", None), ("x", None), ("", None), (True, None), (None, None), ({}, None),
        (10**15, None), ("1e-21", None), ("1" * 81, None), (1.5, None),
    ],
    ids=repr,
)  # fmt: skip
def test_a_number_is_read_or_is_none(value: Any, number: str | None) -> None:
    assert stored.number(value) == (None if number is None else Decimal(number))


def test_a_text_is_one_short_line() -> None:
    assert stored.text(" a \n b ") == "a b"
    assert stored.text("a" * 81) == "a" * 79 + "…"
    assert stored.text(None) == stored.text([]) == stored.text(True) == ""
    assert stored.text(2025) == "2025"


def test_what_is_no_whole_number_is_none() -> None:
    assert stored.whole("3.0") == 3
    assert stored.whole("3.5") is None


def test_only_objects_and_texts_of_a_list_are_read() -> None:
    assert stored.entries([{"a": 1}, "b", None]) == [{"a": 1}]
    assert stored.entries("b") == []
    assert stored.texts(["b", {"a": 1}]) == ["b"]
    assert stored.mapping([]) == {}


@pytest.mark.parametrize(
    ("value", "text"), [("10", "10"), ("10.00", "10"), ("0.0", "0"), ("1E+2", "100")]
)
def test_a_number_is_published_plainly(value: str, text: str) -> None:
    assert stored.plain(Decimal(value)) == text


def test_half_a_step_is_rounded_away_from_zero() -> None:
    step = Decimal("0.1")

    assert stored.rounded(Decimal("0.25"), step) == Decimal("0.3")
    assert stored.rounded(Decimal("-0.25"), step) == Decimal("-0.3")
    assert stored.rounded(Decimal(10) ** 15, step) is None
