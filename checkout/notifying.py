"""
Telling tills' servers how prompts ended, by signed webhooks. A leaf module.

At least once: whoever dies between sending and recording has the outcome sent again,
with the same `webhook-id`, by which the other side knows that it was told before.
Nothing is sent in a transaction.
"""

import json
import secrets
import threading
import time
from collections import Counter
from concurrent.futures import Executor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min
from django.db.models.functions import Now
from django.utils import timezone

from checkout import disabling
from checkout.models import (
    Endpoint,
    OutboxState,
    Outcome,
    PaymentPrompt,
    WebhookAttempt,
)
from common import outgoing, sealing, signing
from common.times import rfc3339

# Names, connection, handshake, question and answer; the connection has two of these.
SECONDS = 10.0
EXCERPT_CHARACTERS = 500
# After each attempt but the last. Quick while a person stands at the till, then for
# three days, for the books: 75 hours in all.
PAUSES = (
    *(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 4, 8, 15, 30)),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 8, 16, 24, 24)),
)
ATTEMPTS = len(PAUSES) + 1
JITTER = 0.2
# The other side has too much to do, or what stands before it says so.
BUSY = frozenset({429, 502, 503, 504})
BUSY_PAUSE = timedelta(seconds=30)
LONGEST_RETRY_AFTER = timedelta(hours=1)
GONE = 410
DISABLED_AFTER = timedelta(days=5)
# So many at once tell one address, in each process: one that hangs holds no other.
IN_FLIGHT = 2
# An address with many outcomes due gives its thread back after this.
TURN_SECONDS = 2.0
# As many as a verifier must look at.
MAX_SIGNATURES = signing.MAX_SIGNATURES

logger = structlog.get_logger(__name__)
_random = secrets.SystemRandom()
_lock = threading.Lock()
_busy: Counter[int | None] = Counter()


class Told(NamedTuple):
    """What came of one attempt."""

    started_at: datetime
    milliseconds: int
    status: int | None = None
    error: str = ""
    answer: str = ""
    retry_after: timedelta | None = None


def notify(outcome: Outcome) -> bool:
    """Tell one till's server, and say whether it took it; the outcome was claimed."""
    endpoint: Endpoint | None = outcome.endpoint
    if endpoint is None or not endpoint.is_enabled:
        Outcome.objects.give_up([outcome.pk], "endpoint_disabled")
        return False
    if outcome.attempts > ATTEMPTS:
        # Whoever claimed it for the last time has died of it.
        Outcome.objects.give_up([outcome.pk], "attempts_exhausted")
        return False
    told = tell(endpoint, identifier=outcome.webhook_id, body=body_of(outcome.prompt))
    with transaction.atomic():
        _record(outcome, endpoint, told)
    return not told.error


def notify_due(limit: int, pool: Executor) -> int:
    """
    Begin at most `limit` turns in the pool's threads, and return how many.

    In its turn a thread claims and tells what is due at one address. The address that
    has waited longest comes first, and none has more than its share of the threads.
    """
    begun = 0
    for endpoint_id, count in _waiting(limit):
        for _turn in range(min(count, IN_FLIGHT, limit - begun)):
            if not _take(endpoint_id):
                break
            try:
                future = pool.submit(_have_a_turn, endpoint_id)
            except RuntimeError:  # shut down
                _give_back(endpoint_id)
                raise
            # Also of a turn that was never begun, because the pool was shut down.
            future.add_done_callback(partial(_give_back, endpoint_id))
            begun += 1
    return begun


def tell(endpoint: Endpoint, *, identifier: str, body: bytes) -> Told:
    """Send one message, signed with every key that counts now; fail nobody."""
    started_at, clock = timezone.now(), time.monotonic()

    def told(**found: Any) -> Told:
        taken = round((time.monotonic() - clock) * 1000)
        return Told(started_at, taken, **found)

    try:
        base_url, path = outgoing.split(endpoint.url)
        answer = outgoing.post(
            base_url,
            path,
            body,
            headers=_headers(endpoint, identifier, body, at=started_at),
            user_agent=f"Flashsesame/{settings.VERSION} ({settings.BASE_URL})",
            seconds=SECONDS,
        )
    except outgoing.NoAnswer as error:
        return told(error=str(error))
    except sealing.SealBroken:
        return told(error="key_unreadable")
    is_taken = 200 <= answer.status < 300
    return told(
        status=answer.status,
        error="" if is_taken else f"status_{answer.status}",
        answer=_excerpt(answer.body),
        retry_after=answer.asked_pause(LONGEST_RETRY_AFTER),
    )


def body_of(prompt: PaymentPrompt) -> bytes:
    """Return what is told of an ended prompt, the same bytes with every attempt."""
    assert prompt.decided_at is not None
    decided_at = rfc3339(prompt.decided_at)
    return encoded(
        f"payment_prompt.{prompt.state}",
        decided_at,
        {
            "id": prompt.pk,
            "terminal_id": str(prompt.terminal_id),
            "state": prompt.state,
            "amount": prompt.amount,
            "currency": prompt.currency,
            "reference": prompt.reference,
            "decided_at": decided_at,
        },
    )


