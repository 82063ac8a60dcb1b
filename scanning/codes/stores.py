"""
Numbers that mean something inside one shop only, and the price or weight in them. Pure.

Source: GS1 General Specifications, 2.1.12 (variable measure in restricted circulation)
and 7.9.2 to 7.9.4 (price check digits). Where an article's number and its price sit is
each country's, and often each chain's, own choice; here it is configuration.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

# I article, P price, W weight, Q pieces, V check digit of the price, C of the whole.
PATTERN = re.compile("(?P<prefix>[0-9]{1,3})(?P<rest>[IPWQV]{5,11})C")
LENGTHS = (8, 13)

# Weighted products of GS1's price check digits, by digit.
TWICE_MINUS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
FIVE_PLUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
FIVE_MINUS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)
FOUR_DIGITS = (TWICE_MINUS, TWICE_MINUS, THREE, FIVE_MINUS)
FIVE_DIGITS = (FIVE_PLUS, TWICE_MINUS, FIVE_MINUS, FIVE_PLUS, TWICE_MINUS)


class Layout(NamedTuple):
    """
    How numbers that begin with certain digits are made up.

    `pattern` has one character a digit, such as `21IIIIIPPPPPC`. `decimals` says how
    many of the price's or weight's digits follow the point; `unit` is an ISO 4217
    currency for a price, a UNECE code (`KGM`, `GRM`) for a weight.
    """

    pattern: str
    unit: str = "EUR"
    decimals: int = 2


class Store(NamedTuple):
    """A shop, by the name under which it is known here, and its chain's layouts."""

    name: str
    layouts: tuple[Layout, ...] = ()


def check_layout(layout: Layout) -> None:
    """Raise `ValueError` when a layout's pattern cannot be read."""
    match = PATTERN.fullmatch(layout.pattern)
    if match is None or len(layout.pattern) not in LENGTHS:
        raise ValueError("digits, then I, P, W, Q or V, then C: 8 or 13 in all")
    letters = re.sub(r"(.)\1*", r"\1", match["rest"])
    if len(set(letters)) < len(letters) or "I" not in letters:
        raise ValueError("one run of I, and at most one run of each other letter")
    if sum(letter in letters for letter in "PWQ") > 1:
        raise ValueError("a number holds a price or a weight or a count")
    if "V" in letters and match["rest"].count("P") not in (4, 5):
        raise ValueError("a price check digit goes with a price of 4 or 5 digits")


def read(digits: str, store: Store) -> Mapping[str, str | bool]:
    """
    Return what an in-store number of 8 or 13 digits says in `store`.

    `item` is the article's number, to be looked up with the shop; `price` and
    `currency`, or `weight` and `unit`, or `pieces`, when the layout holds them. A price
    whose own check digit is wrong is left out and `price_check` says so.
    """
    for layout in store.layouts:
        prefix = re.match("[0-9]*", layout.pattern)
        is_as_long = len(layout.pattern) == len(digits)
        if is_as_long and prefix and digits.startswith(prefix[0]):
            return {"store": store.name} | _parts(digits, layout)
    return {"store": store.name, "item": digits}


def _parts(digits: str, layout: Layout) -> dict[str, str | bool]:
    part = {
        letter: "".join(
            digit
            for digit, place in zip(digits, layout.pattern, strict=True)
            if place == letter
        )
        for letter in "IPWQV"
    }
    said: dict[str, str | bool] = {"item": part["I"], "layout": layout.pattern}
    if part["V"] and price_check_digit(part["P"]) != part["V"]:
        return said | {"price_check": "wrong"}
    if part["P"]:
        said |= {"price": _decimal(part["P"], layout), "currency": layout.unit}
    if part["W"]:
        said |= {"weight": _decimal(part["W"], layout), "unit": layout.unit}
    if part["Q"]:
        said["pieces"] = str(int(part["Q"]))
    return said


def _decimal(digits: str, layout: Layout) -> str:
    return str(Decimal(digits).scaleb(-layout.decimals))


def price_check_digit(price: str) -> str:
    """Return the check digit of a price of 4 or 5 digits, as GS1 computes it."""
    digits = [int(digit) for digit in price]
    tables = FOUR_DIGITS if len(digits) == 4 else FIVE_DIGITS
    total = sum(table[digit] for digit, table in zip(digits, tables, strict=True))
    if len(digits) == 4:
        return str(total * 3 % 10)
    return str(FIVE_MINUS.index(-total % 10))
