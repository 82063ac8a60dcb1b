"""
When a satisfaction rate may be shown. Pure.

Source: our publication rules: at least five answers; fresh for twelve months, shown as
old until eighteen, then gone.
"""

from datetime import date

LEAST_ANSWERS = 5
FRESH_MONTHS = 12
SHOWN_MONTHS = 18


def age_in_months(measured_on: date, on: date) -> int:
    """Return the number of whole months from `measured_on` to `on`, 0 if later."""
    months = (on.year - measured_on.year) * 12 + on.month - measured_on.month
    return max(0, months - (on.day < measured_on.day))


def is_publishable(*, answers: int, measured_on: date, on: date) -> bool:
    """Say whether a rate may be shown at all on the day `on`."""
    return (
        answers >= LEAST_ANSWERS
        and measured_on <= on
        and age_in_months(measured_on, on) < SHOWN_MONTHS
    )


def freshness(measured_on: date, on: date) -> str:
    """Return `fresh` or `old` for a rate that is shown on the day `on`."""
    return "fresh" if age_in_months(measured_on, on) < FRESH_MONTHS else "old"
