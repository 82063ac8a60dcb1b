"""
The civil status of a company, as a document: every fact, the unknown ones too.

A leaf module: it reads statements and returns plain values, in one language.
"""

import re
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.times import rfc3339
from companies import catalogue, satisfaction, wording
from companies.levels import RANK, Level, SourceKind, Status
from companies.models import Company, SatisfactionRate, Statement, StatementBase

# Without leading zeros: those are part of an identifier.
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?")
S = TypeVar("S", bound=StatementBase)


def unknown() -> dict[str, Any]:
    """Return the members of a value that nobody stated."""
    return {
        "status": Status.UNKNOWN.value,
        "value": None,
        "source": None,
        "level": None,
        "observed_at": None,
    }


def retain(statements: Sequence[S]) -> S | None:
    """
    Return the statement that is shown among those of one fact or field.

    The highest level wins, then the latest observation, then the latest record.
    """
    return max(
        statements,
        key=lambda one: (RANK[one.level], one.observed_at, one.pk),
        default=None,
    )


def contradicting(statements: Sequence[S], retained: S) -> list[S]:
    """
    Return the statements that say otherwise than the retained one, the best first.

    They are shown beside it, never averaged and never hidden. Letter case and closing
    zeros are no contradiction.
    """
    said = (retained.status, _folded(retained.value))
    others = [one for one in statements if (one.status, _folded(one.value)) != said]
    return sorted(others, key=lambda one: (RANK[one.level], one.pk), reverse=True)


def _folded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if NUMBER.fullmatch(value):
        return Decimal(value)
    return value.casefold()


def compose(
    company: Company, *, language: str, on: date | None = None
) -> dict[str, Any]:
    """Return the civil status of `company` in `fr` or `en`, as of the day `on`."""
    day = on or timezone.localdate()
    statements = list(Statement.objects.current().filter(company=company))
    by_fact: dict[str, list[Statement]] = {}
    for statement in statements:
        by_fact.setdefault(statement.fact, []).append(statement)
    rate = latest_rate(company.pk, on=day)
    recorded = [one.created_at for one in statements]
    if rate is not None:
        recorded.append(rate.created_at)
    with override(language):
        facts = {
            fact.key: {
                "label": fact.label(language),
                "mandatory": fact.is_mandatory,
                **_fact_document(fact, by_fact.get(fact.key, []), rate, day),
            }
            for fact in catalogue.facts().values()
        }
        return {
            "id": str(company.pk),
            "name": company.name,
            "fictitious": company.is_fictitious,
            "language": language,
            "as_of": rfc3339(max(recorded)) if recorded else None,
            "completeness": _completeness(facts),
            "satisfaction": satisfaction_document(rate, on=day),
            "facts": facts,
        }


def latest_rate(company_id: uuid.UUID, *, on: date) -> SatisfactionRate | None:
    """Return the rate that may be shown on the day `on`, or none."""
    rate = SatisfactionRate.objects.shown_for(company_id, on)
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
    fact: catalogue.Fact,
    statements: list[Statement],
    rate: SatisfactionRate | None,
    day: date,
) -> dict[str, Any]:
    if fact.key == "employee_satisfaction" and rate is not None:
        document = satisfaction_document(rate, on=day)
        del document["label"]
        return document
    retained = retain(statements)
    if retained is None:
        return _fact_worded(fact, unknown())
    document = _fact_worded(fact, retained.as_document(day))
    if others := contradicting(statements, retained):
        document["discrepancy"] = [
            _fact_worded(fact, one.as_document(day)) for one in others
        ]
    return document


def _fact_worded(fact: catalogue.Fact, document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "text": wording.value_text(fact.type, document)}


def _completeness(facts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Count the mandatory facts that are answered; an expired one counts no more."""
    mandatory = catalogue.mandatory_keys()
    missing = [
        key
        for key in mandatory
        if facts[key]["status"] == Status.UNKNOWN
        or "expired" in facts[key].get("states", [])
    ]
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
        "text": text,
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
