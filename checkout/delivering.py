"""
Bringing a prompt to whoever waits for it: open lines, and phones whose app is closed.

A leaf module: the rows are the truth, a wake-up only makes somebody read them.
"""

import math
import uuid
from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from checkout import channels, sentences, settling
from checkout.channels.interface import Gone, Later, Message, NotSent
from checkout.models import FIRST_DUE, Delivery, OutboxState, PaymentPrompt, State
from common import compiled
from shoppers.models import Device, PushSubscription, Shopper

# At 0, 2, 6, 14 and 30 seconds: later, the till needs the time for something else.
MAX_ATTEMPTS = 5
# The end of a prompt is worth telling for so long, to a phone that was asked.
TELL_ENDS = timedelta(seconds=60)
# A phone without network keeps what it shows: it must be told when it comes back.
LEAST_SECONDS_OF_END = 30
NOT_SENT_YET = (PaymentPrompt.Delivery.QUEUED, PaymentPrompt.Delivery.UNDELIVERABLE)

_NEW = compiled.Insert(Delivery)
_PENDING = compiled.Select(
    lambda shopper, device: (
        PaymentPrompt.objects.open()
        .filter(shopper=shopper)
        .filter(Exists(Device.objects.active().filter(pk=device)))
        .order_by("created_at")
    ),
    shopper=Shopper._meta.pk,
    device=Device._meta.pk,
)

logger = structlog.get_logger(__name__)


def queue(prompt: PaymentPrompt) -> None:
    """
    Write down who is to be told of a prompt that was taken: open lines, each service.

    To be called in the transaction that gives the prompt its shopper.
    """
    living = PushSubscription.objects.living().filter(device__shopper=prompt.shopper_id)
    Delivery.objects.bulk_create(
        _queued(prompt, map(str, living.values_list("pk", flat=True))),
        ignore_conflicts=True,
    )


def queue_first(prompt: PaymentPrompt, subscriptions: Iterable[str]) -> list[int]:
    """
    Write down who is to be told of a new prompt, and return the keys.

    To be called in the transaction that makes it.
    """
    rows = _queued(prompt, subscriptions)
    for row in rows:
        _NEW.run(row)
    return [row.pk for row in rows]


def _queued(prompt: PaymentPrompt, subscriptions: Iterable[str]) -> list[Delivery]:
    due_at = timezone.now() + FIRST_DUE
    return [
        Delivery(prompt=prompt, target=one, due_at=due_at)
        for one in ("", *subscriptions)
    ]


def deliver_due(limit: int, pool: Executor) -> int:
    """Claim at most `limit` due deliveries, give them to `pool`, and count them."""
    claimed = Delivery.objects.claim_due(limit)
    for delivery in claimed:
        pool.submit(deliver, delivery)
    return len(claimed)


def deliver(delivery: Delivery) -> None:
    """Do what a row says that the caller has claimed. Safe to run twice."""
    prompt = PaymentPrompt.objects.select_related("shopper").get(pk=delivery.prompt_id)
    if timezone.now() >= _counts_until(delivery, prompt):
        Delivery.objects.finish([delivery.pk])
    elif not delivery.target:
        # Done when a line has shown it, which `mark_sent` notes.
        settling.wake(prompt)
    else:
        _push(delivery, prompt)


@transaction.atomic
def mark_sent(prompt_ids: list[str]) -> None:
    """Note that an open phone was given these prompts; nothing is due for them."""
    _note_sent(prompt_ids)
    told = Delivery.objects.filter(prompt__in=prompt_ids, target="")
    Delivery.objects.finish(list(told.values_list("pk", flat=True)))


def expire_overdue_of(shopper_id: uuid.UUID) -> None:
    """Expire what one shopper left unanswered, before it is listed."""
    for prompt in PaymentPrompt.objects.overdue().filter(shopper=shopper_id):
        settling.expire(prompt.pk)


def pending_of(device: Device) -> list[PaymentPrompt]:
    """Return what a phone may answer now, the oldest first; nothing when revoked."""
    return _PENDING.rows(shopper=device.shopper_id, device=device.pk)


