"""When a satisfaction rate may be shown: enough answers, young enough."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies import satisfaction
from companies.satisfaction import age_in_months, freshness, is_publishable

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("measured", "on", "months"),
    [
        ("2026-03-15", "2026-03-15", 0),
        ("2026-03-15", "2026-04-14", 0),
        ("2026-03-15", "2026-04-15", 1),
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2025-03-15", "2026-03-14", 11),
        ("2025-03-15", "2026-03-15", 12),
        ("2024-02-29", "2025-02-28", 11),
        ("2026-03-15", "2026-03-01", 0),
    ],
)
def test_months_are_whole(measured: str, on: str, months: int) -> None:
    assert age_in_months(date.fromisoformat(measured), date.fromisoformat(on)) == months


@pytest.mark.parametrize(
    ("on", "word", "is_shown"),
    [
        ("2026-03-14", "fresh", True),
        ("2026-03-15", "old", True),
        ("2026-09-14", "old", True),
        ("2026-09-15", "old", False),
    ],
)
def test_it_is_fresh_for_a_year_then_old_then_gone(
    on: str, word: str, is_shown: bool
) -> None:
    measured, day = date(2025, 3, 15), date.fromisoformat(on)

    assert freshness(measured, day) == word
    assert is_publishable(answers=5, measured_on=measured, on=day) is is_shown


def test_four_answers_would_betray_somebody() -> None:
    day = date(2026, 3, 15)

    assert not is_publishable(answers=4, measured_on=day, on=day)
    assert is_publishable(answers=5, measured_on=day, on=day)


@given(DAYS, st.integers(0, 2000), st.integers(0, 60))
def test_age_never_falls_as_days_go_by(start: date, days: int, more: int) -> None:
    on = start + timedelta(days=days)

    assert age_in_months(start, on) <= age_in_months(start, on + timedelta(days=more))


@given(DAYS, DAYS)
def test_age_is_within_a_day_of_the_calendar(measured: date, on: date) -> None:
    months = age_in_months(measured, on)

    assert months >= 0
    if on >= measured:
        assert 28 * months <= (on - measured).days <= 31 * (months + 1)


@given(DAYS, DAYS, st.integers(0, 10))
def test_what_is_shown_was_measured_already_and_not_too_long_ago(
    measured: date, on: date, answers: int
) -> None:
    if is_publishable(answers=answers, measured_on=measured, on=on):
        assert answers >= satisfaction.LEAST_ANSWERS
        assert measured <= on < measured + timedelta(days=31 * 18)
