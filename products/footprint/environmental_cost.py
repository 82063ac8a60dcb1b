"""
The French environmental cost: impacts, weighted and added. More points are worse.

Points = 10⁶ × Σ impact ÷ normalisation × weighting, for one unit; for garments the
complements are added, then the sum is divided by the durability coefficient.
Source: `environmental_cost.json`, which names its own.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("environmental_cost.json")
POINTS = Decimal(10) ** 6
# What may be added for a garment.
COMPLEMENTS = ("microfibers", "outside_europe")


class Category(NamedTuple):
    """One category of impacts, with the unit in which impacts of it are given."""

    label_fr: str
    label_en: str
    unit: str
    normalization: Decimal
    weighting: Decimal


@cache
def _file() -> dict[str, object]:
    content: dict[str, object] = json.loads(
        FILE.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal
    )
    return content


def version() -> str:
    """Return the version of the method whose factors we have."""
    return str(_file()["version"])


@cache
def categories() -> dict[str, Category]:
    """Return the categories of the method by their trigram."""
    found = _file()["categories"]
    assert isinstance(found, dict)
    return {code: Category(**entry) for code, entry in found.items()}


def missing(impacts: Mapping[str, Decimal]) -> list[str]:
    """
    Return the weighted categories of which no impact is provided.

    An impact of exactly nothing is none: public data hide what their licence forbids.
    """
    return [
        code
        for code, category in categories().items()
        if category.weighting and not impacts.get(code)
    ]


def points(impacts: Mapping[str, Decimal]) -> Decimal:
    """Return the points of `impacts`, by trigram; other categories do not count."""
    return POINTS * sum(
        (
            impacts[code] / category.normalization * category.weighting
            for code, category in categories().items()
            if code in impacts
        ),
        Decimal(0),
    )


def of_garment(
    impacts: Mapping[str, Decimal],
    *,
    complements: Decimal = Decimal(0),
    durability: Decimal,
) -> Decimal:
    """
    Return the points of a garment, its complements in points.

    Raise `ValueError` unless the durability coefficient is above zero.
    """
    if durability <= 0:
        raise ValueError(f"{durability} is no durability coefficient")
    return (points(impacts) + complements) / durability
