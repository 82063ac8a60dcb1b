"""
The transparency index: how much a company discloses, and how well verified. Pure.

It says nothing of how good the company is. Weights, levels, freshness and tiers are
data, in `fact_catalogue.json`; every point that is lost has a name and a remedy.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from companies.catalogue import Fact
from companies.levels import Level, Status

# Who may raise a fact no higher than an agreement between sources.
NOT_THIRD_PARTIES = frozenset({"register", "public_registry", "community"})
HUNDREDTH = Decimal("0.01")


class Standing(NamedTuple):
    """How one fact stands on the day of the index."""

    status: str = Status.UNKNOWN
    level: str = Level.DECLARED
    is_expired: bool = False
    # A check disagrees, or a verifier refused: the level is capped already.
    is_contradicted: bool = False
    # Nobody answered a dispute in time, or it was found right.
    is_contested: bool = False
    # Whole months since the day, or the end of the year, that the value is about.
    age_months: int = 0


class Loss(NamedTuple):
    """Points that one fact does not earn, and what would earn them back."""

    fact: str
    points: Decimal
    # state, publish, renew, answer, reconcile, document, cross_check, verify, update
    remedy: str


class Index(NamedTuple):
    """The figure, 0 to 1000 per mille, its tier, and where each lost point is."""

    per_mille: int
    tier: str
    version: int
    earned: dict[str, Decimal]
    losses: list[Loss]


def compute(
    facts: Iterable[Fact],
    standings: Mapping[str, Standing],
    parameters: Mapping[str, Any],
) -> Index:
    """
    Return the index of one company.

    Each fact has its share of 100 points by weight, and earns of it what its level is
    worth beside the best level it can have, times its freshness. Points are rounded to
    hundredths first, so that the lines add up to the figure exactly.
    """
    known = list(facts)
    total = sum(fact.weight for fact in known)
    earned: dict[str, Decimal] = {}
    losses: list[Loss] = []
    for fact in known:
        share = Decimal(100 * fact.weight) / total
        standing = standings.get(fact.key, Standing())
        factor, remedy = _worth(fact, standing, parameters)
        by_level = share * factor
        fresh = _freshness(fact, standing, parameters)
        earned[fact.key] = _hundredths(by_level * fresh)
        losses += [
            Loss(fact.key, points, why)
            for points, why in (
                (_hundredths(share - by_level), remedy),
                (_hundredths(by_level - by_level * fresh), "update"),
            )
            if points
        ]
    per_mille = int((sum(earned.values(), Decimal()) * 10).to_integral_value())
    per_mille = min(1000, per_mille)
    return Index(
        per_mille=per_mille,
        tier=tier_of(per_mille, parameters),
        version=int(parameters["version"]),
        earned=earned,
        losses=sorted(losses, key=lambda one: -one.points),
    )


def tier_of(per_mille: int, parameters: Mapping[str, Any]) -> str:
    """Return the key of the best tier that an index reaches, or nothing."""
    return next(
        (
            str(tier["key"])
            for tier in parameters["tiers"]
            if per_mille >= 10 * int(tier["least"])
        ),
        "",
    )


def best_level(fact: Fact) -> Level:
    """Return the highest level that a fact can have: not all have a third party."""
    if set(fact.verifiable_by) <= NOT_THIRD_PARTIES:
        return Level.CROSS_CHECKED
    return Level.THIRD_PARTY_VERIFIED


def months_since(about: date, on: date) -> int:
    """Return the whole months from one day to another, 0 if it is to come."""
    months = (on.year - about.year) * 12 + on.month - about.month
    return max(0, months - (on.day < about.day))


def _worth(
    fact: Fact, standing: Standing, parameters: Mapping[str, Any]
) -> tuple[Decimal, str]:
    """Return the part of a fact's share that it earns, and how to earn the rest."""
    if standing.status == Status.UNKNOWN:
        return Decimal(), "state"
    if standing.status == Status.WITHHELD:
        return Decimal(), "publish"
    if standing.is_expired:
        return Decimal(), "renew"
    best = best_level(fact)
    worth = {level: Decimal(text) for level, text in parameters["levels"].items()}
    if standing.is_contested:
        return min(worth[Level.DECLARED] / worth[best], Decimal(1)), "answer"
    factor = min(worth[standing.level] / worth[best], Decimal(1))
    if standing.is_contradicted:
        return factor, "reconcile"
    return factor, _next_step(standing.level, best)


def _next_step(level: str, best: Level) -> str:
    if level == Level.DECLARED:
        return "document"
    return "cross_check" if best == Level.CROSS_CHECKED else "verify"


def _freshness(
    fact: Fact, standing: Standing, parameters: Mapping[str, Any]
) -> Decimal:
    """Return the factor of the first step that the value's age does not exceed."""
    for step in parameters["freshness"][fact.period]:
        if step["months"] is None or standing.age_months <= step["months"]:
            return Decimal(step["factor"])
    return Decimal()


def _hundredths(points: Decimal) -> Decimal:
    return points.quantize(HUNDREDTH, ROUND_HALF_EVEN)
