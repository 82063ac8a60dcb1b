"""
Bringing a prompt to whoever waits for it: wake-ups, and what has been seen.

A leaf module: the rows are the truth, a wake-up only makes somebody read them.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from checkout import settling
from checkout.models import Delivery, PaymentPrompt, State, TerminalRequest

# A till that still retries after a day has lost its shopper.
KEEP_REQUESTS = timedelta(hours=24)


def push(prompt_id: str) -> None:
    """Wake the phones of a prompt that is still to be answered. Safe to run twice."""
    prompt = (
        PaymentPrompt.objects.select_related("shopper").filter(pk=prompt_id).first()
    )
    if prompt is None or prompt.is_final:
        return
    settling.wake(prompt)


@transaction.atomic
def mark_sent(prompt_ids: list[str]) -> None:
    """Note that an open phone was given these prompts; nothing is due for them."""
    PaymentPrompt.objects.filter(
        pk__in=prompt_ids, delivery=PaymentPrompt.Delivery.QUEUED
    ).update(delivery=PaymentPrompt.Delivery.SENT)
    told = Delivery.objects.filter(prompt__in=prompt_ids, target="")
    Delivery.objects.finish(list(told.values_list("pk", flat=True)))


def expire_overdue(limit: int = 200) -> int:
    """Expire what nobody answered in time, wake who waits, and return how many."""
    overdue = PaymentPrompt.objects.overdue().values_list("pk", flat=True)[:limit]
    return sum(settling.expire(key) for key in list(overdue))


def expire_overdue_of(shopper_id: uuid.UUID) -> None:
    """Expire what one shopper left unanswered, before it is listed."""
    for prompt in PaymentPrompt.objects.overdue().filter(shopper=shopper_id):
        settling.expire(prompt.pk)


def push_due(limit: int = 200) -> int:
    """Push again what a crash or a dead broker lost, and return how many."""
    claimed = Delivery.objects.claim_due(limit)
    for delivery in claimed:
        push(delivery.prompt_id)
    return len(claimed)


def forget_requests() -> int:
    """Forget what terminals asked long ago, and return how many requests that were."""
    kept_since = timezone.now() - KEEP_REQUESTS
    count, _by_model = TerminalRequest.objects.filter(
        created_at__lt=kept_since
    ).delete()
    return count


def pending_of(shopper_id: uuid.UUID) -> list[PaymentPrompt]:
    """Return what a shopper may answer now, the oldest first."""
    return list(
        PaymentPrompt.objects.open().filter(shopper=shopper_id).order_by("created_at")
    )


def states_of(prompt_ids: list[str]) -> dict[str, str]:
    """Return the final states among these prompts, by id."""
    return dict(
        PaymentPrompt.objects.filter(pk__in=prompt_ids)
        .exclude(state=State.PENDING)
        .values_list("pk", "state")
    )
