"""What an operator sees first: how much there is, and what has waited for too long."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import wording
from companies.dashboard.cards import Card, address, moment
from companies.models import (
    CheckResult,
    Company,
    CompanyFigures,
    Dispute,
    ImportRun,
    Mail,
    Outcome,
    RegisterRecord,
)


class Waiting(NamedTuple):
    """A kind of row that is due, how many there are, and since when the oldest."""

    title: str
    how_many: int
    since: str
    address: str


class Operations(NamedTuple):
    """What the home page says to an operator."""

    cards: list[Card]
    waiting: list[Waiting]


def operations() -> Operations:
    """Return the totals and what is due, in a constant number of queries."""
    return Operations(_totals(), [one for one in _waiting() if one.how_many])


def _totals() -> list[Card]:
    today = timezone.localdate()
    companies = Company.objects.count()
    complete = CompanyFigures.objects.filter(is_complete=True).count()
    disputes = Dispute.objects.unsettled().aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(state=Dispute.State.OPEN, due_on__lt=today)),
    )
    disagreeing = (
        CheckResult.objects.current()
        .filter(outcome=Outcome.DISAGREE, statement__superseded_by=None)
        .count()
    )
    return [
        Card(
            _("Companies"),
            wording.number(str(companies)),
            _("%(n)s with a complete civil status")
            % {"n": wording.number(str(complete))},
            address("companies_company_changelist"),
        ),
        Card(
            _("Open disputes"),
            wording.number(str(disputes["all"])),
            _("%(n)s unanswered in time")
            % {"n": wording.number(str(disputes["overdue"]))},
            address("companies_dispute_changelist"),
            is_urgent=bool(disputes["overdue"]),
        ),
        Card(
            _("Checks that disagree"),
            wording.number(str(disagreeing)),
            "",
            address("companies_checkresult_changelist"),
        ),
    ]


def _waiting() -> list[Waiting]:
    failed = RegisterRecord.objects.filter(state=RegisterRecord.State.FAILED)
    open_imports = ImportRun.objects.filter(
        state__in=[
            ImportRun.State.WAITING,
            ImportRun.State.CHECKING,
            ImportRun.State.CONFIRMED,
            ImportRun.State.RECORDING,
        ]
    )
    unsent = Mail.objects.filter(sent_at=None, given_up_at=None)
    return [
        _row(_("Companies to check"), Company.objects.due_for_checks(), "created_at"),
        _row(
            _("Registers that did not answer"),
            failed,
            "next_try_at",
            address("companies_registerrecord_changelist"),
        ),
        _row(
            _("Imports under way"),
            open_imports,
            "created_at",
            address("companies_importrun_changelist"),
        ),
        _row(
            _("E-mails to send"),
            unsent,
            "created_at",
            address("companies_mail_changelist"),
        ),
    ]


def _row(title: str, rows: Any, column: str, where: str = "") -> Waiting:
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(column))
    oldest: datetime | None = found["oldest"]
    since = moment(oldest) if oldest else ""
    return Waiting(title, found["count"], since, where)
