"""
The vocabulary of the product sheet: data, read once from `vocabulary.json`. Pure.

A field is addressed as `section.key`. `clean` turns what a person or a file gives into
the one form that is stored, or refuses it.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from companies.catalogue import ValueRefused, decimal_text, exact, integer
from products import cleaning

FILE = Path(__file__).with_name("vocabulary.json")


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
    # Of numbers: what nobody can mean. No product has a negative amount of fat.
    least: str | None = None
    most: str | None = None

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
                    field.get("min"),
                    field.get("max"),
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
        return [_item(path, item) for item in cleaning.as_list(value)]
    field = fields()[path]
    cleaned = exact(_CLEANERS[field.type](value))
    if field.least is not None and Decimal(cleaned) < Decimal(field.least):
        raise ValueRefused("out_of_bounds")
    if field.most is not None and Decimal(cleaned) > Decimal(field.most):
        raise ValueRefused("out_of_bounds")
    return cleaned


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "text": cleaning.as_text,
    "lang_text": cleaning.as_lang_text,
    "codes": cleaning.as_codes,
    "code": cleaning.as_code,
    "variant_code": cleaning.as_variant_code,
    "product": lambda value: cleaning.as_product(value),
    "decimal": decimal_text,
    "money": cleaning.as_amount,
    "percent": cleaning.as_percent,
    "quantity": cleaning.as_quantity,
    "url": cleaning.as_url,
    "duration": cleaning.as_duration,
    "grade": cleaning.as_grade,
    "integer": integer,
    "year": integer,
    "list": cleaning.as_list,
    "country": cleaning.as_country,
}
# Of each list: the members that are checked.
_ITEMS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "recalls.recalls": {
        "authority": cleaning.as_text,
        "reference": cleaning.as_text,
        "published_at": cleaning.as_instant,
        "text": cleaning.as_words,
        "what_to_do": cleaning.as_words,
        "url": cleaning.as_url,
    },
    "traceability.journey": {
        "at": cleaning.as_instant,
        "step": cleaning.as_words,
        "place": cleaning.as_text,
        "country": cleaning.as_country,
        "actor": cleaning.as_text,
    },
    "places.places": {
        "role": cleaning.as_words,
        "place": cleaning.as_text,
        "region": cleaning.as_text,
        "country": cleaning.as_country,
        "facility_id": cleaning.as_text,
        "lat": cleaning.as_latitude,
        "lng": cleaning.as_longitude,
        "share_pct": cleaning.as_percent,
    },
    "manufacturing.work_time_by_stage": {
        "stage": cleaning.as_words,
        "minutes": integer,
        "place": cleaning.as_text,
    },
    "price.components": {
        "code": cleaning.as_code,
        "amount": cleaning.as_amount,
        "place": cleaning.as_text,
        "country": cleaning.as_country,
        "source": cleaning.as_text,
    },
    "price.labour_by_place": {
        "country": cleaning.as_country,
        "workers": cleaning.as_workers,
        "minutes": cleaning.as_amount,
        "hourly_total_remuneration": cleaning.as_amount,
        "living_wage_hourly": cleaning.as_amount,
        "benchmark": cleaning.as_benchmark,
    },
    "eco.pcf_by_stage": {
        "stage": cleaning.as_stage,
        "kg_co2e": decimal_text,
        "biogenic_kg_co2e": decimal_text,
    },
    "eco.green_score_adjustments": {"code": cleaning.as_code, "points": integer},
    "eco.environmental_impacts": {"code": cleaning.as_code, "amount": decimal_text},
    "eco.environmental_cost_complements": {
        "code": cleaning.as_code,
        "points": decimal_text,
    },
    "eco.packagings": {
        "shape": cleaning.as_words,
        "material": cleaning.as_words,
        "recycling": cleaning.as_words,
        "units": integer,
        "weight_g": cleaning.as_amount,
    },
    "nutrition.other_nutrients": {
        "code": cleaning.as_code,
        "grams": cleaning.as_amount,
    },
    "certificates.certificates": {
        "scheme": cleaning.as_text,
        "issuer": cleaning.as_text,
        "id": cleaning.as_text,
        "valid_from": cleaning.as_day,
        "valid_until": cleaning.as_day,
    },
}
_REQUIRED = {
    "price.components": {"code", "amount"},
    "price.labour_by_place": {"country", "workers"},
    "eco.pcf_by_stage": {"stage", "kg_co2e"},
    "eco.green_score_adjustments": {"code", "points"},
    "eco.environmental_impacts": {"code", "amount"},
    "eco.environmental_cost_complements": {"code", "points"},
    "manufacturing.work_time_by_stage": {"stage", "minutes"},
    "nutrition.other_nutrients": {"code", "grams"},
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
