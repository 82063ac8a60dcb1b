"""
How far each statement may be believed, after checks, verifiers and disputes.

A leaf module. The rows say what was recorded; the level that counts follows from them:
an independent source that agrees raises it, a rule that fails caps it, and a verifier
acting in scope stands above both, until the verification ends.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import BooleanField, Case, When

from common.times import rfc3339
from companies.levels import RANK, Level
from companies.models import (
    CheckResult,
    Dispute,
    Evidence,
    Outcome,
    Statement,
    Verification,
)

TOLD = {Outcome.AGREE, Outcome.DISAGREE}
R = TypeVar("R", CheckResult, Verification)
# Of which company, on which fact, from which kind of source.
Voice = tuple[uuid.UUID, str, str]


@dataclass(slots=True)
class Judged:
    """One statement with all that bears on it."""

    statement: Statement
    on: date
    checks: Sequence[CheckResult] = ()
    verifications: Sequence[Verification] = ()
    disputes: Sequence[Dispute] = ()
    level: str = field(init=False)

    def __post_init__(self) -> None:
        """Decide the level once: comparing asks for it many times."""
        self.level = self._level()

    @property
    def pk(self) -> int:
        """Return the statement's key, which orders what was recorded."""
        return self.statement.pk

    @property
    def observed_at(self) -> datetime:
        """Return when the value was observed."""
        return self.statement.observed_at

    @property
    def status(self) -> str:
        """Return the statement's status."""
        return self.statement.status

    @property
    def value(self) -> Any:
        """Return the stated value, none unless the status is `known`."""
        return self.statement.value

    @property
    def states(self) -> list[str]:
        """Return `disputed` and `expired`, the states beside the level."""
        states = self.statement.states(self.on)
        if "disputed" not in states and (self.is_contradicted or self.disputes):
            return ["disputed", *states]
        return states

    @property
    def is_contradicted(self) -> bool:
        """Say whether a check disagrees, or a verifier refused."""
        return any(one.outcome == Outcome.DISAGREE for one in self.checks) or any(
            one.result == Verification.Result.REFUSED for one in self.verifications
        )

    @property
    def is_contested(self) -> bool:
        """Say whether a dispute was left unanswered, or found right."""
        return any(
            one.is_overdue(self.on) or one.state == Dispute.State.UPHELD
            for one in self.disputes
        )

    def recorded_at(self) -> datetime:
        """Return when the last thing that bears on the statement was recorded."""
        return max(
            [
                self.statement.created_at,
                *(one.created_at for one in self.checks),
                *(one.created_at for one in self.verifications),
                *(one.created_at for one in self.disputes),
            ]
        )

    def as_value(self) -> dict[str, Any]:
        """Return the published value alone, for words about it."""
        return self.statement.as_document(self.on)

    def as_document(self, language: str) -> dict[str, Any]:
        """Return the members of the published value, each check with its sentence."""
        document = self.as_value()
        document["level"] = self.level
        rarer: dict[str, Any] = {
            "states": self.states,
            "checks": [_check(one, language) for one in self.checks if _is_told(one)],
            "verifications": [_verification(one) for one in self.verifications],
            "evidence": [_evidence(one) for one in self.statement.evidence.all()],
        }
        document.pop("states", None)
        return {**document, **{key: value for key, value in rarer.items() if value}}

    def _level(self) -> str:
        level = self.statement.level
        agreeing = any(
            one.outcome == Outcome.AGREE and one.is_independent for one in self.checks
        )
        if agreeing and RANK[level] < RANK[Level.CROSS_CHECKED]:
            level = Level.CROSS_CHECKED
        if any(self._is_in_force(one) for one in self.verifications):
            level = Level.THIRD_PARTY_VERIFIED
        if self.is_contradicted and RANK[level] > RANK[Level.EVIDENCED]:
            level = Level.EVIDENCED
        return str(level)

    def _is_in_force(self, verification: Verification) -> bool:
        return verification.result == Verification.Result.VERIFIED and (
            verification.valid_until is None or verification.valid_until >= self.on
        )


Portrait = dict[str, list[Judged]]


