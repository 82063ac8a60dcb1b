"""Whose turn it is to be checked: nobody is held up, and a new day looks again."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from common import chains
from companies import checking, tasks
from companies.models import Company, Outcome, Statement
from companies.tasks import checking as checking_tasks
from tests import make
from tests.companies.test_checking import SIREN, current, is_due

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def test_a_company_that_fails_does_not_hold_the_others_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = make.company("A"), make.company("B")
    check = checking.check_company

    def stumble(company_id: uuid.UUID) -> bool:
        if company_id == bad.pk:
            raise RuntimeError("a rule stumbled")
        return check(company_id)

    monkeypatch.setattr(checking, "check_company", stumble)
    assert not checking.work()

    bad.refresh_from_db()
    assert is_due(bad)
    assert not is_due(good)
    assert bad.check_attempts == 1
    assert bad.check_not_before is not None
    assert bad.check_not_before > timezone.now()


def test_a_company_that_failed_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    past = timezone.now() - timedelta(seconds=1)
    Company.objects.filter(pk=company.pk).update(
        check_attempts=3, check_not_before=past
    )

    checking.work()

    company.refresh_from_db()
    assert (company.check_attempts, company.check_not_before) == (0, None)
    assert not is_due(company)


def test_a_company_in_the_hands_of_another_worker_is_left_alone() -> None:
    company = make.company()
    soon = timezone.now() + timedelta(seconds=20)
    Company.objects.filter(pk=company.pk).update(
        check_attempts=1, check_not_before=soon
    )

    assert not checking.work()

    assert is_due(company)


def test_those_who_never_failed_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, fresh = make.company("A"), make.company("B")
    past = timezone.now() - timedelta(seconds=1)
    Company.objects.filter(pk=failed.pk).update(check_attempts=2, check_not_before=past)
    turns: list[uuid.UUID] = []
    monkeypatch.setattr(checking, "_check_one", turns.append)
    monkeypatch.setattr(checking, "WORK_SECONDS", 0)

    assert list(checking._due()) == [fresh.pk, failed.pk]


def test_a_run_ends_in_time_and_says_that_more_waits() -> None:
    make.company("A")

    assert checking.work(seconds=0)


def test_the_task_asks_for_the_next_moment_while_more_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [True, False]
    hints: list[str] = []
    monkeypatch.setattr(checking, "work", lambda: answers.pop(0))
    monkeypatch.setattr(checking_tasks, "hint_checks", hints.append)

    checking_tasks.check_companies()
    checking_tasks.check_companies(*hints)

    assert answers == []
    assert len(hints) == 1


def test_many_messages_do_not_become_as_many_chains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns: list[int] = []
    hints: list[str] = []

    def work() -> bool:
        turns.append(1)
        return True

    monkeypatch.setattr(checking, "work", work)
    monkeypatch.setattr(checking_tasks, "hint_checks", hints.append)

    checking_tasks.check_companies()
    checking_tasks.check_companies()
    checking_tasks.check_companies(hints[0])
    checking_tasks.check_companies(hints[0])

    assert (len(turns), len(hints)) == (2, 2)


def test_a_chain_that_broke_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [True, False]
    monkeypatch.setattr(checking, "work", lambda: answers.pop(0))
    monkeypatch.setattr(checking_tasks, "hint_checks", lambda _lost: None)
    monkeypatch.setattr(chains, "FORGOTTEN_AFTER_SECONDS", 0)

    checking_tasks.check_companies()
    checking_tasks.check_companies()

    assert answers == []


def test_once_nothing_waits_the_next_hint_is_followed() -> None:
    checking_tasks.check_companies()
    company = make.company()
    make.fact(company, "national_id", SIREN)

    tasks.hint_checks()

    assert not is_due(company)


def test_a_statement_is_checked_without_anybody_asking(
    django_capture_on_commit_callbacks: Any,
) -> None:
    company = make.company()

    with django_capture_on_commit_callbacks(execute=True):
        make.fact(company, "national_id", SIREN)

    assert current(company, "id.checksum").outcome == Outcome.AGREE


def test_a_broker_that_is_down_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(**_options: Any) -> None:
        raise OSError

    monkeypatch.setattr(checking_tasks.check_companies, "apply_async", down)

    tasks.hint_checks()


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let it be another moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_new_day_makes_yesterday_s_checks_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    make.fact(
        company,
        "labels",
        [{"scheme": "GOTS", "valid_from": "2026-01-01", "valid_until": "2026-11-22"}],
    )
    at(monkeypatch, datetime(2026, 11, 22, 23, 59, tzinfo=PARIS))
    checking.work()
    assert current(company, "labels.dates").outcome == Outcome.AGREE
    checking_tasks.check_the_day()
    assert not is_due(company)

    at(monkeypatch, datetime(2026, 11, 23, 0, 1, tzinfo=PARIS))
    before = Company.objects.get(pk=company.pk).changes
    assert checking.mark_of_yesterday() == 1
    assert Company.objects.get(pk=company.pk).changes == before
    checking.work()

    assert current(company, "labels.dates").outcome == Outcome.DISAGREE
    assert checking.mark_of_yesterday() == 0


def test_the_day_is_marked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "DAILY_PIECE", 2)
    long_ago = timezone.now() - timedelta(days=2)
    for name in "ABC":
        made = make.company(name)
        Company.objects.filter(pk=made.pk).update(
            checked_changes=made.changes, checked_at=long_ago
        )

    assert [checking.mark_of_yesterday() for _ in range(3)] == [2, 1, 0]


def test_a_company_without_statements_is_checked_once() -> None:
    company = make.company()

    checking.work()

    assert not is_due(company)
    assert not Statement.objects.exists()
