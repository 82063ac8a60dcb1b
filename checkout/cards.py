"""A prompt as a till and as a phone may know it. A leaf module."""

from typing import Any

from django.utils import timezone

from checkout import sentences
from checkout.models import PaymentPrompt
from common.times import rfc3339


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
