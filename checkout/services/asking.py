"""A till asks a shopper."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from checkout import (
    availability,
    baskets,
    cards,
    delivering,
    hinting,
    sentences,
)
from checkout.models import PaymentPrompt, State, Terminal
from checkout.models.prompts import new_prompt_id
from checkout.services.repeating import (
    Signed,
    one_second,
    remember,
    set_answer,
    told_before,
)
from common import afterwards, compiled, hub
from companies import civil_status
from shoppers.models import Shopper
from shoppers.services import Consumed, consume

PROMPT_ROUTE = "payment-prompts"
PASS_INVALID = "pass_invalid"  # noqa: S105 - a reason
# All that a till learns of a shopper who cannot be asked.
UNAVAILABLE = "shopper_unavailable"

_NEW = compiled.Insert(PaymentPrompt)


class Asked(NamedTuple):
    """
    What a till asks: minor units, an ISO 4217 code, its own reference.

    Without a handle the prompt waits for the phone that reads the till's code. `gtins`
    are those of the basket, in 14 digits; `expires_in` is in seconds.
    """

    handle: str | None
    amount: int
    currency: str
    reference: str = ""
    gtins: tuple[str, ...] = ()
    expires_in: int | None = None


def ask(
    *,
    terminal: Terminal,
    key: str,
    body_sha256: str,
    asked: Asked,
    retry_key: str = "",
) -> dict[str, Any]:
    """
    Create a prompt, once for each `key` of a terminal, and return the till's answer.

    A retry with the same body, by its `key` or its `retry_key`, gets the first answer
    again. Raise `KeyReused` when the body is another one, and `RequestInProgress` while
    the first is being worked on.
    """
    signed = Signed(terminal, key, PROMPT_ROUTE, body_sha256, retry_key)
    try:
        return cards.terminal_answer(_remembered(signed, asked))
    except IntegrityError:
        # Refused or not, what is noted here is kept: the refusal comes after it.
        with one_second():
            told = told_before(signed)
    if told is None:
        # The table holds one pending prompt per shopper: another till was faster, and
        # this time it is seen.
        return cards.terminal_answer(_remembered(signed, asked))
    return _as_first_told(told.again())


def _remembered(signed: Signed, asked: Asked) -> PaymentPrompt:
    """Create a prompt, and its answer for whoever asks the same again."""
    identifier = new_prompt_id()
    with one_second():
        # Before the pass is used up, or every honest retry would find it used.
        remember(signed, {"prompt": identifier, "state": State.PENDING})
        prompt = _create_prompt(signed.terminal, asked, identifier)
        if prompt.state != State.PENDING:
            set_answer(signed, {"prompt": identifier, "state": prompt.state})
    return prompt


def _as_first_told(said: dict[str, Any]) -> dict[str, Any]:
    """Return the answer as it was told first: what came since, the poll says."""
    prompt = PaymentPrompt.objects.get(pk=said["prompt"])
    if prompt.state != said["state"]:
        prompt.state, prompt.reason, prompt.decided_at = said["state"], "", None
    return cards.terminal_answer(prompt)


def _create_prompt(terminal: Terminal, asked: Asked, identifier: str) -> PaymentPrompt:
    # The same for everybody, and before the shopper is known: it tells nothing of them.
    draft = _drafted(terminal, asked)
    draft.pk = identifier
    if asked.handle is None:
        draft.is_claimable = True
        return _asked(draft, settings.LANGUAGE_CODE)
    consumed = consume(asked.handle)
    if consumed is None:
        return _rejected(draft, PASS_INVALID, PASS_INVALID)
    reach = _reach(consumed, terminal)
    if reach.cause == availability.OVERDUE:
        delivering.expire_overdue_of(consumed.shopper_id)
        reach = _reach(consumed, terminal)
    if reach.cause or reach.shopper is None:
        return _rejected(draft, UNAVAILABLE, reach.cause)
    draft.shopper = reach.shopper
    return _asked(draft, reach.shopper.language, reach.subscriptions)


def _reach(consumed: Consumed, terminal: Terminal) -> availability.Reach:
    return availability.reach(
        consumed.shopper_id, terminal, is_contactless=consumed.is_contactless
    )


def _drafted(terminal: Terminal, asked: Asked) -> PaymentPrompt:
    """Return the prompt with all but the shopper: the rates are frozen here."""
    now = timezone.now()
    today = timezone.localdate(now)
    seconds = asked.expires_in
    if seconds is None:
        seconds = settings.PROMPT_TTL_SECONDS
    rate = sentences.frozen(civil_status.latest_rate(terminal.company_id, on=today))
    return PaymentPrompt(
        terminal=terminal,
        amount=asked.amount,
        currency=asked.currency,
        payee=terminal.company.name,
        reference=asked.reference,
        number=f"{secrets.randbelow(100):02}",
        rate=rate.percent if rate else None,
        rate_source=rate.source if rate else "",
        rate_date=rate.measured_on if rate else None,
        rate_n=rate.answers if rate else None,
        brands=baskets.brands(asked.gtins, on=today),
        expires_at=(now + timedelta(seconds=seconds)).replace(microsecond=0),
    )


def _asked(
    draft: PaymentPrompt, language: str, subscriptions: Sequence[str] = ()
) -> PaymentPrompt:
    draft.language = language
    draft.text = sentences.question(sentences.rate_of(draft), language=language)
    draft.digest = sentences.digest(draft)
    _NEW.run(draft)
    shopper = draft.shopper
    if shopper is not None:
        keys = delivering.queue_first(draft, subscriptions)
        transaction.on_commit(lambda: _tell(shopper, draft, keys), robust=True)
    return draft


def _rejected(draft: PaymentPrompt, reason: str, audit_reason: str) -> PaymentPrompt:
    """Keep the question for the audit, without what was to be shown."""
    now = timezone.now()
    return PaymentPrompt.objects.create(
        id=draft.pk,
        terminal=draft.terminal,
        state=State.REJECTED,
        reason=reason,
        audit_reason=audit_reason,
        amount=draft.amount,
        currency=draft.currency,
        payee=draft.payee,
        reference=draft.reference,
        expires_at=now,
        decided_at=now,
    )


def _tell(shopper: Shopper, prompt: PaymentPrompt, keys: list[int]) -> None:
    """
    Wake the phone at once, and tell the workers: the rows outlive both.

    Nobody polls yet: the till does not know the prompt.
    """
    hint = partial(hinting.hint_deliveries, prompt, keys)
    if hub.publish(shopper.channel):
        # The phone is awake: it and the till go first.
        afterwards.run(hint)
    else:
        hint()
