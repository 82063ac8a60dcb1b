"""
Whether a shopper may be asked now, and by whom not. A leaf module.

A till must not learn why it may not ask, from the time that it takes either: all is
read by one query, the same for everybody, and only then looked at.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from checkout.models import PaymentPrompt, State, Terminal
from common import compiled
from companies.models import Company
from shoppers.models import BlockedCompany, Device, Shopper, TillSettings

# A fourth question left unanswered in this time, and the shopper is left in peace.
WINDOW = timedelta(minutes=10)
MOST_UNANSWERED = 3
# A prompt that reached no phone disturbed nobody, and does not count.
UNANSWERED = (State.EXPIRED, State.CANCELED)
# No cause to be kept from asking: what is over must be ended first, and then seen.
OVERDUE = "overdue"


def cause_of(
    shopper: Shopper, terminal: Terminal, *, is_contactless: bool = False
) -> str:
    """
    Return why this terminal may not ask this shopper now; empty when it may.

    `quiet`, `blocked`, `no_device`, `busy`, `rate_limited` or `not_activated`: for the
    audit and for the shopper, never for the till. `OVERDUE` before all of them.
    """
    found = _read(shopper, terminal)
    if found is None:
        # Erased between the pass and this line: nobody is there to be asked.
        return "no_device"
    causes = {
        OVERDUE: found["has_overdue"],
        "quiet": found["is_quiet"],
        "blocked": found["is_blocked"],
        "no_device": not found["has_device"],
        "busy": found["is_busy"],
        "rate_limited": found["is_rate_limited"],
        "not_activated": is_contactless and not found["is_contactless"],
    }
    return next((cause for cause, holds in causes.items() if holds), "")


def _read(shopper: Shopper, terminal: Terminal) -> Mapping[str, object] | None:
    since = timezone.now() - WINDOW
    return _FOUND.first(shopper=shopper.pk, company=terminal.company_id, since=since)


def _found(shopper: Any, company: Any, since: Any) -> "QuerySet[Shopper, Any]":
    me = OuterRef("pk")
    wishes = TillSettings.objects.filter(shopper=me)
    blocked = BlockedCompany.objects.filter(shopper=me, company=company)
    unanswered = PaymentPrompt.objects.filter(
        shopper=me, state__in=UNANSWERED, created_at__gte=since
    )
    return Shopper.objects.filter(pk=shopper).values(
        is_quiet=Exists(wishes.filter(quiet_until__gt=Now())),
        is_contactless=Exists(wishes.filter(is_contactless=True)),
        is_blocked=Exists(blocked),
        has_device=Exists(Device.objects.active().filter(shopper=me)),
        is_busy=Exists(PaymentPrompt.objects.open().filter(shopper=me)),
        has_overdue=Exists(PaymentPrompt.objects.overdue().filter(shopper=me)),
        is_rate_limited=Exists(unanswered[MOST_UNANSWERED:]),
    )


_FOUND = compiled.Select(
    _found,
    shopper=Shopper._meta.pk,
    company=Company._meta.pk,
    since=PaymentPrompt._meta.get_field("created_at"),
)
