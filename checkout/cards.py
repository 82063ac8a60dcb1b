"""A prompt as a till and as a phone may know it. A leaf module."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from checkout import sentences, tokens
from checkout.models import PaymentPrompt
from common.times import rfc3339

UNCONFIRMED = "unconfirmed"
# No phone has said so long that it shows the question: the till offers another way.
UNCONFIRMED_AFTER = timedelta(seconds=8)


def terminal_answer(prompt: PaymentPrompt) -> dict[str, Any]:
    """Return what a till may know of a prompt; never who the shopper is."""
    left = (prompt.expires_at - timezone.now()).total_seconds()
    return {
        "id": prompt.pk,
        "state": prompt.state,
        "reason": prompt.reason or None,
        "delivery": _delivery(prompt),
        "amount": prompt.amount,
        "currency": prompt.currency,
        "reference": prompt.reference,
        "number": prompt.number,
        "created_at": rfc3339(prompt.created_at),
        "expires_at": rfc3339(prompt.expires_at),
        "expires_in": 0 if prompt.is_final else max(0, int(left)),
        "decided_at": rfc3339(prompt.decided_at) if prompt.decided_at else None,
        "claim_code": None if prompt.is_final else tokens.claim_code(prompt.pk),
        "claim_url": None if prompt.is_final else claim_url(),
    }


def claim_url() -> str:
    """Return the address to which a phone sends the code that a till shows."""
    return f"{settings.BASE_URL}/api/v1/me/prompts/claim"


def _delivery(prompt: PaymentPrompt) -> str:
    """Return how far the question came, in words that tell a till what to do."""
    delivery = PaymentPrompt.Delivery
    if prompt.is_final or prompt.delivery in (delivery.DELIVERED, delivery.SEEN):
        return prompt.delivery
    if prompt.is_claimable and prompt.claimed_at is None:
        # Sent to nobody yet: there is nothing that could have been confirmed.
        return prompt.delivery
    is_late = timezone.now() >= prompt.created_at + UNCONFIRMED_AFTER
    is_lost = prompt.delivery == delivery.UNDELIVERABLE
    return UNCONFIRMED if is_late or is_lost else prompt.delivery


def phone_card(prompt: PaymentPrompt) -> dict[str, Any]:
    """Return what a phone shows of a prompt, ready to be written as JSON."""
    rate, on = sentences.rate_of(prompt), sentences.asked_on(prompt)
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
        "rate_freshness": sentences.freshness(
            rate.measured_on, on, language=prompt.language
        )
        if rate
        else None,
        "rate_text": sentences.rate_text(rate, on, language=prompt.language)
        if rate
        else None,
        "brands": [
            {
                **brand,
                "text": sentences.brand_text(brand, on, language=prompt.language),
            }
            for brand in prompt.brands
        ],
        "delivery": prompt.delivery,
        "number": prompt.number,
        "digest": prompt.digest,
        "created_at": rfc3339(prompt.created_at),
        "expires_at": rfc3339(prompt.expires_at),
        "expires_in": 0 if prompt.is_final else max(0, int(left)),
    }
