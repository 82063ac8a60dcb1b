"""A till asks a shopper."""

import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout import cards, sentences, settling, tasks
from checkout.errors import KeyReused, RequestInProgress
from checkout.models import (
    FIRST_DUE,
    Delivery,
    PaymentPrompt,
    State,
    Terminal,
    TerminalRequest,
)
from common import hints
from companies import civil_status
from shoppers.models import Shopper
from shoppers.services import consume_pass

PROMPT_ROUTE = "payment-prompts"


class Asked(NamedTuple):
    """What a till asks: minor units, an ISO 4217 code, its own reference."""

    handle: str
    amount: int
    currency: str
    reference: str = ""


def ask(
    *, terminal: Terminal, key: str, body_sha256: str, asked: Asked
) -> dict[str, Any]:
    """
    Create a prompt, once for each `key` of a terminal, and return the till's answer.

    A retry with the same body gets the first answer again. Raise `KeyReused` when the
    body is another one, and `RequestInProgress` while the first is being worked on.
    """
    try:
        with transaction.atomic():
            _wait_briefly()
            request = TerminalRequest.objects.create(
                terminal=terminal, key=key, route=PROMPT_ROUTE, body_sha256=body_sha256
            )
            prompt = _create_prompt(terminal, asked)
            request.answer = {"prompt": prompt.pk, "state": prompt.state}
            request.save(update_fields=["answer"])
            Terminal.objects.filter(pk=terminal.pk).update(last_seen_at=Now())
            if not prompt.is_final:
                transaction.on_commit(lambda: _deliver(prompt), robust=True)
    except IntegrityError:
        first = TerminalRequest.objects.filter(
            terminal=terminal, key=key, route=PROMPT_ROUTE
        ).first()
        if first is None:
            raise
        return _first_answer(first, body_sha256)
    except OperationalError as error:
        if "lock timeout" in str(error):
            raise RequestInProgress(_("This request is being worked on.")) from error
        raise
    return cards.terminal_answer(prompt)


def _wait_briefly() -> None:
    """On PostgreSQL a duplicate waits for the first one's end: one second at most."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")


def _create_prompt(terminal: Terminal, asked: Asked) -> PaymentPrompt:
    shopper = consume_pass(asked.handle)
    if shopper is None:
        return _rejected(terminal, asked, "pass_invalid", "pass_invalid")
    try:
        with transaction.atomic():
            _expire_stale(shopper)
            prompt = _composed(terminal, asked, shopper)
            prompt.save(force_insert=True)
            Delivery.objects.create(prompt=prompt, due_at=timezone.now() + FIRST_DUE)
    except IntegrityError:
        # The table holds one pending prompt per shopper. The till learns only that the
        # shopper cannot be asked now, whatever the cause.
        return _rejected(terminal, asked, "shopper_unavailable", "busy")
    return prompt


def _expire_stale(shopper: Shopper) -> None:
    for overdue in PaymentPrompt.objects.overdue().filter(shopper=shopper):
        settling.expire(overdue.pk)


def _composed(terminal: Terminal, asked: Asked, shopper: Shopper) -> PaymentPrompt:
    now = timezone.now()
    expires_at = (now + timedelta(seconds=settings.PROMPT_TTL_SECONDS)).replace(
        microsecond=0
    )
    rate = sentences.frozen(
        civil_status.latest_rate(terminal.company_id, on=timezone.localdate(now))
    )
    prompt = PaymentPrompt(
        terminal=terminal,
        shopper=shopper,
        amount=asked.amount,
        currency=asked.currency,
        payee=terminal.company.name,
        reference=asked.reference,
        number=f"{secrets.randbelow(100):02}",
        language=shopper.language,
        text=sentences.question(rate, language=shopper.language),
        rate=rate.percent if rate else None,
        rate_source=rate.source if rate else "",
        rate_date=rate.measured_on if rate else None,
        rate_n=rate.answers if rate else None,
        expires_at=expires_at,
    )
    prompt.digest = sentences.digest(prompt)
    return prompt


def _rejected(
    terminal: Terminal, asked: Asked, reason: str, audit_reason: str
) -> PaymentPrompt:
    now = timezone.now()
    return PaymentPrompt.objects.create(
        terminal=terminal,
        state=State.REJECTED,
        reason=reason,
        audit_reason=audit_reason,
        amount=asked.amount,
        currency=asked.currency,
        payee=terminal.company.name,
        reference=asked.reference,
        expires_at=now,
        decided_at=now,
    )


def _first_answer(first: TerminalRequest, body_sha256: str) -> dict[str, Any]:
    said: dict[str, str] = first.answer or {}
    if first.body_sha256 != body_sha256:
        raise KeyReused(_("This webhook-id was used for another request."))
    prompt = PaymentPrompt.objects.get(pk=said["prompt"])
    # The answer is told as it was first: what came since, the poll says.
    return {**cards.terminal_answer(prompt), "state": said["state"]}


def _deliver(prompt: PaymentPrompt) -> None:
    """Wake the phone at once, and ask Celery to: the outbox row outlives both."""
    settling.wake(prompt)
    hints.send(
        tasks.push_prompt,
        prompt.pk,
        lost="prompt.hint_lost",
        expires=settings.PROMPT_TTL_SECONDS,
    )
