"""What a company is told of disputes: whom, when, in which words, and only once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation
from structlog.testing import capture_logs

from common.sealing import unseal
from companies import reminding
from companies.models import Company, Dispute, Mail
from companies.services import disputing
from companies.tasks.disputes import hint_reminders, remind_disputes
from tests import make

pytestmark = pytest.mark.django_db


def of_company() -> Company:
    """Return a company with an owner, an editor, and people who are told nothing."""
    company = make.company("Filature")
    make.member(company, "owner", email="owner@filature.example")
    make.member(company, "editor", email="editor@filature.example")
    make.member(company, "viewer", email="viewer@filature.example")
    make.member(company, "owner", email="gone@filature.example", is_active=False)
    make.member(company, "owner", email="")
    make.member(company, "owner", email="not an address")
    make.member(company, "owner", email="OWNER@filature.example")
    make.member(make.company("Rivale"), "owner", email="rival@rivale.example")
    return company


def opened(company: Company) -> Dispute:
    dispute = make.dispute(make.fact(company, "employees", "47"))
    Mail.objects.all().delete()
    return dispute


def due_in(dispute: Dispute, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    Dispute.objects.filter(pk=dispute.pk).update(due_on=day)


def subjects() -> list[str]:
    return sorted(set(Mail.objects.values_list("subject", flat=True)))


@pytest.mark.database
def test_owners_and_editors_are_told_at_the_opening_and_nobody_else() -> None:
    statement = make.fact(of_company(), "employees", "47")

    with translation.override("en"):
        dispute = make.dispute(statement)

    assert set(Mail.objects.values_list("to", flat=True)) == {
        "owner@filature.example",
        "editor@filature.example",
    }
    mail = Mail.objects.all()[0]
    body = unseal(mail.body)
    # In the language of the house, whatever the author's is.
    assert "Effectif" in mail.subject
    assert f"/admin/companies/dispute/{dispute.pk}/change/" in body
    # What is contested is read where one has signed in.
    assert dispute.text not in body


def test_an_opening_that_is_rolled_back_tells_nobody() -> None:
    statement = make.fact(of_company(), "employees", "47")

    with pytest.raises(ValueError, match="nonsense"):
        disputing.open_dispute(statement=statement, kind="nonsense", text="x" * 10)

    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("days", "count"), [(4, 0), (3, 1), (1, 1), (0, 1), (-1, 1), (-30, 1)]
)
def test_each_notice_is_given_once(days: int, count: int) -> None:
    dispute = opened(of_company())
    due_in(dispute, days)

    for _ in range(3):
        remind_disputes()

    assert len(subjects()) == count
    assert Mail.objects.count() == 2 * count


def test_time_that_runs_out_is_told_before_and_after() -> None:
    dispute = opened(of_company())

    due_in(dispute, 2)
    remind_disputes()
    due_in(dispute, -1)
    remind_disputes()

    assert len(subjects()) == 2
    assert Mail.objects.count() == 4


@pytest.mark.parametrize("state", ["maintained", "withdrawn"])
def test_what_is_answered_or_withdrawn_is_not_recalled(state: str) -> None:
    dispute = opened(of_company())
    if state == "maintained":
        owner = dispute.company.memberships.first()
        assert owner is not None
        disputing.answer_dispute(
            dispute=dispute, author=owner.user, answer="Nous avons recompté."
        )
    else:
        disputing.withdraw_dispute(dispute=dispute, author=None)
    due_in(dispute, -1)

    remind_disputes()

    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        # Midnight in Paris, by winter time and by summer time.
        (datetime(2026, 1, 15, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 15, 21, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 15, 22, 0, tzinfo=UTC), True),
    ],
    ids=lambda value: f"{value:%d.%m.%H.%M}" if isinstance(value, datetime) else None,
)
def test_the_last_day_ends_at_midnight_in_paris(
    moment: datetime, is_late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute = opened(of_company())
    last_day = moment.replace(day=15).date()
    Dispute.objects.filter(pk=dispute.pk).update(due_on=last_day, reminded_at=moment)
    monkeypatch.setattr(timezone, "now", lambda: moment)

    remind_disputes()

    assert Mail.objects.exists() is is_late
    dispute.refresh_from_db()
    assert dispute.is_overdue(timezone.localdate()) is is_late


def test_fifteen_days_are_counted_from_the_day_in_paris(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statement = make.fact(make.company(), "employees", "47")
    # Already the first of March in Paris, whose March has a day of 23 hours.
    evening = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: evening)

    dispute = make.dispute(statement)

    assert dispute.due_on.isoformat() == "2026-03-16"


def test_many_disputes_are_told_batch_by_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reminding, "BATCH", 2)
    company = of_company()
    for _ in range(3):
        due_in(make.dispute(make.fact(company, "employees", "47")), -1)
    Mail.objects.all().delete()

    assert reminding.tell_due() is True
    assert Mail.objects.count() == 4
    remind_disputes()
    assert Mail.objects.count() == 6


def test_a_lost_hint_is_only_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_broker(**_options: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(remind_disputes, "apply_async", no_broker)

    with capture_logs() as logs:
        hint_reminders()

    assert logs[0]["event"] == "reminders.hint_lost"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once() -> None:
    due_in(opened(of_company()), -1)
    barrier = threading.Barrier(2)

    def sweep(_number: int) -> None:
        try:
            barrier.wait(timeout=10)
            reminding.tell_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sweep, range(2)))

    assert Mail.objects.count() == 2
