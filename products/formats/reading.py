"""What the forms read in a published sheet. Pure."""

from decimal import Decimal, InvalidOperation
from typing import Any

Sheet = dict[str, Any]


def field(sheet: Sheet, path: str) -> dict[str, Any]:
    """Return a field of a sheet as published; empty when there is none."""
    section, _dot, key = path.partition(".")
    found = sheet["sections"].get(section, {}).get("fields", {}).get(key)
    return found if isinstance(found, dict) else {}


def value(sheet: Sheet, path: str) -> Any:
    """Return a value that is known, and neither disputed nor expired; else none."""
    found = field(sheet, path)
    if found.get("status") != "known" or found.get("states"):
        return None
    return found.get("value")


def items(sheet: Sheet, path: str) -> list[dict[str, Any]]:
    """Return the entries of a list; none while nobody knows it."""
    found = value(sheet, path)
    entries = found if isinstance(found, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def number(text: Any) -> float | int | None:
    """
    Return a decimal text as the number that JSON has, or none.

    These forms want numbers; ours keeps the digits that were stated.
    """
    try:
        exact = Decimal(str(text))
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def said(**members: Any) -> dict[str, Any]:
    """Return the members that say something; `type_` is written `@type`."""
    names = {"type_": "@type", "id_": "@id"}
    return {
        names.get(name, name): member
        for name, member in members.items()
        if member not in (None, "", [], {})
    }
