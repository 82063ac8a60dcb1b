"""The shopper's one answer, and what a till learns of it."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from checkout import settling
from checkout.errors import (
    AlreadyApproved,
    AlreadyDeclined,
    DigestMismatch,
    PromptCanceled,
    PromptEnded,
    PromptExpired,
    PromptUnknown,
)
from checkout.models import PaymentPrompt, State
from common import compiled
from common.errors import DomainError
from shoppers.models import Shopper

_STANDING = compiled.Select(
    lambda key: PaymentPrompt.objects.filter(pk=key).annotate(
        is_overdue=Q(state=State.PENDING) & settling.OVERDUE
    ),
    key=PaymentPrompt._meta.pk,
)


def decide(
    *, shopper: Shopper, prompt_id: str, is_approved: bool, digest: str | None = None
) -> PaymentPrompt:
    """
    Answer a prompt, by one conditional update: the first answer is the only one.

    The same answer again changes nothing. `digest` is what the phone computed from what
    it shows; when given, it must be the prompt's.
    """
    state = State.APPROVED if is_approved else State.DECLINED
    mine = settling.IN_TIME & Q(shopper=shopper)
    if digest is not None:
        mine &= Q(digest=digest)
    won = settling.settle(prompt_id, state, where=mine)
    prompt = PaymentPrompt.objects.filter(pk=prompt_id, shopper=shopper).first()
    if prompt is None:
        raise PromptUnknown(_("You have no such request for payment."))
    if not won:
        _explain(prompt, state, digest)
    return prompt


def refreshed(prompt: PaymentPrompt) -> PaymentPrompt:
    """Return the prompt as its row stands, expired if its time is over."""
    if not prompt.is_final:
        settling.expire(prompt.pk)
        prompt.refresh_from_db()
    return prompt


def read(prompt_id: str) -> PaymentPrompt | None:
    """
    Return a prompt as its row stands for a till that reads it; none when unknown.

    One question while it is pending: thousands of tills wait at once, and each of them
    looks for itself now and then. It is expired first if its time is over.
    """
    found: Any = _STANDING.first(key=prompt_id)
    if found is None:
        return None
    prompt: PaymentPrompt = refreshed(found) if found.is_overdue else found
    acknowledge(prompt)
    return prompt


def acknowledge(prompt: PaymentPrompt) -> None:
    """Note that the till has read the outcome, the first time it does."""
    if prompt.is_final and prompt.acknowledged_at is None:
        rows = PaymentPrompt.objects.filter(pk=prompt.pk, acknowledged_at=None)
        rows.update(acknowledged_at=Now())


def _explain(prompt: PaymentPrompt, wanted: State, digest: str | None) -> None:
    """Raise why the answer was not taken; return when it had been given before."""
    prompt = refreshed(prompt)
    if prompt.state == wanted:
        return
    if prompt.state == State.PENDING and digest not in (None, prompt.digest):
        raise DigestMismatch(
            _("What your phone shows is not what the till asked."), state=prompt.state
        )
    raise ended(prompt)


def ended(prompt: PaymentPrompt) -> DomainError:
    """Return the refusal that tells a phone how a prompt ended before it came."""
    error, detail = {
        State.APPROVED: (AlreadyApproved, _("This payment was confirmed before.")),
        State.DECLINED: (AlreadyDeclined, _("This payment was declined before.")),
        State.CANCELED: (
            PromptCanceled,
            _("The till took its question back: this payment was not confirmed."),
        ),
        State.EXPIRED: (PromptExpired, _("Too late: this payment was not confirmed.")),
    }.get(
        State(prompt.state),
        (PromptEnded, _("Too late: this payment was not confirmed.")),
    )
    return error(detail, state=prompt.state)
