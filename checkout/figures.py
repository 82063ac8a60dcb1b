"""How prompts fare just now: where they stand, how fast they are, what is stuck."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.models import (
    Delivery,
    Outbox,
    OutboxState,
    Outcome,
    PaymentPrompt,
    State,
    SweeperSign,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Of a busy day, the newest ones say enough.
SAMPLE = 2_000
# The whole table of hundredths is not needed: the middle, and what one in twenty waits.
HUNDREDTHS = (49, 94)


@dataclass(frozen=True)
class Times:
    """How long one step took after the question, in seconds; none without any."""

    name: str
    count: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True)
class Period:
    """What became of the prompts of the last hour, or day."""

    name: str
    count: int
    states: list[tuple[str, int]]
    # Of those that were to reach a phone: how many of a hundred did, were shown, ended
    # by an answer.
    rates: list[tuple[str, int]]
    times: list[Times]


class Stuck(NamedTuple):
    """What waits to be sent, and what was given up."""

    name: str
    page: str
    oldest_due: datetime | None
    given_up: int


def periods(prompts: "QuerySet[PaymentPrompt]") -> list[Period]:
    """Return what the last hour and day look like among `prompts`: one query."""
    now = timezone.now()
    rows = list(
        prompts.filter(created_at__gte=now - DAY)
        .order_by("-created_at")
        .values_list("state", "created_at", "sent_at", "delivered_at", "decided_at")[
            :SAMPLE
        ]
    )
    hour = [row for row in rows if row[1] >= now - HOUR]
    return [_period(_("Last hour"), hour), _period(_("Last 24 hours"), rows)]


def stuck() -> list[Stuck]:
    """Return what is overdue and what was given up, by outbox: four small queries."""
    return [
        _stuck(Delivery, _("Messages to phones"), "checkout_delivery"),
        _stuck(Outcome, _("Outcomes to tills’ servers"), "checkout_outcome"),
    ]


def last_sweep() -> datetime | None:
    """Return when a sweeper last gave a sign of life."""
    return SweeperSign.objects.values_list("at", flat=True).first()


Row = tuple[str, datetime, datetime | None, datetime | None, datetime | None]


def _period(name: str, rows: Sequence[Row]) -> Period:
    counts = Counter(state for state, *_times in rows)
    asked = [row for row in rows if row[0] != State.REJECTED]
    states = [(str(s.label), counts[s.value]) for s in State if counts[s.value]]
    return Period(name, len(rows), states, list(_rates(asked)), list(_times(asked)))


def _rates(asked: Sequence[Row]) -> Iterator[tuple[str, int]]:
    if not asked:
        return
    answered = (State.APPROVED, State.DECLINED)
    yield _("sent"), _percent([row[2] is not None for row in asked])
    yield _("on a phone"), _percent([row[3] is not None for row in asked])
    yield _("answered by the shopper"), _percent([row[0] in answered for row in asked])


def _percent(flags: Sequence[bool]) -> int:
    return round(100 * sum(flags) / len(flags))


def _times(asked: Sequence[Row]) -> Iterator[Times]:
    answered = [row for row in asked if row[0] in (State.APPROVED, State.DECLINED)]
    steps = ((_("sent"), 2, asked), (_("on a phone"), 3, asked))
    for name, place, rows in (*steps, (_("answered by the shopper"), 4, answered)):
        took = []
        for row in rows:
            at = row[place]
            if isinstance(at, datetime):
                took.append((at - row[1]).total_seconds())
        yield Times(name, len(took), *_middle_and_slow(took))


def _middle_and_slow(seconds: Sequence[float]) -> tuple[float | None, float | None]:
    if not seconds:
        return None, None
    if len(seconds) == 1:
        return seconds[0], seconds[0]
    cuts = quantiles(seconds, n=100, method="inclusive")
    middle, slow = (cuts[place] for place in HUNDREDTHS)
    return middle, slow


def _stuck(outbox: type[Outbox], name: str, page: str) -> Stuck:
    rows: Any = outbox._default_manager.all()
    oldest = rows.due().values_list("due_at", flat=True).first()
    dead = rows.filter(state=OutboxState.DEAD).count()
    return Stuck(name, f"admin:{page}_changelist", oldest, dead)
