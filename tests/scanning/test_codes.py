"""From what a scanner read to a product's key."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products import gtin
from scanning.codes import parse

VECTORS = Path(__file__).parent.parent / "vectors" / "consumer_codes.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text())["cases"]


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{at}-{case['group']}" for at, case in enumerate(CASES)]
)
def test_each_consumer_code_gives_its_kind_and_key(case: dict[str, Any]) -> None:
    parsed = parse(case["input"], case.get("hint"))

    expected = case["expect"]
    assert parsed.kind == expected["kind"]
    assert parsed.gtin14 == expected.get("gtin14")
    if "expected_check" in expected:
        assert parsed.expected_check == expected["expected_check"]


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert parse(text).raw == text


@given(st.from_regex(r"[0-9]{8}|[0-9]{12,14}", fullmatch=True))
def test_digits_give_a_product_only_with_their_check_digit(digits: str) -> None:
    parsed = parse(digits, "ean_13")

    if parsed.gtin14 is not None:
        assert parsed.gtin14 == digits.zfill(14)
        assert gtin.is_gtin(digits)


@given(st.from_regex(r"[0-9]{13}", fullmatch=True), st.integers(0, 12))
def test_one_wrong_digit_never_gives_another_product(body: str, at: int) -> None:
    right = body[:-1] + str(gtin.check_digit(body[:-1]))
    wrong = right[:at] + str((int(right[at]) + 1) % 10) + right[at + 1 :]

    assert parse(wrong).kind == "invalid"


def test_eight_digits_with_a_leading_zero_are_a_upc_e() -> None:
    assert parse("01234565").gtin14 == "00012345000065"


def test_an_ean_8_that_says_so_is_never_expanded() -> None:
    assert parse("12345670", "ean_8").gtin14 == "00000012345670"


@pytest.mark.parametrize("number", ["2012345678900", "0212345678909", "0412345678907"])
def test_an_in_store_number_is_never_looked_up(number: str) -> None:
    body = number[:-1]

    assert parse(body + str(gtin.check_digit(body))).kind == "rcn"


@pytest.mark.parametrize(
    ("body", "kind"), [("981234567890", "coupon"), ("980123456789", "refund_receipt")]
)
def test_a_coupon_is_no_product(body: str, kind: str) -> None:
    assert parse(body + str(gtin.check_digit(body))).kind == kind


@pytest.mark.parametrize(
    "link",
    [
        "https://flash.example/01/09520123456788",
        "HTTPS://FLASH.EXAMPLE/01/09520123456788",
        "http://127.0.0.1:8000/01/9520123456788/",
        "https://flash.example/deep/path/01/09520123456788?17=261231#top",
    ],
)
def test_a_digital_link_gives_its_product(link: str) -> None:
    assert parse(link).gtin14 == "09520123456788"


def test_a_digital_link_keeps_lot_and_serial_apart_from_the_key() -> None:
    parsed = parse("https://flash.example/01/09520123456788/10/A%2FB/21/s1")

    assert (parsed.gtin14, parsed.lot, parsed.serial) == ("09520123456788", "A/B", "s1")


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("https://flash.example/01/09520123456780", "check_digit"),
        ("https://flash.example/01/0952012345678X", "not_numeric"),
        ("https://flash.example/01/952", "length"),
        ("https://flash.example/01/09520123456788/21/N/10/L", "order"),
        ("https://flash.example/01/09520123456788/10", "order"),
        ("https://flash.example/01/09520123456788/10/%20", "order"),
        ("https://flash.example/01/09520123456788/10/%ff", "charset"),
    ],
)
def test_a_malformed_digital_link_says_why(link: str, reason: str) -> None:
    parsed = parse(link)

    assert (parsed.kind, parsed.reason) == ("invalid", reason)


def test_another_address_is_only_text() -> None:
    assert parse("https://example.org/promotion").kind == "text"


def test_a_upc_e_of_another_number_system_is_invalid() -> None:
    assert parse("91234565", "upc_e").reason == "length"


def test_full_width_digits_are_read() -> None:
    wide = "".join(chr(0xFF10 + int(digit)) for digit in "3017624010701")

    assert parse(wide).gtin14 == "03017624010701"
