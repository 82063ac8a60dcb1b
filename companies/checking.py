"""
Checking one company, and the companies whose turn it is.

A leaf module. The dossier is read without a lock; the results are written under the
company's lock and only if nothing changed since, so that an older look never replaces
a newer one. Rows are superseded only where a finding is another: a second run writes
nothing.
"""

import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from companies import entering, renewing
from companies.crosschecks import Dossier, Found, Given, run
from companies.models import CheckResult, Company, Evidence, Outcome, Statement
from companies.models.statements import IDENTIFIERS
from companies.registers import reporting

# How long a run lasts: far below the limit of a task.
WORK_SECONDS = 4.0
TAKEN_AT_ONCE = 50
# Longer than the hardest limit of a task: nobody takes what a living worker holds.
HELD = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
# Companies whose day has changed, marked in one run of the sweep.
DAILY_PIECE = 500
# Parents are followed as far as this.
MAX_PARENTS = 8

logger = structlog.get_logger(__name__)


def check_company(company_id: uuid.UUID) -> bool:
    """
    Run the rules on a company, record what is new; say whether anything was.

    Nothing is recorded when the company changed in between, or when another worker was
    faster: it is due still, or not any more.
    """
    seen = Company.objects.values_list("changes", flat=True).get(pk=company_id)
    dossier = load_dossier(company_id)
    found = run(dossier)
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=company_id)
        if company.changes != seen:
            Company.objects.filter(pk=company_id).update(
                check_attempts=0, check_not_before=None
            )
            return False
        news = _record(company, found, _statements_of(dossier))
        # Results that are new make stored civil statuses old, and nothing else due.
        Company.objects.filter(pk=company_id).update(
            changes=seen + bool(news),
            checked_changes=seen + bool(news),
            checked_at=timezone.now(),
            check_attempts=0,
            check_not_before=None,
        )
    for other in _others_stating(company_id, _shared_by_news(news)):
        # Each in a transaction of its own: two workers that lock the same companies in
        # another order would wait for ever. What a crash forgets, the next day finds.
        Company.objects.filter(pk=other).update(checked_changes=0)
    return bool(news)