def encoded(kind: str, timestamp: str, data: dict[str, Any]) -> bytes:
    """Return the body of a webhook as Standard Webhooks advises it."""
    content = {"type": kind, "timestamp": timestamp, "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def disable(endpoint: Endpoint, reason: str) -> bool:
    """Tell an address nothing more, and give up what is due; false if it was so."""
    disabled = Endpoint.objects.filter(pk=endpoint.pk, is_enabled=True).update(
        is_enabled=False, disabled_reason=reason
    )
    Outcome.objects.open().filter(endpoint=endpoint).update(
        state=OutboxState.DEAD, finished_at=Now(), error="endpoint_disabled"
    )
    return bool(disabled)


def _headers(
    endpoint: Endpoint, identifier: str, body: bytes, *, at: datetime
) -> dict[str, str]:
    timestamp = int(at.timestamp())
    keys = list(endpoint.keys.active().order_by("-not_before", "-pk")[:MAX_SIGNATURES])
    if not keys:
        raise outgoing.NoAnswer("no_key")
    signatures = [
        signing.sign(body, identifier=identifier, timestamp=timestamp, key=key.secret)
        for key in keys
    ]
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _excerpt(body: bytes) -> str:
    """Return the beginning as one line that moves no cursor and turns no text round."""
    text = body[: EXCERPT_CHARACTERS * 4].decode(errors="replace")
    shown = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(shown.split())[:EXCERPT_CHARACTERS]


def _record(outcome: Outcome, endpoint: Endpoint, told: Told) -> None:
    WebhookAttempt.objects.create(
        outcome=outcome,
        endpoint=endpoint,
        number=outcome.tries.count() + 1,
        started_at=told.started_at,
        milliseconds=told.milliseconds,
        status=told.status,
        error=told.error,
        answer=told.answer,
        requested_by_id=outcome.requested_by_id,
    )
    if told.error:
        _record_failure(outcome, endpoint, told)
        return
    # Even if somebody has given it up meanwhile: the other side has it.
    Outcome.objects.filter(pk=outcome.pk).update(
        state=OutboxState.DONE, finished_at=Now(), error=""
    )
    Endpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(
        failing_since=None
    )


def _record_failure(outcome: Outcome, endpoint: Endpoint, told: Told) -> None:
    Endpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(
        failing_since=told.started_at
    )
    # Its last attempt, or the one that ends all: the reason stays with the row.
    if outcome.attempts >= ATTEMPTS or told.status == GONE:
        Outcome.objects.give_up([outcome.pk], told.error)
    else:
        _put_off(outcome, endpoint, told)
    long_ago = timezone.now() - DISABLED_AFTER
    is_hopeless = Endpoint.objects.filter(pk=endpoint.pk, failing_since__lte=long_ago)
    if told.status == GONE or is_hopeless.exists():
        reason = disabling.GONE if told.status == GONE else disabling.FAILING
        if disable(endpoint, reason):
            logger.warning("webhook.disabled", endpoint=endpoint.pk, reason=reason)
            disabling.tell_disabled(endpoint, reason)


def _put_off(outcome: Outcome, endpoint: Endpoint, told: Told) -> None:
    planned = PAUSES[outcome.attempts - 1]
    pause = planned * _random.uniform(1 - JITTER, 1 + JITTER)
    if told.retry_after is not None:
        pause = max(pause, told.retry_after)
    is_busy = told.status in BUSY
    if is_busy:
        pause = max(pause, BUSY_PAUSE)
    until = timezone.now() + pause
    # Unless another has claimed it since: then this attempt took longer than it may.
    Outcome.objects.open().filter(pk=outcome.pk, attempts=outcome.attempts).update(
        due_at=until, error=told.error
    )
    if is_busy:
        # Who asks for less is not told of the others at the same pace.
        others = Outcome.objects.open().filter(endpoint=endpoint, due_at__lt=until)
        others.exclude(pk=outcome.pk).update(due_at=until)


def _waiting(limit: int) -> list[tuple[int | None, int]]:
    """Return addresses at which something is due, with how much, longest first."""
    with _lock:
        full = [key for key, count in _busy.items() if count >= IN_FLIGHT]
    return list(
        Outcome.objects.due()
        .exclude(endpoint__in=[key for key in full if key is not None])
        .order_by()
        .values("endpoint")
        .annotate(first=Min("due_at"), count=Count("pk"))
        .order_by("first")
        .values_list("endpoint", "count")[:limit]
    )


def _have_a_turn(endpoint_id: int | None) -> None:
    until = time.monotonic() + TURN_SECONDS
    while claimed := Outcome.objects.filter(endpoint=endpoint_id).claim_due(1):
        for outcome in claimed:
            notify(outcome)
        if time.monotonic() >= until:
            return


def _take(endpoint_id: int | None) -> bool:
    with _lock:
        if _busy[endpoint_id] >= IN_FLIGHT:
            return False
        _busy[endpoint_id] += 1
    return True


def _give_back(endpoint_id: int | None, _done: object = None) -> None:
    with _lock:
        _busy[endpoint_id] -= 1
        if not _busy[endpoint_id]:
            del _busy[endpoint_id]
