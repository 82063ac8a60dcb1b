"""
The civil status of a company, as a document: every fact, the unknown ones too.

A leaf module: it reads statements and returns plain values, in one language.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common import compiled
from common.times import rfc3339
from companies import assessing, catalogue, computed_facts, satisfaction, wording
from companies.assessing import Portrait, portray
from companies.computed_facts import Computed
from companies.judging import Judged
from companies.levels import Level, SourceKind, Status
from companies.models import Company, SatisfactionRate
from companies.retaining import agreeing, contradicting
from companies.transparency import Standing


def unknown() -> dict[str, Any]:
    """Return the members of a value that nobody stated."""
    return {
        "status": Status.UNKNOWN.value,
        "value": None,
        "source": None,
        "level": None,
        "observed_at": None,
    }


def compose(
    company: Company,
    *,
    language: str,
    on: date | None = None,
    moment: datetime | None = None,
    portrait: Portrait | None = None,
) -> dict[str, Any]:
    """
    Return the civil status of `company` in `fr` or `en`, as of the day `on`.

    With `moment`, as it was recorded then. Whoever has the portrait already gives it:
    two languages need not be read twice.
    """
    day = on or timezone.localdate(moment)
    if portrait is None:
        portrait = portray([company.pk], on=day, moment=moment)[company.pk]
    found = assessing.standings(portrait)
    with override(language):
        facts = {
            fact.key: {
                "label": fact.label(language),
                "mandatory": fact.is_mandatory,
                **_fact_document(fact, portrait, language),
            }
            for fact in catalogue.facts().values()
        }
        return {
            "id": str(company.pk),
            "name": company.name,
            "fictitious": company.is_fictitious,
            "language": language,
            "as_of": _as_of(portrait),
            "identifiers": identifiers(portrait),
            "completeness": completeness_document(found, language),
            "satisfaction": satisfaction_document(portrait.rate, on=day),
            "transparency": _transparency(found, language),
            "disputes": _disputes(company, portrait),
            "facts": facts,
        }


def completeness(company: Company) -> dict[str, Any]:
    """Return how complete a civil status is today, in the active language."""
    portrait = portray([company.pk], on=timezone.localdate())[company.pk]
    return completeness_document(assessing.standings(portrait), wording.language())


def identifiers(portrait: Portrait) -> dict[str, str]:
    """Return the numbers by which the company is known, those that are stated."""
    names = {"siren": "national_id", "vat": "vat_id", "lei": "lei"}
    found = {
        name: str(kept.value)
        for name, fact in names.items()
        if (kept := portrait.retained.get(fact)) and kept.status == Status.KNOWN
    }
    # A number of another country's register is the company's, but no SIREN.
    if not found.get("siren", "").isdigit() and "siren" in found:
        found["national"] = found.pop("siren")
    return found


def _as_of(portrait: Portrait) -> str | None:
    recorded = [
        one.recorded_at() for several in portrait.statements.values() for one in several
    ]
    if portrait.rate is not None:
        recorded.append(portrait.rate.created_at)
    return rfc3339(max(recorded)) if recorded else None


_SHOWN = compiled.Select(
    lambda company, on: SatisfactionRate.objects.shown(company, on),
    company=Company._meta.pk,
    on=SatisfactionRate._meta.get_field("measured_on"),
)


def latest_rate(company_id: uuid.UUID, *, on: date) -> SatisfactionRate | None:
    """Return the rate that may be shown on the day `on`, or none."""
    rate = _SHOWN.first(company=company_id, on=on)
    return rate if rate is not None and rate.is_publishable(on) else None


def satisfaction_document(rate: SatisfactionRate | None, *, on: date) -> dict[str, Any]:
    """Return the employees' satisfaction as a value, in the active language."""
    if rate is None or not rate.is_publishable(on):
        return {
            **unknown(),
            "label": _("Employee satisfaction"),
            "text": _("No rate published"),
        }
    return {
        "label": _("Employee satisfaction"),
        "status": Status.KNOWN.value,
        "value": str(rate.percent),
        "unit": "P1",
        "answers": rate.answers,
        "invited": rate.invited,
        "freshness": satisfaction.freshness(rate.measured_on, on),
        "source": {"kind": rate.source_kind, "name": rate.source_name, "url": None},
        "level": rate.level,
        "observed_at": f"{rate.measured_on.isoformat()}T00:00:00Z",
        "text": _("%(percent)s %% of %(answers)s answers, on %(date)s")
        % {
            "percent": rate.percent,
            "answers": rate.answers,
            "date": wording.day(rate.measured_on),
        },
    }


def _fact_document(
    fact: catalogue.Fact, portrait: Portrait, language: str
) -> dict[str, Any]:
    if fact.key == catalogue.MEASURED and portrait.rate is not None:
        return _measured(fact, portrait, portrait.rate, language)
    if fact.key == catalogue.COMPUTED_ONLY:
        return _fact_worded(fact, _per_employee(portrait))
    kept = portrait.retained.get(fact.key)
    if kept is None:
        return _fact_worded(fact, unknown())
    return _fact_worded(fact, _stated(fact, portrait, kept, language))


