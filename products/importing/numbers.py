"""Which product a line is about: a GTIN that every shop understands the same. Pure."""

import re

from products import gtin
from products.importing.refusals import LineRefused

# What Excel makes of thirteen digits in a column of numbers.
ROUNDED = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")


def number(code: object) -> str:
    """Return the GTIN in 14 digits, or raise `LineRefused`."""
    text = code if isinstance(code, str) else str(code or "")
    # Most of them: the same rule, without a step for each digit.
    if not _is_gtin_13(text):
        text = text.replace(" ", "").replace("\u00a0", "")
        if not text:
            raise LineRefused("gtin_missing")
        if not gtin.is_gtin(text):
            raise LineRefused(_wrong(text), excerpt=text[:30])
    normal = text.zfill(14)
    if gtin.is_restricted(normal):
        raise LineRefused("restricted", excerpt=text)
    return normal


def _is_gtin_13(text: str) -> bool:
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        return False
    # The letters' own numbers: what they exceed the digits by comes to 25 times 48.
    digits = text.encode()
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _wrong(text: str) -> str:
    if ROUNDED.fullmatch(text):
        return "number_was_rounded"
    if len(text) in gtin.LENGTHS and gtin.DIGITS.fullmatch(text):
        return "wrong_check_digit"
    return "not_a_gtin"
