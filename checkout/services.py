"""Asking a shopper at the till, and answering."""

import base64
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout import delivering, sentences, tasks
from checkout.errors import (
    AlreadyApproved,
    AlreadyDeclined,
    DigestMismatch,
    KeyReused,
    PromptExpired,
    PromptUnknown,
    RequestInProgress,
)
from checkout.models import (
    FIRST_DUE,
    Delivery,
    PaymentPrompt,
    State,
    Terminal,
    TerminalRequest,
)
from common import hints, sealing
from common.times import rfc3339
from companies import civil_status
from companies.models import Company
from shoppers.models import Shopper
from shoppers.services import consume_pass

PROMPT_ROUTE = "payment-prompts"


class Registered(NamedTuple):
    """A new terminal; the secret is shown this once."""

    terminal: Terminal
    secret: str


class Asked(NamedTuple):
    """What a till asks: minor units, an ISO 4217 code, its own reference."""

    handle: str
    amount: int
    currency: str
    reference: str = ""


def register_terminal(*, company: Company, label: str) -> Registered:
    """Create a terminal of a company, with a secret of 32 random bytes."""
    secret = _new_secret()
    terminal = Terminal.objects.create(
        company=company, label=label, sealed_secret=sealing.seal(secret)
    )
    return Registered(terminal, secret)


def replace_secret(terminal: Terminal) -> str:
    """Give a terminal a new secret; the old one proves nothing any more."""
    secret = _new_secret()
    terminal.sealed_secret = sealing.seal(secret)
    terminal.save(update_fields=["sealed_secret"])
    return secret


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
    return terminal_answer(prompt)


def decide(
    *, shopper: Shopper, prompt_id: str, is_approved: bool, digest: str | None = None
) -> PaymentPrompt:
    """
    Answer a prompt, by one conditional update: the first answer is the only one.

    The same answer again changes nothing. `digest` is what the phone computed from what
    it shows; when given, it must be the prompt's.
    """
    new_state = State.APPROVED if is_approved else State.DECLINED
    mine = PaymentPrompt.objects.filter(pk=prompt_id, shopper=shopper)
    with transaction.atomic():
        candidates = mine.open()
        if digest is not None:
            candidates = candidates.filter(digest=digest)
        won = candidates.update(
            state=new_state, decided_at=Now(), version=F("version") + 1
        )
        prompt = mine.select_related("shopper").first()
        if prompt is None:
            raise PromptUnknown(_("You have no such request for payment."))
        if won:
            Delivery.objects.filter(prompt=prompt).update(is_open=False)
            transaction.on_commit(lambda: delivering.wake(prompt), robust=True)
    if not won:
        _explain(prompt, new_state, digest)
    return prompt


def refreshed(prompt: PaymentPrompt) -> PaymentPrompt:
    """Return the prompt as its row stands, expired if its time is over."""
    delivering.expire(prompt)
    prompt.refresh_from_db()
    return prompt


def acknowledge(prompt: PaymentPrompt) -> None:
    """Note that the till has read the outcome, the first time it does."""
    PaymentPrompt.objects.filter(pk=prompt.pk, acknowledged_at=None).exclude(
        state=State.PENDING
    ).update(acknowledged_at=Now())


def terminal_answer(prompt: PaymentPrompt) -> dict[str, Any]:
    """Return what a till may know of a prompt; never who the shopper is."""
    left = (prompt.expires_at - timezone.now()).total_seconds()
    return {
        "id": prompt.pk,
        "state": prompt.state,
        "reason": prompt.reason or None,
        "delivery": prompt.delivery,
        "amount": prompt.amount,
        "currency": prompt.currency,
        "reference": prompt.reference,
        "number": prompt.number,
        "created_at": rfc3339(prompt.created_at),
        "expires_at": rfc3339(prompt.expires_at),
        "expires_in": 0 if prompt.is_final else max(0, int(left)),
        "decided_at": rfc3339(prompt.decided_at) if prompt.decided_at else None,
    }


def phone_card(prompt: PaymentPrompt) -> dict[str, Any]:
    """Return what a phone shows of a prompt, ready to be written as JSON."""
    left = (prompt.expires_at - timezone.now()).total_seconds()
    return {
        "id": prompt.pk,
        "state": prompt.state,
        "amount": prompt.amount,
        "currency": prompt.currency,
        "amount_text": sentences.amount_text(
            prompt.amount, prompt.currency, language=prompt.language
        ),
        "payee": prompt.payee,
        "text": prompt.text,
        "rate": prompt.rate,
        "rate_source": prompt.rate_source or None,
        "rate_date": prompt.rate_date.isoformat() if prompt.rate_date else None,
        "rate_n": prompt.rate_n,
        "number": prompt.number,
        "digest": prompt.digest,
        "created_at": rfc3339(prompt.created_at),
        "expires_at": rfc3339(prompt.expires_at),
        "expires_in": 0 if prompt.is_final else max(0, int(left)),
    }


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


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
            PaymentPrompt.objects.filter(shopper=shopper).expire()
            prompt = _composed(terminal, asked, shopper)
            prompt.save(force_insert=True)
            Delivery.objects.create(prompt=prompt, due_at=timezone.now() + FIRST_DUE)
    except IntegrityError:
        # The table holds one pending prompt per shopper. The till learns only that the
        # shopper cannot be asked now, whatever the cause.
        return _rejected(terminal, asked, "shopper_unavailable", "busy")
    return prompt


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
    return {**terminal_answer(prompt), "state": said["state"]}


def _deliver(prompt: PaymentPrompt) -> None:
    """Wake the phone at once, and ask Celery to: the outbox row outlives both."""
    delivering.wake(prompt)
    hints.send(
        tasks.push_prompt,
        prompt.pk,
        lost="prompt.hint_lost",
        expires=settings.PROMPT_TTL_SECONDS,
    )


def _explain(prompt: PaymentPrompt, wanted: State, digest: str | None) -> None:
    """Raise why the answer was not taken; return when it had been given before."""
    prompt = refreshed(prompt)
    if prompt.state == wanted:
        return
    if prompt.state == State.PENDING and digest not in (None, prompt.digest):
        raise DigestMismatch(
            _("What your phone shows is not what the till asked."), state=prompt.state
        )
    error, detail = {
        State.APPROVED: (AlreadyApproved, _("This payment was confirmed before.")),
        State.DECLINED: (AlreadyDeclined, _("This payment was declined before.")),
    }.get(
        State(prompt.state),
        (PromptExpired, _("Too late: this payment was not confirmed.")),
    )
    raise error(detail, state=prompt.state)
