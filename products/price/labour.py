"""
Labour by place: groups of workers, their legal minimum and their living wage.

A group has five workers at least: the pay of fewer would be that of persons. A gap to
a living wage names the source, the year and the region of its benchmark.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from products import stored
from products.cleaning import SMALLEST_GROUP
from products.price.breakdown import TENTH

PAY = "hourly_total_remuneration"
# A benchmark of last century, or of a year to come, is none.
FIRST_YEAR = 2000
FILE = Path(__file__).with_name("minimum_wages.json")


class Group(NamedTuple):
    """Those who work on a product in one country, all amounts by the hour."""

    country: str
    workers: int | None
    minutes: Decimal | None
    remuneration: Decimal | None
    living_wage: Decimal | None
    source: str
    year: int | None
    region: str

    @property
    def is_large_enough(self) -> bool:
        """Say whether no individual's pay shows in that of the group."""
        return self.workers is not None and self.workers >= SMALLEST_GROUP


class Minimum(NamedTuple):
    """The legal minimum of one hour of work since a day, and where it is written."""

    country: str
    currency: str
    since: date
    hourly: Decimal
    source: str


def group(entry: Mapping[str, Any]) -> Group:
    """Return one stored entry of the labour by place."""
    benchmark = stored.mapping(entry.get("benchmark"))
    return Group(
        stored.text(entry.get("country")),
        stored.whole(entry.get("workers")),
        stored.number(entry.get("minutes")),
        stored.number(entry.get(PAY)),
        stored.number(entry.get("living_wage_hourly")),
        stored.text(benchmark.get("source")),
        stored.whole(benchmark.get("year")),
        stored.text(benchmark.get("region")),
    )


def without_individual_pay(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry without its pay where the group is too small to publish it."""
    if group(entry).is_large_enough:
        return entry
    return {key: value for key, value in entry.items() if key != PAY}


def is_sourced(one: Group, *, on: date) -> bool:
    """Say whether the benchmark names its source, its year and its region."""
    if one.year is None or not FIRST_YEAR <= one.year <= on.year:
        return False
    return bool(one.source and one.region)


def living_wage_gap_pct(one: Group, *, on: date) -> Decimal | None:
    """
    Return by how much the pay is below the living wage, in percent of that wage.

    None unless the benchmark is sourced and the group large enough.
    """
    if not one.is_large_enough or not is_sourced(one, on=on):
        return None
    if not one.living_wage or one.living_wage < 0:
        return None
    if one.remuneration is None or one.remuneration < 0:
        return None
    gap = (one.living_wage - one.remuneration) / one.living_wage * 100
    return stored.rounded(max(Decimal(0), gap), TENTH)


@cache
def minima() -> tuple[Minimum, ...]:
    """Return the legal minima that we know, the oldest first."""
    entries = json.loads(FILE.read_text(encoding="utf-8"))["minima"]
    found = [
        Minimum(
            entry["country"],
            entry["currency"],
            date.fromisoformat(entry["from"]),
            Decimal(entry["hourly"]),
            entry["source"],
        )
        for entry in entries
    ]
    return tuple(sorted(found, key=lambda one: one.since))


def legal_minimum(country: str, currency: str, *, on: date) -> Minimum | None:
    """Return the minimum in force on a day; none where we know none."""
    found = [
        one
        for one in minima()
        if (one.country, one.currency) == (country, currency) and one.since <= on
    ]
    return found[-1] if found else None
