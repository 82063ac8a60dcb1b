"""
Compressed Digital Links, as codes printed before 2022 may hold them. Pure.

Source: GS1 Digital Link 1.1, section 5 (compression; withdrawn since). The path is one
base64url word: identifiers in hexadecimal digits, each followed by its value in as few
bits as it needs.
"""

import re
import string
from collections.abc import Iterator
from itertools import groupby
from math import ceil, log2

from scanning.codes.dictionary import LENGTHS, Component, check_value, identifier_of
from scanning.codes.parsed import Pair
from scanning.codes.refusals import InvalidCode

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
WORD = re.compile("[A-Za-z0-9_-]{8,300}")
# Pairs of hexadecimal digits that stand for identifiers which often come together.
TOGETHER = {
    "0A": ("01", "22"), "0B": ("01", "10"), "0C": ("01", "21"), "0D": ("01", "17"),
    "0E": ("01", "7003"), "0F": ("01", "30"), "1B": ("01", "15"), "1C": ("01", "11"),
    "1D": ("01", "16"), "1E": ("01", "91"), "1F": ("01", "10", "15"),
    **{f"2{'ABCDEF'[n]}": ("01", f"310{n}") for n in range(6)},
    **{f"3{'ABCDEF'[n]}": ("01", f"320{n}") for n in range(6)},
    **{f"A{n}": ("01", f"392{n}") for n in range(10)},
}  # fmt: skip


def read(word: str) -> list[Pair]:
    """
    Return the identifiers that a product's compressed path holds, the GTIN first.

    Raise `InvalidCode`, also for `1A`: writers disagreed in which order its four values
    come, and a lot that may be a serial number is worse than none. Keys of other things
    are not read: the best-known writer got numbers of more than 15 digits wrong.
    """
    if not WORD.fullmatch(word):
        raise InvalidCode("no key", "no compressed link")
    bits = _Bits("".join(f"{ALPHABET.index(one):06b}" for one in word))
    pairs: list[Pair] = []
    # What is left behind the last value is padding, less than one character of it.
    while bits.left >= 8:
        for ai in _identifiers(bits):
            value = _value(ai, bits)
            check_value(ai, value)
            pairs.append((ai, value))
    if bits.take(bits.left):
        raise InvalidCode("no key", "something is left behind the last value")
    if dict(pairs).get("01") is None:
        raise InvalidCode("no key", "no product")
    return pairs


class _Bits:
    """A row of bits, read from the front."""

    def __init__(self, bits: str) -> None:
        self.bits, self.at = bits, 0

    @property
    def left(self) -> int:
        return len(self.bits) - self.at

    def take(self, width: int) -> int:
        if width > self.left:
            raise InvalidCode("no key", "the link ends too early")
        taken = self.bits[self.at : self.at + width]
        self.at += width
        return int(taken or "0", 2)


def _identifiers(bits: _Bits) -> tuple[str, ...]:
    start = f"{bits.take(4):X}{bits.take(4):X}"
    if start in TOGETHER:
        return TOGETHER[start]
    if start not in LENGTHS:
        raise InvalidCode("no key", f"no identifier begins with {start}")
    rest = "".join(f"{bits.take(4):X}" for _each in range(LENGTHS[start] - 2))
    identifier_of(start + rest)
    return (start + rest,)


def _value(ai: str, bits: _Bits) -> str:
    components = identifier_of(ai).components
    return "".join(
        _numeric(run, bits) if is_fixed_number else _others(run, bits)
        for is_fixed_number, run in _runs(components)
    )


def _runs(components: tuple[Component, ...]) -> Iterator[tuple[bool, list[Component]]]:
    """Bring digits of fixed length together: they were written as one number."""
    for is_fixed, run in groupby(
        components,
        lambda one: one.is_numeric and one.least == one.most and not one.is_optional,
    ):
        yield is_fixed, list(run)


def _numeric(run: list[Component], bits: _Bits) -> str:
    width = sum(component.most for component in run)
    return str(bits.take(_bits_of_number(width))).zfill(width)


def _others(run: list[Component], bits: _Bits) -> str:
    return "".join(_one(component, bits) for component in run)


def _one(component: Component, bits: _Bits) -> str:
    is_fixed = component.least == component.most and not component.is_optional
    encoding = 0 if component.is_numeric else bits.take(3)
    length = component.most
    if not is_fixed:
        length = bits.take(ceil(log2(component.most) + 0.01))
    match encoding:
        case 0:
            number = bits.take(_bits_of_number(length))
            return str(number).zfill(length) if length else ""
        case 1:
            return "".join(f"{bits.take(4):x}" for _each in range(length))
        case 2:
            return "".join(f"{bits.take(4):X}" for _each in range(length))
        case 3:
            return "".join(ALPHABET[bits.take(6)] for _each in range(length))
        case 4:
            return "".join(chr(bits.take(7)) for _each in range(length))
    raise InvalidCode("no key", "no such encoding")


def _bits_of_number(digits: int) -> int:
    return ceil(digits * log2(10) + 0.01)
