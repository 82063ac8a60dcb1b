"""
A dispute as it is read: where it stands, in words, and what the company answers.

A leaf module. What the author wrote is not in it, nor who that is.
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies import catalogue, wording
from companies.models import Dispute


def public_document(dispute: Dispute, *, on: date) -> dict[str, Any]:
    """Return what anyone may read of a dispute on the day `on`, without a query."""
    is_open = dispute.state == Dispute.State.OPEN
    return {
        "id": str(dispute.pk),
        "fact": dispute.fact,
        "label": fact_label(dispute),
        "kind": dispute.kind,
        "kind_text": str(dispute.get_kind_display()),
        "state": dispute.state,
        "state_text": state_text(dispute, on=on),
        "opened_on": _day(dispute.created_at),
        "due_on": dispute.due_on.isoformat(),
        "days_left": max(0, (dispute.due_on - on).days) if is_open else None,
        "overdue": dispute.is_overdue(on),
        "answer": dispute.answer or None,
        "answered_on": _day(dispute.answered_at),
        "decision": dispute.decision or None,
        "decided_on": _day(dispute.decided_at),
        "settled_on": _day(dispute.settled_at),
    }


def fact_label(dispute: Dispute) -> str:
    """Return the contested fact's label; a fact that is no more by its key."""
    fact = catalogue.facts().get(dispute.fact)
    return fact.label(wording.language()) if fact else dispute.fact


def state_text(dispute: Dispute, *, on: date) -> str:
    """Return where a dispute stands on the day `on`, with the time that is left."""
    if dispute.state != Dispute.State.OPEN:
        return str(dispute.get_state_display())
    if dispute.is_overdue(on):
        return _("unanswered since %(day)s") % {"day": wording.day(dispute.due_on)}
    left = (dispute.due_on - on).days
    if left == 0:
        return _("to be answered today at the latest")
    return ngettext(
        "waiting for the company’s answer, %(count)s day left",
        "waiting for the company’s answer, %(count)s days left",
        left,
    ) % {"count": left}


def _day(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).date().isoformat() if moment else None
