"""
GS1 element strings, as a reader sends them and as people write them. Pure.

Source: GS1 General Specifications, 7.8 (element strings, FNC1) and 4.15 (brackets).
Only syntax and contents are checked here; what may stand beside what is said in
`associations`.
"""

import re

from scanning.codes.dictionary import (
    IDENTIFIERS,
    LENGTHS,
    check_value,
    identifier_of,
)
from scanning.codes.parsed import Pair
from scanning.codes.refusals import InvalidCode

FNC1 = "\x1d"
MOST_PAIRS = 64
LONGEST_UNKNOWN = 90
BRACKETED = re.compile(r"\(([^()]*)\)((?:[^(\\]|\\.)*)", re.DOTALL)


def read(data: str) -> list[Pair]:
    """
    Return identifiers and values of an element string without its leading FNC1.

    `data` separates values of variable length with U+001D; one may end it. Raise
    `InvalidCode` when anything up to the last character does not fit.
    """
    pairs: list[Pair] = []
    at = 0
    while at < len(data):
        ai = data[at : at + LENGTHS.get(data[at : at + 2], 2)]
        identifier = identifier_of(ai)
        at += len(ai)
        end = data.find(FNC1, at)
        end = len(data) if end < 0 else end
        if identifier.is_fixed:
            end = min(end, at + identifier.longest)
        value = data[at:end]
        check_value(ai, value)
        pairs.append((ai, value))
        at = end + 1 if data[end : end + 1] == FNC1 else end
    return _few(pairs)


def read_bracketed(text: str, *, unknown_allowed: bool = False) -> list[Pair]:
    r"""
    Return identifiers and values of text such as `(01)09521234543213(10)LOT1`.

    A bracket inside a value is written `\(`. Raise `InvalidCode` when it does not fit.
    """
    pairs: list[Pair] = []
    at = 0
    while at < len(text):
        match = BRACKETED.match(text, at)
        if match is None:
            raise InvalidCode("ai", f"no (identifier) at {text[at : at + 8]!r}")
        ai, value = match[1], match[2].replace("\\(", "(")
        if unknown_allowed and ai not in IDENTIFIERS:
            _check_unknown(ai, value)
        else:
            check_value(ai, value)
        pairs.append((ai, value))
        at = match.end()
    return _few(pairs)


def _few(pairs: list[Pair]) -> list[Pair]:
    """Return `pairs`, unless there are none or too many."""
    if not pairs:
        raise InvalidCode("length", "no identifier")
    if len(pairs) > MOST_PAIRS:
        raise InvalidCode("length", "too many identifiers")
    return pairs


def _check_unknown(ai: str, value: str) -> None:
    if not re.fullmatch("[0-9]{2,4}", ai):
        raise InvalidCode("ai", f"({ai}) is no Application Identifier")
    if not 1 <= len(value) <= LONGEST_UNKNOWN:
        raise InvalidCode("length", f"({ai}) {value!r}")


def write(pairs: list[Pair], separator: str = FNC1) -> str:
    """Return the element string of `pairs` without brackets, led by its FNC1."""
    written = [separator]
    for at, (ai, value) in enumerate(pairs):
        written += (ai, value)
        is_last = at == len(pairs) - 1
        identifier = IDENTIFIERS.get(ai)
        if not is_last and not (identifier and identifier.is_fixed):
            written.append(separator)
    return "".join(written)
