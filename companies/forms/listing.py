"""
Lists of sites and of labels as a person types them: an entry a line, “ ; ” between.

What has other parts than a line has room for stays JSON, a line each, so that a
correction loses nothing.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.times import written_day
from companies import catalogue
from companies.forms.counting import LineRefused


class Layout(NamedTuple):
    """How an entry of a list is typed: its parts in order, and an example of a line."""

    keys: tuple[str, ...]
    # What may end a line, and mostly does not.
    rarer: tuple[str, ...]
    help_text: Any


LAYOUTS = {
    "list[site]": Layout(
        ("name", "siret", "place", "country"),
        ("gln", "lat", "lng"),
        gettext_lazy(
            "One site a line: name ; SIRET ; place ; country, as “Filature ; "
            "73282932000074 ; Roubaix ; FR”. Leave empty what you do not know; a GLN, "
            "a latitude and a longitude may follow."
        ),
    ),
    "list[certificate]": Layout(
        ("name", "issuer", "id", "valid_from", "valid_to", "scope"),
        (),
        gettext_lazy(
            "One label a line: name ; issuer ; number ; from ; to ; scope, as “GOTS ; "
            "Ecocert ; 12345 ; 2026-01-01 ; 2026-12-31 ; spinning”. Leave empty what "
            "you do not know."
        ),
    ),
}


def entries(kind: str, text: str) -> list[Any]:
    """Return the entries, in the order of the lines; empty lines say nothing."""
    return [
        _entry(LAYOUTS[kind], place, line.strip())
        for place, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]


def as_lines(kind: str, value: list[Any]) -> str:
    """Return a stored list as it is typed; as JSON where its entries are no objects."""
    if not all(isinstance(one, dict) for one in value):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return "\n".join(_line(LAYOUTS[kind], one) for one in value)


def _line(layout: Layout, entry: dict[str, Any]) -> str:
    """Return the line that is read as exactly this entry."""
    parts = [str(entry.get(key, "")) for key in (*layout.keys, *layout.rarer)]
    while len(parts) > len(layout.keys) and not parts[-1]:
        parts.pop()
    line = " ; ".join(parts).strip()
    try:
        # A line end or a semicolon inside, another key, a number, a wrong date.
        if len(line.splitlines()) == 1 and _entry(layout, 1, line) == entry:
            return line
    except LineRefused:
        pass
    return json.dumps(entry, ensure_ascii=False)


def _entry(layout: Layout, place: int, line: str) -> dict[str, Any]:
    if line.startswith("{"):
        return _from_json(place, line)
    names = (*layout.keys, *layout.rarer)
    parts = [" ".join(part.split()) for part in line.split(";")]
    while parts and not parts[-1]:
        parts.pop()
    if not parts:
        raise LineRefused(_("Line %(line)s says nothing.") % {"line": place})
    if len(parts) > len(names):
        text = _("Line %(line)s: at most %(most)s parts, with “;” between them.")
        raise LineRefused(text % {"line": place, "most": len(names)})
    return {
        name: _CLEANERS.get(name, _any)(place, part)
        for name, part in zip(names, parts, strict=False)
        if part
    }


def _from_json(place: int, line: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line, parse_float=str)
    except (ValueError, RecursionError) as error:
        text = _("Line %(line)s: this JSON cannot be read.")
        raise LineRefused(text % {"line": place}) from error
    return found


def _any(_place: int, part: str) -> str:
    return part


def _country(place: int, part: str) -> str:
    if len(part) != 2 or not (part.isascii() and part.isalpha()):
        text = _("Line %(line)s: a country is two letters, such as FR, not “%(text)s”.")
        raise LineRefused(text % {"line": place, "text": part})
    return part.upper()


def _day(place: int, part: str) -> str:
    try:
        return written_day(part).isoformat()
    except ValueError as error:
        text = _("Line %(line)s: “%(text)s” is not a date such as 2026-03-14.")
        raise LineRefused(text % {"line": place, "text": part}) from error


def _degrees(place: int, part: str) -> str:
    try:
        return catalogue.decimal_text(part)
    except catalogue.ValueRefused as error:
        text = _("Line %(line)s: “%(text)s” is not a number.")
        raise LineRefused(text % {"line": place, "text": part}) from error


_CLEANERS: dict[str, Callable[[int, str], str]] = {
    "country": _country,
    "valid_from": _day,
    "valid_to": _day,
    "lat": _degrees,
    "lng": _degrees,
}