def judge(
    companies: Iterable[uuid.UUID],
    *,
    on: date,
    moment: datetime | None = None,
    beside: Sequence[str] = ("evidence",),
) -> dict[uuid.UUID, Portrait]:
    """
    Return the statements of each company by fact, judged as of the day `on`.

    Five queries, however many companies. With `moment`, as everything was recorded
    then; without it, as it is now. `beside` is prefetched: a level needs no documents.
    """
    keys = list(companies)
    checks = _by_statement(_checks(keys, moment))
    verifications = _by_statement(_verifications(keys, moment))
    disputes = _by_voice(_disputes(keys, moment))
    portraits: dict[uuid.UUID, Portrait] = {key: {} for key in keys}
    rows = Statement.objects.filter(company__in=keys).prefetch_related(*beside)
    current = rows.current() if moment is None else rows.current_at(moment)
    for statement in current.order_by("pk"):
        judged = Judged(
            statement,
            on,
            checks=checks.get(statement.pk, ()),
            verifications=verifications.get(statement.pk, ()),
            disputes=disputes.get(_voice(statement), ()),
        )
        facts = portraits[statement.company_id]
        facts.setdefault(statement.fact, []).append(judged)
    return portraits


def _checks(
    companies: list[uuid.UUID], moment: datetime | None
) -> Iterable[CheckResult]:
    rows = CheckResult.objects.filter(company__in=companies).order_by("pk")
    # What is to be reconciled is told, too; the inputs themselves are not.
    is_doubt = Case(
        When(inputs__to_reconcile=True, then=True),
        default=False,
        output_field=BooleanField(),
    )
    rows = rows.annotate(is_doubt=is_doubt).defer("inputs")
    return rows.current() if moment is None else rows.current_at(moment)


def _verifications(
    companies: list[uuid.UUID], moment: datetime | None
) -> Iterable[Verification]:
    rows = (
        Verification.objects.filter(statement__company__in=companies)
        .exclude(result=Verification.Result.WITHDRAWN)
        .select_related("verifier", "credential")
        # Up to some megabytes, kept for proof and never for reading.
        .defer(
            "credential__token",
            "credential__status_list",
            "credential__did_document",
            "credential__revocation",
        )
        .order_by("pk")
    )
    return rows.current() if moment is None else rows.current_at(moment)


def _disputes(companies: list[uuid.UUID], moment: datetime | None) -> Iterable[Dispute]:
    rows = (
        Dispute.objects.filter(company__in=companies)
        .select_related("statement")
        .order_by("created_at")
    )
    if moment is None:
        return rows.unsettled()
    then = list(rows.unsettled_at(moment))
    for one in then:
        one.state = one.state_at(moment)
    return then


def _by_statement(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows:
        found.setdefault(row.statement_id, []).append(row)
    return found


def _voice(statement: Statement) -> Voice:
    return (statement.company_id, statement.fact, statement.source_kind)


def _by_voice(disputes: Iterable[Dispute]) -> dict[Voice, list[Dispute]]:
    """
    Group disputes by who states what.

    Stating the same once more does not settle what somebody contests.
    """
    found: dict[Voice, list[Dispute]] = {}
    for dispute in disputes:
        found.setdefault(_voice(dispute.statement), []).append(dispute)
    return found


def _is_told(check: CheckResult) -> bool:
    return check.outcome in TOLD or bool(getattr(check, "is_doubt", False))


def _check(check: CheckResult, language: str) -> dict[str, Any]:
    return {
        "rule": check.rule,
        "version": check.version,
        "outcome": check.outcome,
        "independent": check.is_independent,
        "text": check.text(language),
        "checked_at": rfc3339(check.created_at),
        **({"to_reconcile": True} if check.outcome == Outcome.INCONCLUSIVE else {}),
    }


def _verification(verification: Verification) -> dict[str, Any]:
    credential = getattr(verification, "credential", None)
    rarer = {
        "reason": verification.reason,
        "accreditation": verification.verifier.accreditation,
        "assessment_level": verification.assessment_level,
        "valid_until": verification.valid_until
        and verification.valid_until.isoformat(),
        "credential_sha256": credential.sha256 if credential else "",
    }
    return {
        "organisation": verification.verifier.organisation,
        "kind": verification.verifier.kind,
        "result": verification.result,
        "assessed_on": verification.assessed_on.isoformat(),
        **{key: value for key, value in rarer.items() if value},
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    document: dict[str, Any] = {
        "sha256": evidence.sha256,
        "media_type": evidence.media_type,
    }
    if evidence.is_public:
        document |= {"name": evidence.name, "id": str(evidence.pk)}
    return document