def work(seconds: float = WORK_SECONDS) -> bool:
    """
    Check the companies whose turn it is for some seconds; say whether more wait.

    Safe to run twice and at once. A company that fails waits longer each time, and
    those that never failed go first.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        turn = list(_due()[:TAKEN_AT_ONCE])
        if not turn:
            return False
        for company_id in turn:
            if time.monotonic() >= until:
                return True
            _check_one(company_id)
    return _due().exists()


def mark_of_yesterday() -> int:
    """
    Make due what was last checked before today, a piece at a time; return how many.

    Some rules depend on the day: a label ends, a survey grows old.
    """
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        old = (
            Company.objects.select_for_update(skip_locked=True)
            .last_checked_before(today)
            .filter(checked_changes=F("changes"))
            .order_by("checked_at", "pk")
            .values_list("pk", flat=True)[:DAILY_PIECE]
        )
        return Company.objects.filter(pk__in=list(old)).update(checked_changes=0)


def load_dossier(company_id: uuid.UUID) -> Dossier:
    """Return all that the rules need, in as many queries however much is stated."""
    statements = Statement.objects.current().filter(company=company_id).order_by("pk")
    digests: dict[int, list[str]] = {}
    # Not a prefetch, which would build a document for each digest.
    documents = Evidence.objects.filter(statements__company=company_id).order_by("pk")
    for statement, sha256 in documents.values_list("statements", "sha256"):
        digests.setdefault(statement, []).append(sha256)
    facts: dict[str, list[Given]] = {}
    for one in statements:
        facts.setdefault(one.fact, []).append(_given(one, digests.get(one.pk, ())))
    return Dossier(
        facts,
        reporting.extracts([company_id])[company_id],
        _shared_identifiers(company_id, facts),
        _parents(facts),
        timezone.localdate(),
    )


def _due() -> QuerySet[Company, uuid.UUID]:
    return (
        Company.objects.due_for_checks()
        .free_for_checks(timezone.now())
        .order_by("check_attempts", F("checked_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)
    )


def _check_one(company_id: uuid.UUID) -> None:
    attempts = _claim(company_id)
    if attempts is None:
        return
    try:
        check_company(company_id)
        # By these it is found: whoever looks for its number need not wait for a reader.
        renewing.renew_figures(company_id)
    except Exception:
        wait = min(HELD * 2 ** min(attempts, 10), LONGEST_WAIT)
        Company.objects.filter(pk=company_id).update(
            check_not_before=timezone.now() + wait
        )
        logger.exception(
            "checks.failed", company=str(company_id), attempts=attempts, wait=str(wait)
        )


def _claim(company_id: uuid.UUID) -> int | None:
    """Take a company; return the number of the attempt, none when it is taken."""
    now = timezone.now()
    taken = (
        Company.objects.due_for_checks()
        .free_for_checks(now)
        .filter(pk=company_id)
        .update(check_attempts=F("check_attempts") + 1, check_not_before=now + HELD)
    )
    if taken != 1:
        return None
    return Company.objects.values_list("check_attempts", flat=True).get(pk=company_id)


def _given(one: Statement, digests: Iterable[str]) -> Given:
    return Given(
        id=one.pk,
        fact=one.fact,
        status=one.status,
        value=one.value,
        unit=one.unit,
        year=one.covered_year,
        details=one.details if isinstance(one.details, dict) else {},
        source_kind=one.source_kind,
        observed_on=timezone.localtime(one.observed_at).date(),
        evidence=tuple(digests),
        source_name=one.source_name,
    )


def _shared_identifiers(
    company_id: uuid.UUID, facts: dict[str, list[Given]]
) -> frozenset[str]:
    own = {
        (one.fact, one.value)
        for fact in IDENTIFIERS
        for one in facts.get(fact, ())
        if isinstance(one.value, str)
    }
    if not own:
        return frozenset()
    rows = (
        Statement.objects.current()
        .filter(_states_any(own))
        .exclude(company=company_id)
        .values_list("fact", "value")
    )
    return frozenset(f"{fact}:{value}" for fact, value in rows)


def _states_any(numbers: Iterable[tuple[str, str]]) -> Q:
    # Nothing is stated, rather than everything, where there are no numbers.
    found = Q(pk__in=[])
    for fact, value in sorted(numbers):
        found |= Q(fact=fact, value=value)
    return found


def _parents(facts: dict[str, list[Given]]) -> list[str]:
    """Return the LEIs up from the stated parent, as companies here state theirs."""
    stated = [one.details.get("lei") for one in facts.get("ultimate_parent", ())]
    chain = [lei for lei in stated if isinstance(lei, str)][:1]
    while chain and len(chain) <= MAX_PARENTS:
        holders = (
            Statement.objects.current()
            .filter(fact="lei", value=chain[-1])
            .values("company")
        )
        above = (
            Statement.objects.current()
            .filter(fact="ultimate_parent", company__in=holders)
            .order_by("pk")
            .values_list("details__lei", flat=True)
        )
        lei = next((one for one in above if isinstance(one, str)), None)
        if lei is None or lei in chain:
            return chain
        chain.append(lei)
    return chain


def _statements_of(dossier: Dossier) -> dict[int, str]:
    return {one.id: one.fact for given in dossier.facts.values() for one in given}


def _record(
    company: Company, found: list[Found], facts: dict[int, str]
) -> list[CheckResult]:
    """Write the findings that are new, and withdraw what no rule finds any more."""
    now = timezone.now()
    before = {
        (one.statement_id, one.rule): one
        for one in CheckResult.objects.current().filter(
            company=company, statement__in=facts
        )
    }
    news = []
    for one in found:
        previous = before.pop((one.statement_id, one.rule), None)
        if previous is None or _says(previous) != _says(one):
            news.append(_row(company, one, facts[one.statement_id], previous, now))
    for previous in before.values():
        if previous.outcome != Outcome.NOT_APPLICABLE:
            news.append(_withdrawn(company, previous, now))
    return entering.record(entering.CHECKS, news)


def _says(result: CheckResult | Found) -> tuple[Any, ...]:
    return result.outcome, result.version, result.is_independent, result.inputs


def _row(
    company: Company,
    found: Found,
    fact: str,
    previous: CheckResult | None,
    now: datetime,
) -> CheckResult:
    return CheckResult(
        company=company,
        statement_id=found.statement_id,
        fact=fact,
        rule=found.rule,
        version=found.version,
        outcome=found.outcome,
        is_independent=found.is_independent,
        inputs=found.inputs,
        text_fr=found.text_fr,
        text_en=found.text_en,
        supersedes=previous,
        created_at=now,
    )


def _withdrawn(company: Company, previous: CheckResult, now: datetime) -> CheckResult:
    """Return that a rule of before concerns its statement no more."""
    return CheckResult(
        company=company,
        statement_id=previous.statement_id,
        fact=previous.fact,
        rule=previous.rule,
        version=previous.version,
        outcome=Outcome.NOT_APPLICABLE,
        inputs={},
        text_fr="Cette règle ne s’applique plus.",
        text_en="This rule does not apply any more.",
        supersedes=previous,
        created_at=now,
    )


def _shared_by_news(news: list[CheckResult]) -> set[tuple[str, str]]:
    """Return the numbers of which it is new that others state them, or do no more."""
    return {
        (one.fact, str(one.inputs.get("number")))
        for one in news
        if one.rule.endswith(".unique")
        and (one.outcome != Outcome.AGREE or one.supersedes_id)
    }


def _others_stating(
    company_id: uuid.UUID, numbers: set[tuple[str, str]]
) -> list[uuid.UUID]:
    if not numbers:
        return []
    others = (
        Statement.objects.current()
        .filter(_states_any(numbers))
        .exclude(company=company_id)
        .values_list("company", flat=True)
    )
    return list(others.distinct())
