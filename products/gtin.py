"""
GTIN arithmetic. Pure.

Source: GS1 General Specifications, section 7.9, check digit calculations.
"""

import re
from itertools import cycle

LENGTHS = (8, 12, 13, 14)
DIGITS = re.compile("[0-9]+")


def check_digit(body: str) -> int:
    """Return the check digit, 0 to 9, of `body`: ASCII digits without the last one."""
    digits = zip(reversed(body), cycle((3, 1)), strict=False)
    return -sum(int(digit) * weight for digit, weight in digits) % 10


def is_gtin(code: str) -> bool:
    """Say whether `code` is a GTIN of 8, 12, 13 or 14 digits with its check digit."""
    return (
        len(code) in LENGTHS
        and DIGITS.fullmatch(code) is not None
        and check_digit(code[:-1]) == int(code[-1])
    )


def normalize(code: str) -> str:
    """
    Return a GTIN of any length as 14 digits, the only form that we store.

    Raise `ValueError` unless `code` is a GTIN with a right check digit.
    """
    if not is_gtin(code):
        raise ValueError(f"{code!r} is not a GTIN")
    return code.zfill(14)


def expand_upc_e(code: str) -> str:
    """
    Return the UPC-A of 12 digits that the 8 digits of a UPC-E stand for.

    The check digit is that of the UPC-A, not of these 8 digits. Raise `ValueError` when
    the number system is not 0 or 1 or `code` is not 8 digits.
    """
    if len(code) != 8 or not DIGITS.fullmatch(code) or code[0] not in "01":
        raise ValueError(f"{code!r} is not a UPC-E")
    system, d, check = code[0], code[1:7], code[7]
    match d[5]:
        case "0" | "1" | "2":
            body = d[:2] + d[5] + "0000" + d[2:5]
        case "3":
            body = d[:3] + "00000" + d[3:5]
        case "4":
            body = d[:4] + "00000" + d[4]
        case _:
            body = d[:5] + "0000" + d[5]
    return system + body + check


def is_restricted(gtin14: str) -> bool:
    """
    Say whether a 14-digit number circulates inside one shop or company only.

    Such a number means another product in every shop, so it is never looked up.
    """
    if gtin14.startswith("000000"):
        return gtin14[6] in "02"
    return gtin14[1:3] in {"02", "04"} or gtin14[1] == "2"
