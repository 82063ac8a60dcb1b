"""
What the phone says at the till, and the digest that binds it.

A leaf module. Amount and payee come first, then the rate; the exact text is stored.
"""

import hashlib
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override

from checkout.models import PaymentPrompt
from common import canonical
from companies import wording
from companies.models import SatisfactionRate

# Currencies in use whose minor unit is not a hundredth (ISO 4217).
MINOR_DIGITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "VND", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Rate(NamedTuple):
    """The rate as it was when the till asked; frozen with the prompt."""

    percent: int
    source: str
    measured_on: date
    answers: int


def frozen(rate: SatisfactionRate | None) -> Rate | None:
    """Return what a prompt keeps of a rate."""
    if rate is None:
        return None
    return Rate(rate.percent, rate.source_name, rate.measured_on, rate.answers)


def question(rate: Rate | None, *, language: str) -> str:
    """Return the sentence on the employees' satisfaction, in the shopper's language."""
    with override(language):
        if rate is None:
            return _(
                "No satisfaction rate of this company’s employees is published. "
                "Do you want to confirm your payment?"
            )
        return _(
            "The satisfaction rate of this company’s employees is %(percent)s%%. "
            "Do you want to confirm your payment?"
        ) % {"percent": rate.percent}


def amount_text(amount: int, currency: str, *, language: str) -> str:
    """Return an amount of minor units in words, “12,99 €”."""
    digits = MINOR_DIGITS.get(currency, 2)
    value = Decimal(amount).scaleb(-digits)
    with override(language):
        shown = wording.number(f"{value:f}", places=digits)
    return f"{shown}{wording.NO_BREAK}{wording.UNITS.get(currency, currency)}"


def digest(prompt: PaymentPrompt) -> str:
    """
    Return SHA-256, in hexadecimal, of the canonical JSON of what the phone shows.

    Whole numbers only: minor units, percent, epoch seconds. Members without a value
    are null.
    """
    measured = (
        datetime.combine(prompt.rate_date, time(), UTC).timestamp()
        if prompt.rate_date is not None
        else None
    )
    shown = {
        "id": prompt.pk,
        "amount": prompt.amount,
        "currency": prompt.currency,
        "payee": prompt.payee,
        "text": prompt.text,
        "rate": prompt.rate,
        "rate_source": prompt.rate_source or None,
        "rate_date": int(measured) if measured is not None else None,
        "rate_n": prompt.rate_n,
        "expires_at": int(prompt.expires_at.timestamp()),
    }
    return hashlib.sha256(canonical.dumps(shown)).hexdigest()
