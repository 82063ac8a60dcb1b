"""
The contents of North American coupon codes, AI 8110 and 8112. Pure.

Source: GS1 US, "North American Coupon Application Guideline Using GS1 DataBar Expanded
Symbols" and "GS1 AI (8112) Coupon Data Specification". Fields follow each other, many
of them after a digit that gives their length.
"""

import re

from products.gtin import DIGITS

DATE = re.compile("[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
ALL_DIGITS = "0123456789"
# Company prefixes and serial numbers have six digits more than their length digit says.
MORE = 6


class _Digits:
    """Digits read from the left; `is_bad` once something did not fit."""

    def __init__(self, digits: str) -> None:
        self.rest = digits
        self.is_bad = False

    def take(self, length: int) -> str:
        taken, self.rest = self.rest[:length], self.rest[length:]
        self.is_bad = self.is_bad or len(taken) < length
        return taken

    def one_of(self, allowed: str) -> str:
        digit = self.take(1)
        self.is_bad = self.is_bad or digit not in allowed
        return digit or "0"

    def sized(self, allowed: str, more: int = 0) -> str:
        """Take a length digit and the field that it announces."""
        return self.take(int(self.one_of(allowed)) + more)

    def has_option(self, number: str) -> bool:
        """Say whether an optional field begins here, and step over its number."""
        if not self.rest.startswith(number):
            return False
        self.take(1)
        return True


def check_offer_code(value: str) -> str | None:
    """Return why the contents of AI 8112 are refused, or none."""
    if not DIGITS.fullmatch(value):
        return "charset"
    digits = _Digits(value)
    digits.one_of("01")
    digits.sized("0123456", MORE)
    digits.take(6)
    digits.sized(ALL_DIGITS, MORE)
    return "value" if digits.is_bad or digits.rest else None


def check_coupon_code(value: str) -> str | None:
    """Return why the contents of AI 8110 are refused, or none."""
    if not DIGITS.fullmatch(value):
        return "charset"
    digits = _Digits(value)
    digits.sized("0123456", MORE)
    digits.take(6)
    digits.sized("12345")
    _requirement(digits)
    if digits.has_option("1"):
        digits.one_of("0123")
        _other_purchase(digits)
    if digits.has_option("2"):
        _other_purchase(digits)
    _dates(digits)
    if digits.has_option("5"):
        digits.sized(ALL_DIGITS, MORE)
    if digits.has_option("6"):
        digits.sized("1234567", MORE)
    if digits.has_option("9"):
        for allowed in ("01256", "012", ALL_DIGITS, "01"):
            digits.one_of(allowed)
    return "value" if digits.is_bad or digits.rest else None


def _requirement(digits: _Digits) -> None:
    """Read what must be bought: how much, of which kind, from which family."""
    digits.sized("12345")
    digits.one_of("012349")
    digits.take(3)


def _other_purchase(digits: _Digits) -> None:
    _requirement(digits)
    length = digits.one_of("01234569")
    digits.take(0 if length == "9" else int(length) + MORE)


def _dates(digits: _Digits) -> None:
    expires = _date(digits) if digits.has_option("3") else None
    starts = _date(digits) if digits.has_option("4") else None
    if expires and starts and starts > expires:
        digits.is_bad = True


def _date(digits: _Digits) -> str:
    date = digits.take(6)
    digits.is_bad = digits.is_bad or not DATE.fullmatch(date)
    return date
