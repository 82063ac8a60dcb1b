"""The index of every company: in pieces, with progress, once a day and on request."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import indexing, renewing
from companies.assessing import Portrait
from companies.models import Act, Company, CompanyFigures, IndexRun
from companies.services import Source, compute_index
from companies.tasks.indexing import compute_index as compute_index_task
from tests import make

pytestmark = pytest.mark.django_db
LIST = reverse("admin:companies_indexrun_changelist")


def companies(count: int) -> list[Company]:
    made = [make.company(f"Société {number}") for number in range(count)]
    for company in made:
        make.fact(company, "employees", "58")
    return made


@pytest.mark.database
def test_every_company_gets_its_figures_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 3)
    made = companies(7)
    run, is_new = indexing.begin()
    assert (run.total, is_new) == (7, True)

    done = []
    while indexing._take_batch():
        run.refresh_from_db()
        done.append(run.done)

    assert done == [3, 6, 7]
    run.refresh_from_db()
    assert run.state == "done"
    assert run.finished_at is not None
    assert CompanyFigures.objects.count() == len(made)
    assert set(CompanyFigures.objects.values_list("present", flat=True)) == {1}


@pytest.mark.database
def test_a_run_that_died_goes_on_where_it_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    companies(5)
    indexing.begin()
    indexing._take_batch()

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(indexing, "keep_figures", fail)
        with pytest.raises(RuntimeError):
            indexing.work()
    assert IndexRun.objects.get().done == 2

    assert indexing.work() is False
    assert CompanyFigures.objects.count() == 5


def test_one_run_at_a_time() -> None:
    first = compute_index()

    assert compute_index() == first
    assert IndexRun.objects.count() == 1
    assert Act.objects.filter(kind="index.started").count() == 1


def test_each_day_has_one_run_of_its_own() -> None:
    companies(1)

    compute_index_task()
    compute_index_task()
    assert IndexRun.objects.count() == 1
    IndexRun.objects.update(started_at=timezone.now() - timedelta(days=1))
    compute_index_task()

    assert IndexRun.objects.count() == 2


def test_runs_of_long_ago_are_removed() -> None:
    compute_index_task()
    long_ago = timezone.now() - timedelta(days=91)
    IndexRun.objects.update(started_at=long_ago, finished_at=long_ago)

    compute_index_task()

    assert IndexRun.objects.count() == 1


def test_what_expired_yesterday_is_news_of_its_company() -> None:
    company, other = companies(2)
    yesterday = timezone.localdate() - timedelta(days=1)
    make.fact(company, "enps", 1, source=Source(valid_until=yesterday))
    before = dict(Company.objects.values_list("pk", "changes"))

    indexing.begin_daily()

    after = dict(Company.objects.values_list("pk", "changes"))
    assert after[company.pk] == before[company.pk] + 1
    assert after[other.pk] == before[other.pk]


def test_with_no_company_a_run_is_done_at_once() -> None:
    indexing.begin()

    assert indexing.work() is False
    assert IndexRun.objects.get().state == "done"


def test_the_operator_starts_it_and_sees_how_far_it_is(admin_client: Client) -> None:
    companies(2)

    answer = admin_client.post(reverse("admin:companies_indexrun_compute"), follow=True)

    assert answer.status_code == 200
    assert "0 sur 2" in answer.content.decode()
    assert IndexRun.objects.get().state == "running"


def test_nobody_else_does() -> None:
    browser = Client()
    browser.force_login(make.member(make.company()))

    answer = browser.post(reverse("admin:companies_indexrun_compute"))

    assert answer.status_code == 403
    assert browser.get(LIST).status_code == 403
    assert not IndexRun.objects.exists()


def test_a_company_that_fails_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = companies(2)
    real = renewing.figures_of

    def fail_once(company: Company, portrait: Portrait) -> CompanyFigures:
        if company == broken:
            raise ArithmeticError("odd")
        return real(company, portrait)

    monkeypatch.setattr(indexing, "figures_of", fail_once)
    indexing.begin()

    assert indexing.work() is False
    assert [row.company for row in CompanyFigures.objects.all()] == [whole]
    assert IndexRun.objects.get().state == "done"


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 22), 12, date(2025, 11, 22)),
        (date(2026, 8, 31), 18, date(2025, 2, 28)),
        (date(2026, 1, 15), 18, date(2024, 7, 15)),
    ],
)
def test_months_before_a_day(day: date, months: int, before: date) -> None:
    assert indexing._months_before(day, months) == before


def test_a_rate_that_turned_old_is_news_of_its_company() -> None:
    company, other = companies(2)
    today = timezone.localdate()
    make.rate(company, measured_on=indexing._months_before(today, 12))
    make.rate(other, measured_on=indexing._months_before(today, 11))
    before = dict(Company.objects.values_list("pk", "changes"))

    indexing.begin_daily()

    after = dict(Company.objects.values_list("pk", "changes"))
    assert after[company.pk] == before[company.pk] + 1
    assert after[other.pk] == before[other.pk]