def ended_of(shopper_id: uuid.UUID, prompt_ids: list[str]) -> dict[str, str]:
    """Return the final states among these prompts of a shopper, by id."""
    return dict(
        PaymentPrompt.objects.filter(shopper=shopper_id, pk__in=prompt_ids)
        .exclude(state=State.PENDING)
        .values_list("pk", "state")
    )


def _counts_until(delivery: Delivery, prompt: PaymentPrompt) -> datetime:
    """Return until when it is worth telling; a moment that is past when it is not."""
    if delivery.event == Delivery.Event.CLOSED:
        return (prompt.decided_at or timezone.now()) + TELL_ENDS
    return prompt.expires_at if not prompt.is_final else prompt.created_at


def _push(delivery: Delivery, prompt: PaymentPrompt) -> None:
    subscription = (
        # The phone may have been given to somebody else in between.
        PushSubscription.objects.living()
        .filter(pk=delivery.target, device__shopper=prompt.shopper_id)
        .first()
    )
    if subscription is None:
        _give_up(delivery, "no_subscription")
        return
    if delivery.attempts > MAX_ATTEMPTS:
        # Whoever tried before has died of it each time.
        _give_up(delivery, "too_many_attempts")
        return
    try:
        message = _message(delivery, prompt)
        channels.CHANNELS[subscription.kind].send(message, subscription)
    except NotSent as failure:
        logger.warning("push.not_sent", kind=subscription.kind, reason=str(failure))
        _not_sent(delivery, prompt, subscription, failure)
        return
    Delivery.objects.finish([delivery.pk])
    if delivery.event == Delivery.Event.ASKED:
        _note_sent([prompt.pk])


def _message(delivery: Delivery, prompt: PaymentPrompt) -> Message:
    left = math.ceil((prompt.expires_at - timezone.now()).total_seconds())
    if delivery.event == Delivery.Event.CLOSED:
        content = {"id": prompt.pk, "state": prompt.state}
        return Message(prompt.pk, content, max(left, LEAST_SECONDS_OF_END))
    content = {
        "id": prompt.pk,
        "text": prompt.text,
        "amount_text": sentences.amount_text(
            prompt.amount, prompt.currency, language=prompt.language
        ),
        "payee": prompt.payee,
        "number": prompt.number,
    }
    return Message(prompt.pk, content, left)


def _not_sent(
    delivery: Delivery,
    prompt: PaymentPrompt,
    subscription: PushSubscription,
    failure: NotSent,
) -> None:
    """Give up, or leave the row for the next attempt with what happened."""
    if isinstance(failure, Gone):
        PushSubscription.objects.filter(pk=subscription.pk).update(gone_at=Now())
    if not isinstance(failure, Later) or delivery.attempts >= MAX_ATTEMPTS:
        _give_up(delivery, str(failure))
        return
    due_at = max(delivery.due_at, timezone.now() + (failure.pause or timedelta()))
    if due_at >= _counts_until(delivery, prompt):
        _give_up(delivery, str(failure))
        return
    Delivery.objects.open().filter(pk=delivery.pk).update(
        due_at=due_at, error=str(failure)
    )


def _give_up(delivery: Delivery, error: str) -> None:
    """Close a row with its reason; a prompt whose every push is so is undeliverable."""
    Delivery.objects.give_up([delivery.pk], error)
    if delivery.event != Delivery.Event.ASKED:
        return
    hopeful = (
        Delivery.objects.filter(prompt=OuterRef("pk"), event=Delivery.Event.ASKED)
        .exclude(target="")
        .exclude(state=OutboxState.DEAD)
    )
    PaymentPrompt.objects.filter(
        ~Exists(hopeful),
        pk=delivery.prompt_id,
        state=State.PENDING,
        delivery=PaymentPrompt.Delivery.QUEUED,
    ).update(delivery=PaymentPrompt.Delivery.UNDELIVERABLE)


def _note_sent(prompt_ids: list[str]) -> None:
    PaymentPrompt.objects.filter(pk__in=prompt_ids, delivery__in=NOT_SENT_YET).update(
        delivery=PaymentPrompt.Delivery.SENT, sent_at=Coalesce("sent_at", Now())
    )
