"""
Which Application Identifiers may, must or must not stand together. Pure.

Source: GS1 General Specifications, 4.13 (invalid pairs, mandatory associations), as the
GS1 Barcode Syntax Dictionary writes them.
"""

from collections.abc import Sequence

from scanning.codes.dictionary import IDENTIFIERS, matching
from scanning.codes.parsed import Pair
from scanning.codes.refusals import InvalidCode

# Keys whose serial number is a part of their own value: its length without one.
WITHOUT_SERIAL = {"253": 13, "255": 13, "8003": 14}
SIGNATURE = "8030"


def check(pairs: Sequence[Pair]) -> None:
    """Raise `InvalidCode` when `pairs` break any of the rules below."""
    check_repeats(pairs)
    check_exclusions(pairs)
    check_requirements(pairs)
    check_signature(pairs)


def check_repeats(pairs: Sequence[Pair]) -> None:
    """Refuse an identifier that comes twice with different values."""
    seen: dict[str, str] = {}
    for ai, value in pairs:
        if seen.setdefault(ai, value) != value:
            raise InvalidCode("duplicate", f"({ai}) has two values")


def check_exclusions(pairs: Sequence[Pair]) -> None:
    """Refuse identifiers that must not stand together."""
    present = {ai for ai, _value in pairs}
    for ai in present:
        identifier = IDENTIFIERS.get(ai)
        for pattern in identifier.excludes if identifier else ():
            if rival := next(iter(present & matching(pattern) - {ai}), None):
                raise InvalidCode("mutex", f"({ai}) beside ({rival})")


def check_requirements(pairs: Sequence[Pair]) -> None:
    """Refuse an identifier without what must stand beside it: `requires 01`."""
    present = {ai for ai, _value in pairs}
    for ai, _value in pairs:
        identifier = IDENTIFIERS.get(ai)
        for group in identifier.requires if identifier else ():
            if not any(_is_met(option, present) for option in group):
                raise InvalidCode(f"requires {group[0]}", f"({ai}) stands alone")


def _is_met(option: str, present: set[str]) -> bool:
    return all(present & matching(pattern) for pattern in option.split("+"))


def check_signature(pairs: Sequence[Pair]) -> None:
    """Refuse a digital signature beside a key that has no serial number."""
    values = dict(pairs)
    if SIGNATURE not in values:
        return
    for ai, length in WITHOUT_SERIAL.items():
        if len(values.get(ai, "")) == length:
            raise InvalidCode("requires serial", f"({SIGNATURE}) beside ({ai})")


def collapsed(pairs: Sequence[Pair]) -> list[Pair]:
    """Return `pairs` with each identifier once, in order of first appearance."""
    return list(dict(pairs).items())
