"""
What the phone says at the till, and the digest that binds it.

A leaf module. Amount and payee come first, then the rate; the exact text is stored.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from checkout.models import PaymentPrompt
from common import canonical
from companies import satisfaction, wording
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


def freshness(measured_on: date, on: date, *, language: str) -> str:
    """Return in words how old a rate was on the day when the till asked."""
    months = satisfaction.age_in_months(measured_on, on)
    with override(language):
        if months == 0:
            return _("measured less than a month ago")
        words = ngettext(
            "measured %(months)s month ago", "measured %(months)s months ago", months
        ) % {"months": months}
        if satisfaction.freshness(measured_on, on) == "old":
            return _("%(measured)s: an old rate") % {"measured": words}
        return words


def rate_text(rate: Rate, on: date, *, language: str) -> str:
    """Return where a rate comes from: answers, date, source, and how fresh it is."""
    fresh = freshness(rate.measured_on, on, language=language)
    with override(language):
        answers = ngettext(
            "%(answers)s answer", "%(answers)s answers", rate.answers
        ) % {"answers": wording.number(str(rate.answers))}
        day = wording.day(rate.measured_on)
    return f"{answers} · {day} · {rate.source} · {fresh}"


def rate_of(prompt: PaymentPrompt) -> Rate | None:
    """Return the rate that a prompt keeps, or none when none was published."""
    if prompt.rate is None or prompt.rate_date is None or prompt.rate_n is None:
        return None
    return Rate(prompt.rate, prompt.rate_source, prompt.rate_date, prompt.rate_n)


def frozen_brand(name: str, rate: Rate | None) -> dict[str, Any]:
    """Return what a prompt keeps of a company in the basket."""
    return {
        "name": name,
        "rate": rate.percent if rate else None,
        "rate_source": rate.source if rate else None,
        "rate_date": rate.measured_on.isoformat() if rate else None,
        "rate_n": rate.answers if rate else None,
    }


def brand_text(brand: Mapping[str, Any], on: date, *, language: str) -> str:
    """Return the line of a company in the basket, with its rate as it was then."""
    name = brand["name"]
    with override(language):
        if brand["rate"] is None:
            return _("%(company)s: no satisfaction rate published") % {"company": name}
        rate = Rate(
            brand["rate"],
            brand["rate_source"],
            date.fromisoformat(brand["rate_date"]),
            brand["rate_n"],
        )
        return _("%(company)s: %(percent)s%% of the employees satisfied (%(rest)s)") % {
            "company": name,
            "percent": rate.percent,
            "rest": rate_text(rate, on, language=language),
        }


def asked_on(prompt: PaymentPrompt) -> date:
    """Return the day on which the till asked, by which a rate is fresh or old."""
    return timezone.localdate(prompt.created_at)


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
