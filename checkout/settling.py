"""
The one end of a prompt. A leaf module.

Every transition out of `pending` goes through `settle`: one conditional update, whose
row count names the winner, and in the same transaction the outcome, what is closed by
it, and what it must tell. The database's clock alone says what is late.
"""

import secrets

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

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


def settle(prompt_id: str, state: State, *, where: Q, reason: str = "") -> bool:
    """
    Take a pending prompt to its end if `where` holds; false when it does not.

    Whoever comes second changes nothing, and reads what the first one made of it.
    """
    with transaction.atomic():
        won = PaymentPrompt.objects.filter(
            where, pk=prompt_id, state=State.PENDING
        ).update(state=state, reason=reason, decided_at=Now(), version=F("version") + 1)
        if not won:
            return False
        prompt = PaymentPrompt.objects.select_related(
            "shopper", "terminal__endpoint"
        ).get(pk=prompt_id)
        _record(prompt, state)
        _close(prompt)
        transaction.on_commit(lambda: wake(prompt), robust=True)
    return True


def expire(prompt_id: str) -> bool:
    """Expire one overdue prompt; false when it was answered first, or is not due."""
    return settle(prompt_id, State.EXPIRED, where=OVERDUE, reason=TIMEOUT)


def wake(prompt: PaymentPrompt) -> None:
    """Wake the shopper's open lines and the till's poll."""
    if prompt.shopper is not None:
        hub.publish(prompt.shopper.channel)
    hub.publish(prompt.channel)


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
