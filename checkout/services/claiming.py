"""A phone reads the code that a till shows, and takes the question."""

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from checkout import availability, delivering, sentences, settling, tokens
from checkout.errors import (
    AlreadyClaimed,
    ClaimCodeInvalid,
    CompanyBlocked,
    ShopperBusy,
    ShopperQuiet,
)
from checkout.models import PaymentPrompt, State
from checkout.services.deciding import ended, refreshed
from checkout.services.receiving import note_stage
from common.errors import DomainError
from shoppers.models import Shopper


def claim(*, shopper: Shopper, code: str) -> PaymentPrompt:
    """
    Give a prompt to the shopper whose phone read the till's code, and return it.

    The first phone gets it, and may ask again. A prompt that was asked by a pass is
    its shopper's alone. Refuse a forged code, an ended prompt, and a shopper who is
    quiet, blocked the company or has another prompt; they may know which, the till not.
    """
    prompt = _read(code)
    if prompt.shopper_id == shopper.pk:
        return _had(prompt)
    if prompt.is_final:
        raise ended(prompt)
    if not prompt.is_claimable or prompt.shopper_id is not None:
        raise _taken()
    if refusal := _refusal(shopper, prompt):
        raise refusal
    if not _take(prompt, shopper):
        return _lost(prompt, shopper)
    prompt.refresh_from_db()
    # Their other phones show it too, and the till learns that somebody is there.
    transaction.on_commit(lambda: settling.wake(prompt), robust=True)
    return prompt


def _read(code: str) -> PaymentPrompt:
    prompt_id = tokens.claimed_prompt(code)
    found = PaymentPrompt.objects.select_related("terminal", "shopper")
    prompt = found.filter(pk=prompt_id).first() if prompt_id else None
    if prompt is None:
        raise ClaimCodeInvalid(_("This code is of no payment."))
    return refreshed(prompt)


def _had(prompt: PaymentPrompt) -> PaymentPrompt:
    """Return what was this shopper's before: the code brought it to a phone."""
    PaymentPrompt.objects.filter(pk=prompt.pk, state=State.PENDING).update(
        claimed_at=Coalesce("claimed_at", Now())
    )
    note_stage(prompt.pk, PaymentPrompt.Delivery.DELIVERED)
    prompt.refresh_from_db()
    return prompt


def _refusal(shopper: Shopper, prompt: PaymentPrompt) -> DomainError | None:
    """
    Return why this shopper may not take it, if so.

    Prompts left unanswered do not count here: nobody is bothered by what they claim.
    """
    delivering.expire_overdue_of(shopper.pk)
    match availability.reach(shopper.pk, prompt.terminal).cause:
        case "quiet":
            return ShopperQuiet(_("You asked not to be disturbed: end that first."))
        case "blocked":
            return CompanyBlocked(_("You blocked this company: unblock it first."))
        case "busy":
            return _busy()
    return None


def _take(prompt: PaymentPrompt, shopper: Shopper) -> bool:
    """Set whose it is, and what they read, in one conditional update."""
    prompt.language = shopper.language
    prompt.text = sentences.question(
        sentences.rate_of(prompt), language=shopper.language
    )
    free = settling.IN_TIME & Q(state=State.PENDING, shopper=None, is_claimable=True)
    try:
        with transaction.atomic():
            taken = PaymentPrompt.objects.filter(free, pk=prompt.pk).update(
                shopper=shopper,
                language=prompt.language,
                text=prompt.text,
                digest=sentences.digest(prompt),
                claimed_at=Now(),
                version=F("version") + 1,
            )
            if taken:
                note_stage(prompt.pk, PaymentPrompt.Delivery.DELIVERED)
    except IntegrityError:
        # One pending prompt per shopper: another one came in between.
        raise _busy() from None
    return bool(taken)


def _lost(prompt: PaymentPrompt, shopper: Shopper) -> PaymentPrompt:
    """Say what came first; the shopper's own other phone may have."""
    prompt = refreshed(prompt)
    if prompt.shopper_id == shopper.pk:
        return prompt
    raise ended(prompt) if prompt.is_final else _taken()


def _busy() -> ShopperBusy:
    return ShopperBusy(_("You have another payment to answer first."))


def _taken() -> AlreadyClaimed:
    return AlreadyClaimed(_("This payment is for another phone."))
