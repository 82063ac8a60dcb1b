"""How a value reads, in the active language."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from companies import countries
from companies.levels import Status

UNITS = {
    "P1": "%",
    "GRM": "g",
    "KGM": "kg",
    "KMT": "km",
    "MLT": "ml",
    "LTR": "l",
    "KJO": "kJ",
    "E14": "kcal",
    "EUR": "€",
    "EUR/MIN": "€/min",
    "C62": "",
    "tCO2e": "t CO₂e",
    "MWh": "MWh",
}
NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")
# Marked here, translated when shown.
UNIT_WORDS = {
    "H87": gettext_noop("piece"),
    "headcount": gettext_noop("people"),
    "tCO2e/headcount": gettext_noop("t CO₂e per person"),
    "tCO2e/FTE": gettext_noop("t CO₂e per full-time equivalent"),
    "FTE": gettext_noop("full-time equivalents"),
    "days": gettext_noop("days"),
    "per 200 000 h": gettext_noop("for 200,000 hours worked"),
    "count": "",
    "ratio": "",
    # Of eNPS: a range, which says nothing after the figure.
    "-100..100": "",
}
# Names first, then where, who and which, then since when.
READING_ORDER = (
    "name", "scheme", "label", "siret", "gln", "street", "postcode", "place", "city",
    "region", "country", "issuer", "id", "number", "scope", "valid_from", "valid_to",
    "valid_until",
)  # fmt: skip
REMEDIES = {
    "state": gettext_noop("%(label)s: state it, %(points)s points."),
    "publish": gettext_noop(
        "%(label)s: publish it instead of withholding it, %(points)s points."
    ),
    "renew": gettext_noop(
        "%(label)s: it has expired, state it again, %(points)s points."
    ),
    "answer": gettext_noop(
        "%(label)s: answer the dispute or correct it, %(points)s points."
    ),
    "reconcile": gettext_noop(
        "%(label)s: a check disagrees, correct or explain it, %(points)s points."
    ),
    "document": gettext_noop(
        "%(label)s: attach a document, then have it verified, %(points)s points."
    ),
    "cross_check": gettext_noop(
        "%(label)s: let a public register confirm it, %(points)s points."
    ),
    "verify": gettext_noop(
        "%(label)s: have a third party verify it, %(points)s points."
    ),
    "update": gettext_noop("%(label)s: give a more recent value, %(points)s points."),
}
# A number and its unit stay on one line; French puts a narrow space there.
NO_BREAK = "\u00a0"

# Marked here, translated one by one: half of a sheet is not there.
NOT_DISCLOSED = gettext_noop("not disclosed")
ABSENT = {
    Status.NONE.value: gettext_noop("none"),
    Status.NOT_APPLICABLE.value: gettext_noop("not applicable"),
    Status.WITHHELD.value: gettext_noop("not published"),
}


def language() -> str:
    """Return the active language among those that labels and sheets have."""
    return "en" if (get_language() or "").startswith("en") else "fr"


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


def unit_text(unit: str) -> str:
    """Return how a unit code reads; a code that we do not know reads as it is."""
    words = UNIT_WORDS.get(unit)
    return _(words) if words else UNITS.get(unit, "" if words == "" else unit)


def absent(status: str) -> str:
    """Return the sentence for a value that is not there."""
    return _(ABSENT.get(status, NOT_DISCLOSED))


def value_text(kind: str, document: dict[str, Any]) -> str:
    """Return the words for one value of the catalogue type `kind`."""
    value, unit = document["value"], document.get("unit", "")
    if document["status"] != Status.KNOWN or value is None:
        return absent(document["status"])
    match kind:
        case "percent":
            return f"{number(value)}{NO_BREAK}%"
        case "boolean+percent" if NUMBER.fullmatch(value):
            return f"{number(value)}{NO_BREAK}%"
        case "money":
            return money(value, unit)
        case "decimal" | "integer":
            shown = unit_text(unit)
            return (
                f"{number(str(value))}{NO_BREAK}{shown}"
                if shown
                else number(str(value))
            )
        case "date":
            return day(date.fromisoformat(value))
        case "country":
            return str(dict(countries.choices(language())).get(value, value))
        case _:
            return _plain(value)


def loss_text(label: str, points: str, remedy: str) -> str:
    """Return what would earn back the points that a fact lost."""
    return _(REMEDIES[remedy]) % {"label": label, "points": number(points)}


def in_reading_order(item: dict[str, Any]) -> list[Any]:
    """Return the values of an object as one reads them: databases reorder keys."""
    order = {key: place for place, key in enumerate(READING_ORDER)}
    return [
        item[key] for key in sorted(item, key=lambda one: (order.get(one, 99), one))
    ]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_plain(item) for item in in_reading_order(value) if item)
    if isinstance(value, list):
        return " · ".join(_plain(item) for item in value)
    return str(value)
