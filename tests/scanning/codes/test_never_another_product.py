"""No input crashes, and no misread gives another product."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from products import gtin
from scanning.codes import InvalidCode, parse, resolve_path
from tests.scanning.codes.inputs import (
    CARRIERS,
    FORMATS,
    GTIN_13,
    IDENTIFIERS,
    TEXTS,
)


@given(TEXTS, st.sampled_from(FORMATS), st.sampled_from(IDENTIFIERS))
def test_no_text_makes_it_fail(
    text: str, code_format: str | None, identifier: str | None
) -> None:
    parsed = parse(text, code_format, identifier)

    assert parsed.raw == text
    assert (parsed.kind == "invalid") == (parsed.reason is not None)
    if parsed.gtin14 is not None:
        assert len(parsed.gtin14) == 14
        assert gtin.is_gtin(parsed.gtin14)
        assert not gtin.is_restricted(parsed.gtin14) or parsed.symbology == "UPC-E"


@given(TEXTS, TEXTS)
def test_no_path_makes_the_resolver_fail(path: str, query: str) -> None:
    with suppress(InvalidCode):
        found = resolve_path(path, query)
        assert found.levels[0] == found.key
        assert found.levels[-1].count("/") == 2
        assert resolve_path(found.key).key == found.key


@given(GTIN_13, st.sampled_from(CARRIERS))
def test_each_carrier_gives_its_own_product(number: str, carrier: str) -> None:
    parsed = parse(carrier.format(number))

    assert parsed.gtin14 in {f"0{number}", None}
    assert parsed.gtin14 or parsed.kind in {"coupon", "refund_receipt"}


@given(GTIN_13, st.sampled_from(CARRIERS), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_never_gives_another_product(
    number: str, carrier: str, at: int, by: int
) -> None:
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]

    assert parse(carrier.format(wrong)).gtin14 is None


@given(st.from_regex("[0-9]{8}", fullmatch=True))
def test_eight_digits_are_a_upc_e_or_an_ean_8_as_their_format_says(digits: str) -> None:
    as_ean = parse(digits, "ean_8").gtin14
    as_upc = parse(digits, "upc_e").gtin14

    assert as_ean in {f"000000{digits}", None}
    assert as_upc is None or as_upc == gtin.expand_upc_e(digits).zfill(14)
    assert parse(digits).gtin14 == (as_upc if digits[0] == "0" else as_ean)
