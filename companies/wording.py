"""How a value reads, in the active language."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from companies.levels import Status

UNITS = {
    "P1": "%",
    "GRM": "g",
    "KGM": "kg",
    "MLT": "ml",
    "LTR": "l",
    "KJO": "kJ",
    "E14": "kcal",
    "EUR": "€",
}
# A number and its unit stay on one line; French puts a narrow space there.
NO_BREAK = "\u00a0"


def day(value: date) -> str:
    """Return a date in words, “3 March 2026”."""
    return formats.date_format(value, "DATE_FORMAT")


def number(text: str, *, places: int | None = None) -> str:
    """Return a decimal text with the separators of the active language."""
    return str(
        formats.number_format(
            Decimal(text), decimal_pos=places, use_l10n=True, force_grouping=True
        )
    )


def money(amount: str, currency: str) -> str:
    """Return an amount with two decimals and its currency."""
    return f"{number(amount, places=2)}{NO_BREAK}{UNITS.get(currency, currency)}"


def absent(status: str) -> str:
    """Return the sentence for a value that is not there."""
    return {
        Status.NONE.value: _("none"),
        Status.NOT_APPLICABLE.value: _("not applicable"),
        Status.WITHHELD.value: _("not published"),
    }.get(status, _("not disclosed"))


def value_text(kind: str, document: dict[str, Any]) -> str:
    """Return the words for one value of the catalogue type `kind`."""
    value, unit = document["value"], document.get("unit", "")
    if document["status"] != Status.KNOWN or value is None:
        return absent(document["status"])
    match kind:
        case "percent":
            return f"{number(value)}{NO_BREAK}%"
        case "money":
            return money(value, unit)
        case "decimal" | "integer":
            shown = UNITS.get(unit, unit)
            return (
                f"{number(str(value))}{NO_BREAK}{shown}"
                if shown
                else number(str(value))
            )
        case "date":
            return day(date.fromisoformat(value))
        case _:
            return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_plain(item) for item in value.values() if item)
    if isinstance(value, list):
        return " · ".join(_plain(item) for item in value)
    return str(value)
