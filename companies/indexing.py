"""
The figures of every company, computed in pieces: a run is a row with its progress.

A leaf module. A worker that dies leaves the run where its cursor stands; the next one
goes on from there. Two workers at once take turns on the row's lock.
"""

import time
from calendar import monthrange
from datetime import date, timedelta

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from companies.assessing import portray
from companies.models import (
    Company,
    CompanyFigures,
    IndexRun,
    SatisfactionRate,
    Statement,
    Verification,
)
from companies.renewing import figures_of, keep_figures
from companies.satisfaction import FRESH_MONTHS, SHOWN_MONTHS

BATCH = 250
EXPIRED_DAYS = 7
# Well below the soft limit of a task.
WORK_SECONDS = 4.0

logger = structlog.get_logger(__name__)
State = IndexRun.State


def begin() -> tuple[IndexRun, bool]:
    """Return the run that is under way, or a new one; the second says which."""
    try:
        with transaction.atomic():
            run = IndexRun.objects.create(total=Company.objects.count())
    except IntegrityError:
        return IndexRun.objects.get(state=State.RUNNING), False
    return run, True


def begin_daily() -> None:
    """Begin a run unless one began today: freshness and expiry move with the days."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    if not IndexRun.objects.filter(started_at__gte=midnight).exists():
        _note_what_expired(midnight.date())
        begin()


def _note_what_expired(today: date) -> None:
    """Let whatever follows a company know that a value of its is out of date."""
    # A day that nobody ran the sweep is made up for by the next one.
    since = today - timedelta(days=EXPIRED_DAYS)
    expired = Statement.objects.current().filter(
        valid_until__gte=since, valid_until__lt=today
    )
    ended = Verification.objects.current().filter(
        valid_until__gte=since,
        valid_until__lt=today,
        statement__superseded_by=None,
    )
    # A rate is shown as old at twelve months, and no more at eighteen.
    turned = SatisfactionRate.objects.filter(
        measured_on__in=[
            _months_before(today - timedelta(days=ago), months)
            for ago in range(EXPIRED_DAYS)
            for months in (FRESH_MONTHS, SHOWN_MONTHS)
        ]
    )
    Company.objects.filter(
        Q(pk__in=expired.values("company"))
        | Q(pk__in=ended.values("statement__company"))
        | Q(pk__in=turned.values("company"))
    ).note_change()


def _months_before(day: date, months: int) -> date:
    """Return the day so many months earlier, the month's last day at most."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def work() -> bool:
    """Work on the run that is under way; true while there is more to do."""
    until = time.monotonic() + WORK_SECONDS
    while time.monotonic() < until:
        if not _take_batch():
            return False
    return True


@transaction.atomic
def _take_batch() -> bool:
    """Compute the next companies and move the cursor with them, or neither."""
    run = (
        IndexRun.objects.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        .filter(state=State.RUNNING)
        .first()
    )
    if run is None:
        return False
    companies = Company.objects.order_by("pk")
    if run.cursor is not None:
        companies = companies.filter(pk__gt=run.cursor)
    batch = list(companies[:BATCH])
    if not batch:
        run.state, run.finished_at = State.DONE, timezone.now()
        run.save(update_fields=["state", "finished_at", "heartbeat_at"])
        logger.info("index.computed", companies=run.done)
        return False
    keep_figures(_figures(batch))
    run.cursor, run.done = batch[-1].pk, run.done + len(batch)
    run.save(update_fields=["cursor", "done", "heartbeat_at"])
    return True


def _figures(batch: list[Company]) -> list[CompanyFigures]:
    """Return the figures of each company; one that fails holds up nobody."""
    portraits = portray([one.pk for one in batch], on=timezone.localdate(), beside=())
    found = []
    for company in batch:
        try:
            found.append(figures_of(company, portraits[company.pk]))
        except Exception:
            logger.exception("index.failed", company=str(company.pk))
    return found


def purge(*, older_than_days: int) -> int:
    """Remove finished runs that nobody will look at any more."""
    before = timezone.now() - timedelta(days=older_than_days)
    count, _each = IndexRun.objects.filter(finished_at__lt=before).delete()
    return count
