"""GTIN arithmetic: check digits, the one stored form, UPC-E, restricted numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products import gtin
from products.gtin import check_digit, expand_upc_e, is_gtin, is_restricted, normalize

BODIES = st.integers(7, 13).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)
GTINS = BODIES.filter(lambda body: len(body) + 1 in gtin.LENGTHS).map(
    lambda body: body + str(check_digit(body))
)


@pytest.mark.parametrize(
    "code",
    ["96385074", "036000291452", "5449000000996", "4006381333931", "10614141000415"],
)
def test_a_real_number_is_one(code: str) -> None:
    assert is_gtin(code)
    assert normalize(code) == code.zfill(14)


@given(GTINS)
def test_a_number_with_its_check_digit_is_one_in_fourteen_digits_too(code: str) -> None:
    assert is_gtin(code)
    assert is_gtin(normalize(code))
    assert normalize(normalize(code)) == normalize(code)


@given(GTINS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(
    code: str, position: int, change: int
) -> None:
    position %= len(code)
    digit = str((int(code[position]) + change) % 10)
    wrong = code[:position] + digit + code[position + 1 :]

    assert not is_gtin(wrong)
    with pytest.raises(ValueError, match="not a GTIN"):
        normalize(wrong)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0",
        "9638507",
        "963850740",
        "٩٦٣٨٥٠٧٤",
        "9638507x",
        "96385074\n",
        " 96385074",
    ],
)
def test_what_has_another_form_is_none(code: str) -> None:
    assert not is_gtin(code)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("01234505", "012000003455"),
        ("01234514", "012100003454"),
        ("01234523", "012200003453"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234565", "012345000065"),
        ("01234572", "012345000072"),
        ("01234596", "012345000096"),
        ("04252614", "042100005264"),
        ("09876590", "098765000090"),
        ("00000107", "000000000017"),
    ],
)
def test_a_upc_e_expands_to_the_upc_a_that_it_stands_for(short: str, long: str) -> None:
    assert expand_upc_e(short) == long


@given(st.from_regex(r"[01][0-9]{6}", fullmatch=True))
def test_with_the_check_digit_of_its_upc_a_a_upc_e_is_a_gtin(seven: str) -> None:
    body = expand_upc_e(seven + "0")[:-1]

    assert is_gtin(expand_upc_e(seven + str(check_digit(body))))


@pytest.mark.parametrize("code", ["21234565", "0123456", "012345655", "0123456x", ""])
def test_what_is_no_upc_e_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a UPC-E"):
        expand_upc_e(code)


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("00000020000004", True),
        ("00000000000017", True),
        ("00000096385074", False),
        ("00212345000007", True),
        ("00412345012349", True),
        ("02012345012349", True),
        ("02912345012344", True),
        ("05449000000996", False),
        ("00036000291452", False),
        ("00312345000006", False),
        ("10614141000415", False),
        ("19521234543210", False),
    ],
)
def test_numbers_of_one_shop_are_restricted(code: str, is_one: bool) -> None:
    assert is_restricted(code) is is_one
