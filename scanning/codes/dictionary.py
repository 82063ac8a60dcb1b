"""
The Application Identifiers that GS1 knows, and what each may hold. Pure.

Source: the GS1 Barcode Syntax Dictionary (`data/dictionary.json`), compiled once.
"""

import json
import re
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from products.gtin import check_digit
from scanning.codes.linters import LINTERS, Linter
from scanning.codes.refusals import InvalidCode

CHARACTERS = {
    "N": "[0-9]",
    "X": r"[!\"%-?A-Z_a-z]",
    "Y": r"[#\-/0-9A-Z]",
    "Z": r"[-0-9A-Z_a-z=]",
}
SPEC = re.compile(r"(?P<kind>[NXYZ])(?P<range>\.\.)?(?P<length>[0-9]+)")


class Component(NamedTuple):
    """One part of a value: its characters, least and most length, its linters."""

    characters: re.Pattern[str]
    least: int
    most: int
    is_optional: bool
    is_numeric: bool
    linters: tuple[Linter, ...]


class Identifier(NamedTuple):
    """
    One Application Identifier.

    `requires` holds groups of which one must be satisfied each; `excludes` holds what
    must not stand beside it. Both are patterns in which `n` is any digit.
    """

    ai: str
    title: str
    components: tuple[Component, ...]
    is_fixed: bool
    is_attribute: bool
    is_key: bool
    sequences: tuple[tuple[str, ...], ...]
    requires: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]

    @property
    def longest(self) -> int:
        """The most characters that a value may have."""
        return sum(component.most for component in self.components)


def _component(spec: str) -> Component:
    head, *names = spec.replace("[", "").replace("]", "").split(",")
    match = SPEC.fullmatch(head)
    assert match
    most = int(match["length"])
    return Component(
        characters=re.compile(CHARACTERS[match["kind"]] + "*"),
        least=1 if match["range"] else most,
        most=most,
        is_optional=spec.startswith("["),
        is_numeric=match["kind"] == "N",
        linters=tuple(LINTERS[name] for name in names),
    )


def _loaded() -> dict[str, Identifier]:
    path = Path(__file__).parent / "data" / "dictionary.json"
    return {
        row["ai"]: Identifier(
            ai=row["ai"],
            title=row.get("title", ""),
            components=tuple(map(_component, row["spec"])),
            is_fixed=not row["fnc1_required"],
            is_attribute=row["dl_attribute"],
            is_key=row.get("dl_primary_key", False),
            sequences=tuple(map(tuple, row.get("dl_qualifier_sequences", []))),
            requires=tuple(map(tuple, row.get("requires", []))),
            excludes=tuple(row.get("excludes", [])),
        )
        for row in json.loads(path.read_text())["ais"]
    }


IDENTIFIERS = _loaded()
# The first two digits tell how long an identifier is.
LENGTHS = {ai[:2]: len(ai) for ai in IDENTIFIERS}
PRIMARY_KEYS = frozenset(ai for ai, one in IDENTIFIERS.items() if one.is_key)
QUALIFIERS = frozenset(
    ai for one in IDENTIFIERS.values() for sequence in one.sequences for ai in sequence
)


def identifier_of(ai: str) -> Identifier:
    """Return an Application Identifier, or raise `InvalidCode` for one unknown."""
    found = IDENTIFIERS.get(ai)
    if found is None:
        raise InvalidCode("ai", f"({ai}) is no Application Identifier")
    return found


@lru_cache(maxsize=4_096)
def matching(pattern: str) -> frozenset[str]:
    """Return the identifiers that a pattern such as `31nn` means, known or not."""
    choices = ["0123456789" if one == "n" else one for one in pattern]
    return frozenset(map("".join, product(*choices)))


def check_value(ai: str, value: str) -> None:
    """Raise `InvalidCode` unless `value` is one that `ai` may have."""
    identifier = identifier_of(ai)
    if len(value) > identifier.longest:
        raise InvalidCode("length", f"({ai}) holds at most {identifier.longest}")
    at = 0
    for component in identifier.components:
        part = value[at : at + component.most]
        if part or not component.is_optional:
            _check_part(ai, part, component)
        at += len(part)
    if at < len(value):
        raise InvalidCode("length", f"({ai}) holds at most {identifier.longest}")


def _check_part(ai: str, part: str, component: Component) -> None:
    if not component.characters.fullmatch(part):
        reason = "not numeric" if component.is_numeric else "charset"
        raise InvalidCode(reason, f"({ai}) {part!r}")
    if len(part) < component.least:
        raise InvalidCode("length", f"({ai}) {part!r} is too short")
    for lint in component.linters:
        if refusal := lint(part):
            expected = None
            if refusal == "check_digit" and component.is_numeric:
                expected = str(check_digit(part[:-1]))
            raise InvalidCode(refusal, f"({ai}) {part!r}", expected_check=expected)
