"""
The vocabulary of the product sheet: data, read once from `vocabulary.json`. Pure.

A field is addressed as `section.key`. `clean` turns what a person or a file gives into
the one form that is stored, or refuses it.
"""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from companies.catalogue import ValueRefused, decimal_text, exact, integer

FILE = Path(__file__).with_name("vocabulary.json")
DURATION = re.compile(r"P(?=.)([0-9]{1,6}D)?(T(?=.)([0-9]{1,6}H)?([0-9]{1,6}M)?)?")
COUNTRY = re.compile("[A-Z]{2}")
CODE = re.compile(r"[A-Za-z0-9:_.+ -]{1,120}")


class Field(NamedTuple):
    """One field of a section."""

    section: str
    key: str
    type: str
    unit: str | None
    label_fr: str
    label_en: str
    is_mandatory: bool
    is_computed: bool

    @property
    def path(self) -> str:
        """Return `section.key`."""
        return f"{self.section}.{self.key}"

    def label(self, language: str) -> str:
        """Return the label in `fr` or `en`."""
        return self.label_en if language == "en" else self.label_fr


class Section(NamedTuple):
    """One section of the sheet, with its fields in order."""

    key: str
    label_fr: str
    label_en: str
    fields: tuple[Field, ...]

    def label(self, language: str) -> str:
        """Return the title in `fr` or `en`."""
        return self.label_en if language == "en" else self.label_fr


@cache
def sections() -> tuple[Section, ...]:
    """Return every section in the order of the sheet."""
    entries = json.loads(FILE.read_text(encoding="utf-8"))["sections"]
    return tuple(
        Section(
            entry["key"],
            entry["label_fr"],
            entry["label_en"],
            tuple(
                Field(
                    entry["key"],
                    field["key"],
                    field["type"],
                    field["unit"],
                    field["label_fr"],
                    field["label_en"],
                    field.get("mandatory", False),
                    field.get("computed", False),
                )
                for field in entry["fields"]
            ),
        )
        for entry in entries
    )


@cache
def fields() -> dict[str, Field]:
    """Return every field by its path."""
    return {field.path: field for section in sections() for field in section.fields}


def clean(path: str, value: Any) -> Any:
    """
    Return `value` in the form that is stored.

    Raise `ValueRefused` when it does not fit the field's type, and `KeyError` for an
    unknown field.
    """
    if path in _ITEMS:
        return [_item(path, item) for item in _list(value)]
    return exact(_CLEANERS[fields()[path].type](value))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueRefused("not_a_text")
    if len(value) > 10_000:
        raise ValueRefused("too_long")
    return " ".join(value.split())


def _lang_text(value: Any) -> dict[str, str]:
    """Take one text for every language, or a text by language."""
    if isinstance(value, str):
        return {"fr": _text(value)}
    if not isinstance(value, dict) or not value:
        raise ValueRefused("not_a_text")
    return {str(language): _text(text) for language, text in value.items()}


def _codes(value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        raise ValueRefused("not_a_list")
    return [_text(item) for item in value]


def _code(value: Any) -> str:
    text = _text(value)
    if not CODE.fullmatch(text):
        raise ValueRefused("not_a_code")
    return text


def _amount(value: Any) -> str:
    text = decimal_text(value)
    if text.startswith("-"):
        raise ValueRefused("out_of_bounds")
    return text


def _percent(value: Any) -> str:
    text = _amount(value)
    if Decimal(text) > 100:
        raise ValueRefused("out_of_bounds")
    return text


def _quantity(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != {"value", "unit"}:
        raise ValueRefused("not_a_quantity")
    return {"value": _amount(value["value"]), "unit": _code(value["unit"])}


def _url(value: Any) -> str:
    text = _text(value)
    if not text.startswith("https://"):
        raise ValueRefused("not_a_url")
    return text


def _duration(value: Any) -> str:
    text = _text(value)
    if not DURATION.fullmatch(text):
        raise ValueRefused("not_a_duration")
    return text


def _grade(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("grade"), str):
        raise ValueRefused("not_a_grade")
    if not isinstance(value.get("score", 0), int | str | None):
        raise ValueRefused("not_a_grade")
    return value


def _list(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueRefused("not_a_list")
    if not value:
        raise ValueRefused("not_a_list")
    return value


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "lang_text": _lang_text,
    "codes": _codes,
    "code": _code,
    "decimal": decimal_text,
    "money": _amount,
    "percent": _percent,
    "quantity": _quantity,
    "url": _url,
    "duration": _duration,
    "grade": _grade,
    "integer": integer,
    "year": integer,
    "list": _list,
}


def _words(value: Any) -> Any:
    """Take a code, or a text by language."""
    return _lang_text(value) if isinstance(value, dict) else _text(value)


def _instant(value: Any) -> str:
    """Take an instant with its offset: a day alone does not order two steps."""
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueRefused("not_an_instant") from error
    if moment.tzinfo is None:
        raise ValueRefused("not_an_instant")
    return _text(value)


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(_text(value)).isoformat()
    except ValueError as error:
        raise ValueRefused("not_a_date") from error


def _country(value: Any) -> str:
    if not isinstance(value, str) or not COUNTRY.fullmatch(value):
        raise ValueRefused("not_a_country")
    return value


# Of each list: the members that are checked.
_ITEMS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "recalls.recalls": {
        "authority": _text,
        "reference": _text,
        "published_at": _instant,
        "text": _words,
    },
    "traceability.journey": {
        "at": _instant,
        "step": _words,
        "place": _text,
        "country": _country,
        "actor": _text,
    },
    "places.places": {
        "role": _words,
        "place": _text,
        "country": _country,
        "facility_id": _text,
        "share_pct": _percent,
    },
    "manufacturing.work_time_by_stage": {
        "stage": _words,
        "minutes": integer,
        "place": _text,
    },
    "price.components": {"code": _code, "amount": _amount, "place": _text},
    "eco.pcf_by_stage": {"stage": _code, "kg_co2e": decimal_text},
    "eco.packagings": {
        "shape": _words,
        "material": _words,
        "recycling": _words,
        "units": integer,
        "weight_g": _amount,
    },
    "certificates.certificates": {
        "scheme": _text,
        "issuer": _text,
        "id": _text,
        "valid_from": _day,
        "valid_until": _day,
    },
}
_REQUIRED = {
    "price.components": {"code", "amount"},
    "eco.pcf_by_stage": {"stage", "kg_co2e"},
    "manufacturing.work_time_by_stage": {"stage", "minutes"},
}


def _item(path: str, item: dict[str, Any]) -> dict[str, Any]:
    """Return one entry of a list with its known members cleaned; others as they are."""
    cleaners = _ITEMS[path]
    said = {key: value for key, value in item.items() if value not in (None, "")}
    if not _REQUIRED.get(path, set()) <= set(said):
        raise ValueRefused("member_missing")
    cleaned = {
        key: cleaners[key](value) if key in cleaners else value
        for key, value in said.items()
    }
    return dict(exact(cleaned))
