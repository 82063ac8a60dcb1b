"""
The one end of a prompt. A leaf module.

Every transition out of `pending` goes through `settle`: one conditional update, whose
row count names the winner, and in the same transaction the outcome, what is closed by
it, and what it must tell. The database's clock alone says what is late.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from checkout import hinting
from checkout.models import (
    Delivery,
    Endpoint,
    OutboxState,
    Outcome,
    PaymentPrompt,
    State,
)
from common import hub

IN_TIME = Q(expires_at__gt=Now())
OVERDUE = Q(expires_at__lte=Now())
TIMEOUT = "timeout"
UNDELIVERABLE = "push_undeliverable"
# A phone that opens by itself in this time may still take the question.
GRACE = timedelta(seconds=5)
FORGOTTEN_AT_ONCE = 1_000


def settle(prompt_id: str, state: State, *, where: Q, reason: str = "") -> bool:
    """
    Take a pending prompt to its end if `where` holds; false when it does not.

    Whoever comes second changes nothing, and reads what the first one made of it.
    """
    with transaction.atomic():
        won = PaymentPrompt.objects.filter(
            where, pk=prompt_id, state=State.PENDING
        ).update(
            state=state,
            reason=reason,
            decided_at=Now(),
            version=F("version") + 1,
            **_besides(state),
        )
        if not won:
            return False
        prompt = PaymentPrompt.objects.select_related(
            "shopper", "terminal__endpoint"
        ).get(pk=prompt_id)
        _record(prompt, state)
        _close(prompt)
        transaction.on_commit(lambda: _tell(prompt), robust=True)
    return True


def expire(prompt_id: str) -> bool:
    """Expire one overdue prompt; false when it was answered first, or is not due."""
    return settle(prompt_id, State.EXPIRED, where=OVERDUE, reason=TIMEOUT)


def unreachable(prompt_id: str) -> bool:
    """End a prompt that no phone can be told of; false while one still may be."""
    return settle(
        prompt_id, State.UNREACHABLE, where=out_of_reach(), reason=UNDELIVERABLE
    )


def out_of_reach() -> Q:
    """
    Return what holds for a pending prompt that no phone can be told of.

    Every push message was given up, no open line took it, no phone says that it shows
    it, and the time of grace is over. Whoever has no push subscription is not out of
    reach: their phone opens, and asks.
    """
    asked = Delivery.objects.filter(prompt=OuterRef("pk"), event=Delivery.Event.ASKED)
    pushed = asked.exclude(target="")
    shown = (PaymentPrompt.Delivery.DELIVERED, PaymentPrompt.Delivery.SEEN)
    return (
        IN_TIME
        & Q(created_at__lte=timezone.now() - GRACE)
        & ~Q(delivery__in=shown)
        & Q(Exists(pushed.filter(state=OutboxState.DEAD)))
        & ~Q(Exists(pushed.exclude(state=OutboxState.DEAD)))
        & ~Q(Exists(asked.filter(target="", state=OutboxState.DONE)))
    )


def forget_people() -> int:
    """
    Part prompts that ended long ago from their shoppers, and return how many.

    What was paid where stays for the company's books, and is nobody's. The deliveries
    go: each names a phone.
    """
    before = timezone.now() - timedelta(days=settings.PROMPT_LINK_DAYS)
    ended = PaymentPrompt.objects.exclude(state=State.PENDING).exclude(shopper=None)
    count = 0
    while keys := list(
        ended.filter(decided_at__lt=before).values_list("pk", flat=True)[
            :FORGOTTEN_AT_ONCE
        ]
    ):
        with transaction.atomic():
            Delivery.objects.filter(prompt__in=keys).delete()
            count += PaymentPrompt.objects.filter(pk__in=keys).update(shopper=None)
    return count


def wake(prompt: PaymentPrompt) -> None:
    """Wake the shopper's open lines and the till's poll."""
    if prompt.shopper is not None:
        hub.publish(prompt.shopper.channel)
    hub.publish(prompt.channel)


def _tell(prompt: PaymentPrompt) -> None:
    """Wake who waits here, then the workers: the sweeper comes later by itself."""
    wake(prompt)
    hinting.hint(prompt)


def _besides(state: State) -> dict[str, Any]:
    if state == State.UNREACHABLE:
        return {"delivery": PaymentPrompt.Delivery.UNDELIVERABLE}
    return {}


def _record(prompt: PaymentPrompt, state: State) -> None:
    endpoint: Endpoint | None = prompt.terminal.endpoint
    is_told = endpoint is not None and endpoint.is_enabled
    now = timezone.now()
    Outcome.objects.create(
        prompt=prompt,
        event=state,
        webhook_id=f"msg_{secrets.token_urlsafe(18)}",
        endpoint=endpoint if is_told else None,
        state=OutboxState.OPEN if is_told else OutboxState.DONE,
        finished_at=None if is_told else now,
        due_at=now,
    )


def _close(prompt: PaymentPrompt) -> None:
    """End what was still to be asked, and have the phones that were asked told."""
    asked = prompt.deliveries.filter(event=Delivery.Event.ASKED)
    told = asked.exclude(target="").exclude(attempts=0)
    now = timezone.now()
    Delivery.objects.bulk_create(
        [
            Delivery(
                prompt=prompt, event=Delivery.Event.CLOSED, target=target, due_at=now
            )
            for target in told.values_list("target", flat=True)
        ],
        ignore_conflicts=True,
    )
    asked.filter(state=OutboxState.OPEN).update(
        state=OutboxState.DONE, finished_at=now, error="closed"
    )
