"""
Whether a shopper may be asked now, and by whom not. A leaf module.

A till must not learn why it may not ask, from the time that it takes either: all is
read by one query, the same for everybody, and only then looked at.
"""

import uuid
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    CharField,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Now
from django.utils import timezone

from checkout.models import PaymentPrompt, State, Terminal
from common import compiled
from companies.models import Company
from shoppers.models import (
    BlockedCompany,
    Device,
    PushSubscription,
    Shopper,
    TillSettings,
)

# A fourth question left unanswered in this time, and the shopper is left in peace.
WINDOW = timedelta(minutes=10)
MOST_UNANSWERED = 3
# A prompt that reached no phone disturbed nobody, and does not count.
UNANSWERED = (State.EXPIRED, State.CANCELED)
# No cause to be kept from asking: what is over must be ended first, and then seen.
OVERDUE = "overdue"


class Reach(NamedTuple):
    """
    Why a shopper may not be asked now, empty when they may; and how to reach them.

    `quiet`, `blocked`, `no_device`, `busy`, `rate_limited` or `not_activated`: for the
    audit and for the shopper, never for the till. `OVERDUE` before all of them.
    """

    cause: str
    shopper: Shopper | None = None
    # The keys of the living subscriptions of their phones.
    subscriptions: tuple[str, ...] = ()


def reach(
    shopper_id: uuid.UUID, terminal: Terminal, *, is_contactless: bool = False
) -> Reach:
    """Return whether this terminal may ask this shopper now, and how."""
    since = timezone.now() - WINDOW
    found: Any = _FOUND.first(
        shopper=shopper_id, company=terminal.company_id, since=since
    )
    if found is None:
        # Erased between the pass and this line: nobody is there to be asked.
        return Reach("no_device")
    causes = {
        OVERDUE: found.has_overdue,
        "quiet": found.is_quiet,
        "blocked": found.is_blocked,
        "no_device": not found.has_device,
        "busy": found.is_busy,
        "rate_limited": found.is_rate_limited,
        "not_activated": is_contactless and not found.is_contactless,
    }
    cause = next((cause for cause, holds in causes.items() if holds), "")
    keys = found.subscriptions.split(",") if found.subscriptions else ()
    return Reach(cause, found, tuple(keys))


class _Joined(Aggregate):
    """Texts of a group in one, with commas."""

    output_field = CharField()
    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT")


def _found(shopper: Any, company: Any, since: Any) -> "QuerySet[Shopper]":
    me = OuterRef("pk")
    wishes = TillSettings.objects.filter(shopper=me)
    blocked = BlockedCompany.objects.filter(shopper=me, company=company)
    unanswered = PaymentPrompt.objects.filter(
        shopper=me, state__in=UNANSWERED, created_at__gte=since
    )
    living = PushSubscription.objects.living().filter(device__shopper=me).order_by()
    keys = _Joined(Cast("pk", CharField()))
    return Shopper.objects.filter(pk=shopper).annotate(
        is_quiet=Exists(wishes.filter(quiet_until__gt=Now())),
        is_contactless=Exists(wishes.filter(is_contactless=True)),
        is_blocked=Exists(blocked),
        has_device=Exists(Device.objects.active().filter(shopper=me)),
        is_busy=Exists(PaymentPrompt.objects.open().filter(shopper=me)),
        has_overdue=Exists(PaymentPrompt.objects.overdue().filter(shopper=me)),
        is_rate_limited=Exists(unanswered[MOST_UNANSWERED:]),
        subscriptions=Subquery(
            living.values("device__shopper").annotate(keys=keys).values("keys")
        ),
    )


_FOUND = compiled.Select(
    _found,
    shopper=Shopper._meta.pk,
    company=Company._meta.pk,
    since=PaymentPrompt._meta.get_field("created_at"),
)
