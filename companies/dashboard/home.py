"""What the home page shows, to a member and to an operator."""

import uuid
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies import civil_status, scoping, wording
from companies.access import is_operator, may_edit
from companies.assessing import portray
from companies.catalogue import facts
from companies.dashboard.act_words import about, act_words, who_did
from companies.dashboard.cards import Card, address, cards, moment
from companies.dashboard.facts import FactRow, fact_rows, to_do
from companies.dashboard.operators import operations
from companies.models import Act, CheckResult, Company, Dispute, ImportRun, Outcome

SHOWN_LOSSES = 6
SHOWN_ROWS = 8
OPEN_IMPORTS = (
    ImportRun.State.WAITING,
    ImportRun.State.CHECKING,
    ImportRun.State.CHECKED,
    ImportRun.State.CONFIRMED,
    ImportRun.State.RECORDING,
)


class Line(NamedTuple):
    """One line of a list: what, a few words beside it, and where it leads."""

    title: str
    note: str
    address: str = ""
    is_urgent: bool = False


class Loss(NamedTuple):
    """Points of the index that a company could have, and where to earn them."""

    text: str
    address: str


class Board(NamedTuple):
    """All that the home page says of one company."""

    company: Company
    address: str
    may_edit: bool
    completeness: dict[str, Any]
    to_do: list[tuple[FactRow, str]]
    transparency: dict[str, Any] | None
    index_text: str
    losses: list[Loss]
    more_losses: int
    satisfaction: dict[str, Any]
    cards: list[Card]
    disputes: list[Line]
    checks: list[Line]
    imports: list[Line]
    acts: list[Line]


class Choice(NamedTuple):
    """One of several companies of the same person."""

    name: str
    address: str
    is_chosen: bool


def home(request: HttpRequest) -> dict[str, Any]:
    """Return what the template of the home page needs."""
    if is_operator(request):
        return {"operations": operations()}
    companies = list(Company.objects.visible_to(request.user))
    if not companies:
        verifies = scoping.verifier_of(request.user) is not None
        return {"has_no_company": not verifies, "verifies": verifies}
    wanted = request.GET.get("company", "")
    chosen = next((one for one in companies if str(one.pk) == wanted), companies[0])
    return {
        "board": board(request, chosen),
        "choices": [
            Choice(one.name, f"?company={one.pk}", one == chosen) for one in companies
        ]
        if len(companies) > 1
        else [],
    }


def board(request: HttpRequest, company: Company) -> Board:
    """Return what is to be said of a company, in a constant number of queries."""
    today = timezone.localdate()
    portrait = portray([company.pk], on=today)[company.pk]
    whole = civil_status.compose(
        company, language=wording.language(), portrait=portrait
    )
    rows = fact_rows(request, company, whole, portrait)
    index = whole.get("transparency")
    losses = _losses(index, rows)
    return Board(
        company=company,
        address=address("companies_company_change", company.pk),
        may_edit=may_edit(request, company),
        completeness=whole["completeness"],
        to_do=to_do(rows),
        transparency=index,
        index_text=wording.number(index["index"]) if index else "",
        losses=losses[:SHOWN_LOSSES],
        more_losses=max(0, len(losses) - SHOWN_LOSSES),
        satisfaction=whole["satisfaction"],
        cards=cards(request, company),
        disputes=_disputes(company.pk, today),
        checks=_checks(company.pk),
        imports=_imports(company.pk),
        acts=_acts(company.pk),
    )


def _losses(index: dict[str, Any] | None, rows: list[FactRow]) -> list[Loss]:
    addresses = {row.key: row.address for row in rows}
    return [
        Loss(one["text"], addresses.get(one["fact"], ""))
        for one in (index or {}).get("lost", [])
    ]


def _label(fact: str) -> str:
    known = facts().get(fact)
    return known.label(wording.language()) if known else fact


def days_left(due_on: date, on: date) -> str:
    """Return how many days there are to answer, or how many too many went by."""
    left = (due_on - on).days
    if left < 0:
        text = ngettext("%(n)s day late", "%(n)s days late", -left)
        return text % {"n": -left}
    if left == 0:
        return _("to be answered today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def _disputes(company: uuid.UUID, today: date) -> list[Line]:
    unsettled = Dispute.objects.unsettled().filter(company=company)
    return [
        Line(
            f"{_label(one.fact)} · {one.get_kind_display()}",
            days_left(one.due_on, today)
            if one.state == Dispute.State.OPEN
            else str(one.get_state_display()),
            address("companies_dispute_change", one.pk),
            is_urgent=one.is_overdue(today),
        )
        for one in unsettled.order_by("due_on", "pk")[:SHOWN_ROWS]
    ]


def _checks(company: uuid.UUID) -> list[Line]:
    disagreeing = CheckResult.objects.current().filter(
        company=company, outcome=Outcome.DISAGREE, statement__superseded_by=None
    )
    return [
        Line(
            _label(one.fact),
            one.text(wording.language()),
            address("companies_checkresult_change", one.pk),
        )
        for one in disagreeing[:SHOWN_ROWS]
    ]


def _imports(company: uuid.UUID) -> list[Line]:
    running = ImportRun.objects.filter(company=company, state__in=OPEN_IMPORTS)
    return [
        Line(
            one.name,
            f"{one.get_state_display()} · {one.done} / {one.total}"
            if one.total
            else str(one.get_state_display()),
            address("companies_importrun_change", one.pk),
        )
        for one in running[:SHOWN_ROWS]
    ]


def _acts(company: uuid.UUID) -> list[Line]:
    acts = Act.objects.filter(company=company).select_related("actor")
    return [
        Line(
            " · ".join(filter(None, (act_words(one.kind), about(one.subject)))),
            " · ".join(
                (
                    who_did(one),
                    moment(one.at),
                )
            ),
        )
        for one in acts[:SHOWN_ROWS]
    ]
