"""
What a company's statements amount to on one day: how complete, how well verified.

A leaf module, without words: it is run over every company each night.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from companies import catalogue, computed_facts, transparency
from companies.computed_facts import Computed
from companies.judging import Judged, judge
from companies.levels import RANK, Level, Status
from companies.models import SatisfactionRate
from companies.retaining import retain
from companies.transparency import Index, Standing

PRESENT = {Status.KNOWN, Status.NONE, Status.NOT_APPLICABLE}


class Portrait(NamedTuple):
    """All that is recorded of one company, judged as of one day."""

    company_id: uuid.UUID
    on: date
    statements: dict[str, list[Judged]]
    # By fact, what is shown; a fact that nobody stated is not in it.
    retained: dict[str, Judged]
    rate: SatisfactionRate | None


def portray(
    companies: Sequence[uuid.UUID],
    *,
    on: date,
    moment: datetime | None = None,
    beside: Sequence[str] = ("evidence",),
) -> dict[uuid.UUID, Portrait]:
    """Return the portrait of each company, in six queries however many there are."""
    judged = judge(companies, on=on, moment=moment, beside=beside)
    rates = _rates(companies, on, moment)
    return {
        key: Portrait(
            key,
            on,
            statements,
            {
                fact: kept
                for fact, several in statements.items()
                if (kept := retain(several)) is not None
            },
            rates.get(key),
        )
        for key, statements in judged.items()
    }


def _rates(
    companies: Iterable[uuid.UUID], on: date, moment: datetime | None
) -> dict[uuid.UUID, SatisfactionRate]:
    rows = SatisfactionRate.objects.with_enough_answers(on).filter(
        company__in=list(companies)
    )
    if moment is not None:
        rows = rows.filter(created_at__lte=moment)
    latest = {rate.company_id: rate for rate in rows.order_by("measured_on", "pk")}
    return {key: rate for key, rate in latest.items() if rate.is_publishable(on)}


def standings(portrait: Portrait) -> dict[str, Standing]:
    """Return how each fact of the catalogue stands."""
    return {fact.key: _standing(fact, portrait) for fact in catalogue.facts().values()}


def missing(found: dict[str, Standing]) -> list[str]:
    """
    Return the mandatory facts without an answer, in the order of the catalogue.

    What is withheld is not given to anybody, and what has expired counts no more.
    """
    return [
        key
        for key in catalogue.mandatory_keys()
        if found[key].status not in PRESENT or found[key].is_expired
    ]


def index(found: dict[str, Standing]) -> Index:
    """Return the transparency index."""
    return transparency.compute(
        catalogue.facts().values(), found, catalogue.index_parameters()
    )


def country_of(portrait: Portrait) -> str:
    """Return the country that a company belongs to: its taxes, else its seat."""
    residence = portrait.retained.get("tax_residence")
    if residence is not None and residence.status == Status.KNOWN:
        return str(residence.value)
    seat = portrait.retained.get("registered_address")
    return str(seat.statement.details.get("country", "")) if seat else ""


def _standing(fact: catalogue.Fact, portrait: Portrait) -> Standing:
    if fact.key == catalogue.MEASURED and portrait.rate is not None:
        rate = portrait.rate
        return Standing(
            status=Status.KNOWN,
            level=rate.level,
            age_months=transparency.months_since(rate.measured_on, portrait.on),
        )
    if fact.key == catalogue.COMPUTED_ONLY:
        return _computed_standing(
            fact, portrait, computed_facts.per_employee(portrait.retained)
        )
    if fact.key == computed_facts.AFTER_SALES and (
        computed := computed_facts.after_sales(portrait.retained)
    ):
        return _computed_standing(fact, portrait, computed)
    kept = portrait.retained.get(fact.key)
    if kept is None:
        return Standing()
    several = portrait.statements[fact.key]
    return Standing(
        status=kept.status,
        level=_capped(kept.level, several),
        is_expired="expired" in kept.states,
        is_contradicted=any(one.is_contradicted for one in several),
        is_contested=any(one.is_contested for one in several),
        age_months=_age(fact, kept, portrait.on),
    )


def _computed_standing(
    fact: catalogue.Fact, portrait: Portrait, computed: Computed | None
) -> Standing:
    """Let a computed fact stand as its weakest input does."""
    if computed is None:
        return Standing()
    inputs = list(computed.inputs)
    said = [
        statement
        for one in inputs
        for statement in portrait.statements[one.statement.fact]
    ]
    return Standing(
        status=computed.document["status"],
        level=_capped(computed.document["level"], said),
        is_expired=any("expired" in one.states for one in inputs),
        is_contradicted=any(one.is_contradicted for one in said),
        is_contested=any(one.is_contested for one in said),
        age_months=max(_age(fact, one, portrait.on) for one in inputs),
    )


def _capped(level: str, statements: Iterable[Judged]) -> str:
    """Let a fact about which a check disagrees count as evidenced at most."""
    if RANK[level] > RANK[Level.EVIDENCED] and any(
        one.is_contradicted for one in statements
    ):
        return Level.EVIDENCED
    return level


def _age(fact: catalogue.Fact, judged: Judged, on: date) -> int:
    about = timezone.localtime(judged.observed_at).date()
    if fact.period == "year":
        about = date(judged.statement.covered_year, 12, 31)
    return transparency.months_since(about, on)