def _measured(
    fact: catalogue.Fact, portrait: Portrait, rate: SatisfactionRate, language: str
) -> dict[str, Any]:
    """Show the rate, and beside it what is stated otherwise of the same thing."""
    document = satisfaction_document(rate, on=portrait.on)
    del document["label"]
    statements = portrait.statements.get(fact.key, [])
    if states := _states(document, statements):
        document["states"] = states
    others = [
        one
        for one in statements
        if one.status == Status.KNOWN and Decimal(one.value) != rate.percent
    ]
    if others:
        document["discrepancy"] = [
            _fact_worded(fact, one.as_document(language)) for one in others
        ]
    return document


def _stated(
    fact: catalogue.Fact, portrait: Portrait, kept: Judged, language: str
) -> dict[str, Any]:
    statements = portrait.statements[fact.key]
    document = kept.as_document(language)
    others = contradicting(statements, kept)
    if fact.key == computed_facts.AFTER_SALES:
        document, others = _after_sales(document, portrait, kept, others)
    if states := _states(document, statements):
        document["states"] = states
    if (count := agreeing(statements, kept)) > 1:
        document["sources_agreeing"] = count
    if fact.key == "founded_on" and (age := computed_facts.age(kept, portrait.on)):
        document["age"] = age
    if others:
        document["discrepancy"] = [
            _fact_worded(fact, one.as_document(language)) for one in others
        ]
    return document


def _per_employee(portrait: Portrait) -> dict[str, Any]:
    """Show the computed footprint, in dispute as soon as one of its inputs is."""
    found = computed_facts.per_employee(portrait.retained)
    if found is None:
        return unknown()
    states = _states(found.document, _said_of(found, portrait))
    return {**found.document, "states": states} if states else found.document


def _said_of(found: Computed, portrait: Portrait) -> list[Judged]:
    """Return whatever is stated of the inputs of a computed value."""
    facts = [one.statement.fact for one in found.inputs]
    return [one for fact in facts for one in portrait.statements[fact]]


def _after_sales(
    document: dict[str, Any], portrait: Portrait, kept: Judged, others: list[Judged]
) -> tuple[dict[str, Any], list[Judged]]:
    """Show the computed share where both counts are known, the stated one beside it."""
    computed_one = computed_facts.after_sales(portrait.retained)
    if computed_one is None:
        return document, others
    if not computed_facts.agrees(str(kept.value), computed_one.document["value"]):
        others = [kept, *others]
    states = _states(computed_one.document, _said_of(computed_one, portrait))
    found = {**document, **computed_one.document}
    return ({**found, "states": states} if states else found), others


def _states(document: dict[str, Any], statements: Sequence[Judged]) -> list[str]:
    """Whatever source is shown, a fact about which somebody disagrees is disputed."""
    states = list(document.get("states", []))
    if "disputed" not in states and any("disputed" in one.states for one in statements):
        states.insert(0, "disputed")
    return states


def _fact_worded(fact: catalogue.Fact, document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "text": wording.value_text(fact.type, document)}


def completeness_document(found: dict[str, Standing], language: str) -> dict[str, Any]:
    """Return how many of the mandatory facts are given, in the active language."""
    facts = catalogue.facts()
    mandatory = catalogue.mandatory_keys()
    missing = assessing.missing(found)
    counts = {"present": len(mandatory) - len(missing), "all": len(mandatory)}
    text = (
        _("incomplete civil status (%(present)s/%(all)s)") % counts
        if missing
        else _("complete civil status (%(present)s/%(all)s)") % counts
    )
    return {
        "complete": not missing,
        "present": counts["present"],
        "mandatory": counts["all"],
        "missing": missing,
        "missing_labels": [facts[key].label(language) for key in missing],
        "text": text,
    }


def _transparency(found: dict[str, Standing], language: str) -> dict[str, Any]:
    index = assessing.index(found)
    facts = catalogue.facts()
    tiers = {tier["key"]: tier for tier in catalogue.index_parameters()["tiers"]}
    tier = tiers.get(index.tier)
    percent = str(Decimal(index.per_mille) / 10)
    return {
        "index": percent,
        "unit": "P1",
        "version": index.version,
        "tier": index.tier or None,
        "tier_label": tier[f"label_{language}"] if tier else None,
        "text": _("%(index)s of 100: what is disclosed, and how well verified")
        % {"index": wording.number(percent)},
        "earned": {key: str(points) for key, points in index.earned.items()},
        "lost": [
            {
                "fact": loss.fact,
                "points": str(loss.points),
                "remedy": loss.remedy,
                "text": wording.loss_text(
                    facts[loss.fact].label(language), str(loss.points), loss.remedy
                ),
            }
            for loss in index.losses
        ],
    }


def _disputes(company: Company, portrait: Portrait) -> dict[str, Any]:
    """Return how many disputes wait, and for how many the company is late."""
    disputes = {
        dispute.pk: dispute
        for several in portrait.statements.values()
        for one in several
        for dispute in one.disputes
    }
    return {
        "unsettled": len(disputes),
        "overdue": sum(one.is_overdue(portrait.on) for one in disputes.values()),
        "url": f"{settings.BASE_URL}/api/v1/companies/{company.pk}/disputes",
    }


def computed(level: Level | str, **members: Any) -> dict[str, Any]:
    """Return the members of a value that we computed, at the level of its inputs."""
    given = {key: value for key, value in members.items() if value}
    return {
        **unknown(),
        "status": Status.KNOWN.value,
        "source": {
            "kind": SourceKind.COMPUTED.value,
            "name": "Flashsésame",
            "url": None,
        },
        "level": str(level),
        **given,
    }
