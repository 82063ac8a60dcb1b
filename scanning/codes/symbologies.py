"""
What a reader says of the symbol before its data: AIM symbology identifiers. Pure.

Source: ISO/IEC 15424; GS1 General Specifications, 5.1.3 and 7.8.
"""

import re
from typing import NamedTuple

from products.gtin import check_digit
from scanning.codes import digital_links, element_strings
from scanning.codes.element_strings import FNC1
from scanning.codes.parsed import Pair
from scanning.codes.refusals import InvalidCode

IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
MODIFIER = re.compile("[0-9A-Fa-f]")
COMPOSITE = "|]e0"
# Readers that keep to the standard send an element string only after these.
ELEMENT_STRINGS = {
    "]C1": "GS1_128_CCA",
    "]e0": "DataBarExpanded",
    "]d2": "DM",
    "]Q3": "QR",
    "]J1": "DotCode",
}
PLAIN = {"]Q1": "QR", "]d1": "DM", "]J0": "DotCode"}
RETAIL = {"]E0": ("EAN13", 13), "]E4": ("EAN8", 8)}
# Letters that ISO/IEC 15424 gives to a symbology; any other is no identifier.
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUXYZcdehijpz")


class Scan(NamedTuple):
    """What a reader sent: symbology, data with `^` for FNC1, and its identifiers."""

    symbology: str
    data: str
    pairs: tuple[Pair, ...] = ()


def take_off(text: str) -> tuple[str | None, str]:
    """
    Return a leading symbology identifier, or none, and the rest.

    Raise `InvalidCode` for what looks like one but is none.
    """
    match = IDENTIFIER.match(text)
    if match is None:
        return None, text
    if match[0][1] not in LETTERS or not MODIFIER.fullmatch(match[0][2]):
        raise InvalidCode("value", "an unknown symbology identifier")
    return match[0], text[3:]


def joined(data: str) -> str:
    """Return an element string with that of its composite component behind it."""
    linear, _bar, composite = data.partition(COMPOSITE)
    return f"{linear.removesuffix(FNC1)}{FNC1}{composite}" if composite else linear


def read(text: str) -> Scan:
    """
    Read what a reader sends with its identifier, strictly. Raise `InvalidCode`.

    Plain data may be a Digital Link; one that is not is data all the same.
    """
    identifier, rest = text[:3], text[3:]
    if identifier in ELEMENT_STRINGS:
        pairs = element_strings.read(joined(rest))
        data = element_strings.write(pairs, "^")
        return Scan(ELEMENT_STRINGS[identifier], data, tuple(pairs))
    if identifier in PLAIN:
        return _read_plain(PLAIN[identifier], rest)
    if identifier in RETAIL:
        return _read_retail(identifier, rest)
    raise InvalidCode("value", "an unknown symbology identifier")


def _read_plain(symbology: str, rest: str) -> Scan:
    if digital_links.SCHEME.match(rest):
        try:
            link = digital_links.read(rest)
        except InvalidCode as refused:
            if refused.reason != "no key":
                raise
        else:
            return Scan(symbology, rest, link.pairs)
    # A caret that leads plain data is escaped, since alone it would mean FNC1.
    is_caret = rest.lstrip("\\").startswith("^")
    return Scan(symbology, f"\\{rest}" if is_caret else rest)


def split_retail(identifier: str, rest: str) -> tuple[str, str | None]:
    """Return the digits of bars, and what a composite code above them says, if any."""
    length = RETAIL[identifier][1]
    digits, bar, composite = rest.partition(COMPOSITE)
    if not re.fullmatch(f"[0-9]{{{length}}}", digits):
        raise InvalidCode("length", f"{length} digits are expected")
    return digits, composite if bar else None


def _read_retail(identifier: str, rest: str) -> Scan:
    symbology = RETAIL[identifier][0]
    digits, composite = split_retail(identifier, rest)
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise InvalidCode("check_digit", digits)
    if composite is None:
        return Scan(symbology, digits)
    pairs = element_strings.read(composite)
    data = f"{digits}|{element_strings.write(pairs, '^')}"
    return Scan(symbology, data, tuple(pairs))
