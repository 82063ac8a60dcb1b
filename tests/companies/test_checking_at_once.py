"""Checking while others check, and while others state: one result each, none old."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from companies import checking, tasks
from companies.models import CheckResult, Company, Outcome
from companies.services import state_fact
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

SIREN, OTHER_SIREN = "552008443", "404833048"


@pytest.fixture(autouse=True)
def nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what is stated to the workers of the test."""
    monkeypatch.setattr(tasks, "hint_checks", lambda: None)


def at_once(*acts: Any) -> None:
    """Do all acts at the same time, each in a thread of its own."""
    together = Barrier(len(acts))

    def do(act: Any) -> None:
        try:
            together.wait()
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(do, acts))


def twice_current() -> list[Any]:
    """Return statements and rules that have more than one current result."""
    return list(
        CheckResult.objects.current()
        .values("statement", "rule")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )


def test_workers_at_the_same_time_record_one_result_each() -> None:
    companies = [make.company(name) for name in "ABCDE"]
    for company in companies:
        make.fact(company, "employees", "58")
        make.fact(company, "national_id", SIREN)

    at_once(*[checking.work] * 4)
    checking.work()

    assert not twice_current()
    assert not Company.objects.due_for_checks().exists()
    unique = CheckResult.objects.current().filter(rule="id.unique")
    assert [one.outcome for one in unique] == [Outcome.DISAGREE] * 5


def test_two_who_check_one_company_record_once() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)

    at_once(*[lambda: checking.check_company(company.pk)] * 4)

    assert not twice_current()
    assert CheckResult.objects.filter(rule="id.checksum").count() == 1


def test_what_is_stated_meanwhile_is_checked_in_the_end() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)

    def correct() -> None:
        for number in (OTHER_SIREN, SIREN, OTHER_SIREN):
            state_fact(company=company, fact="national_id", value=number)

    at_once(correct, checking.work, checking.work)
    checking.work()

    last = CheckResult.objects.current().get(
        rule="id.checksum", statement__superseded_by=None
    )
    assert last.inputs["number"] == OTHER_SIREN
    assert not Company.objects.due_for_checks().exists()
    assert not twice_current()
