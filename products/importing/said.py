"""
What a source says of one field, as the canonical JSON that is stored. Pure.

A dump says the same few values millions of times: what became of one is remembered.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from companies.catalogue import ValueRefused
from companies.levels import Status
from products import vocabulary

REMEMBERED = 50_000
# Of each field.
REMEMBERED_AMOUNTS = 5_000

LONGEST = 10_000


class Said(NamedTuple):
    """A field and its members as canonical JSON, or the code of what is wrong."""

    text: str
    code: str = ""


def said(path: str, value: Any, source: str = "", is_disputed: bool = False) -> Said:  # noqa: FBT001, FBT002 - as `again`
    """Return what is stored of a value that fits its field."""
    try:
        return _members(vocabulary.clean(path, value), path, source, is_disputed)
    except ValueRefused as refused:
        return Said("", refused.code)


def text_said(path: str, value: str, *, is_disputed: bool = False) -> Said:
    """
    Return what `said` would of a text that stands for itself.

    Names and ingredients are the only texts that every record has anew: they are worth
    a shorter way, whose equality is tested.
    """
    cleaned = _clean(value)
    if not cleaned or len(value) > LONGEST:
        return said(path, value, "", is_disputed)
    mark = '"disputed":true,' if is_disputed else ""
    return Said(f'"{path}":{{{mark}"value":{encode_basestring(cleaned)}}}')


def names_said(path: str, names: dict[str, str]) -> Said:
    """Return what `said` would of a text by language."""
    parts = []
    for language in sorted(names):
        cleaned = _clean(names[language])
        if not cleaned or len(cleaned) > LONGEST:
            return said(path, names)
        parts.append(f'"{language}":{encode_basestring(cleaned)}')
    return Said(f'"{path}":{{"value":{{{",".join(parts)}}}}}')


def _clean(text: str) -> str:
    """Return a text, its white space made single, or nothing if more is amiss."""
    # Of white space, only the space is printable; most texts have no other.
    if text.isprintable() and text.strip(" ") == text and "  " not in text:
        return text
    cleaned = " ".join(text.split())
    return cleaned if cleaned.isprintable() else ""


class Amounts(dict[float, str]):
    """
    What `said` would say of each amount of a field: of numbers and none else.

    Nothing of those that do not fit. Each is written but once, until there are too
    many; what stands around the amount is always the same.
    """

    def __init__(self, path: str, written: Callable[[Any], str | None]) -> None:
        super().__init__()
        field = vocabulary.fields()[path]
        self._before = f'"{path}":{{"unit":"{field.unit}","value":"'
        self._most = float(field.most or 100)
        self._written = written

    def __missing__(self, value: float) -> str:
        """Write an amount."""
        amount = self._written(value) if 0 <= value <= self._most else None
        text = "" if amount in (None, "-0") else f'{self._before}{amount}"}}'
        if len(self) >= REMEMBERED_AMOUNTS:
            self.clear()
        self[value] = text
        return text


@lru_cache(maxsize=REMEMBERED, typed=True)
def again(path: str, value: Any, source: str, is_disputed: bool) -> Said:  # noqa: FBT001 - a key of the memory
    """Return the same of a value that is often said; tuples stand for lists."""
    given = list(value) if isinstance(value, tuple) else value
    return said(path, given, source, is_disputed)


def _members(cleaned: Any, path: str, source: str, is_disputed: bool) -> Said:  # noqa: FBT001 - the same
    members: dict[str, Any] = {"value": cleaned}
    if unit := vocabulary.fields()[path].unit:
        members["unit"] = unit
    if source:
        members["source"] = source
    if is_disputed:
        members["disputed"] = True
    text = f'"{path}":{_canonical(members)}'
    try:
        text.encode()
    except UnicodeEncodeError:
        return Said("", "control_character")
    # What JSON escapes of it: databases refuse the first, nobody has typed the others.
    return Said("", "control_character") if "\\u00" in text else Said(text)


# The text that `common.canonical` would give: cleaned values have no float.
_canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode


def not_applicable(path: str) -> Said:
    """Return what is stored where the source says that the field does not apply."""
    return Said(f'"{path}":{_canonical({"status": Status.NOT_APPLICABLE.value})}')
