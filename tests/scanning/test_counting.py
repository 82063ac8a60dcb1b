"""Scans are counted after the answer: by day, once each, and by nobody."""

import uuid
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from pytest_django import DjangoAssertNumQueries

from scanning import counting, tasks
from scanning.counting import forgetting
from scanning.models import CountedScan, DailyScans, UnknownCode
from tests import make

pytestmark = pytest.mark.django_db


def counts() -> dict[tuple[str, date], int]:
    return {(row.gtin, row.day): row.count for row in DailyScans.objects.all()}


@pytest.mark.database
def test_a_batch_adds_to_what_was_counted_before() -> None:
    gtin, other, today = make.gtin(), make.gtin(), timezone.localdate()
    for code in (gtin, gtin, other):
        counting.note(gtin=code, is_known=True)
    assert counting.flush() == 3
    counting.note(gtin=gtin, is_known=True)
    counting.flush()

    assert counts() == {(gtin, today): 3, (other, today): 1}


def test_noting_asks_the_database_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        counting.note(gtin=make.gtin(), is_known=False, scan_id=uuid.uuid4())


@pytest.mark.parametrize("scans", [2, 200])
def test_a_batch_costs_the_same_statements_however_large(
    django_assert_num_queries: DjangoAssertNumQueries, scans: int
) -> None:
    for _ in range(scans):
        counting.note(gtin=make.gtin(), is_known=False, scan_id=uuid.uuid4())

    # Savepoint and its release, names of scans, days, queue.
    with django_assert_num_queries(5):
        counting.flush()


@pytest.mark.database
def test_a_resent_scan_counts_once_in_a_batch_and_across_batches() -> None:
    gtin, scan_id = make.gtin(), uuid.uuid4()
    for _ in range(3):
        counting.note(gtin=gtin, is_known=False, scan_id=scan_id)
    counting.flush()
    counting.note(gtin=gtin, is_known=False, scan_id=scan_id)
    counting.flush()

    assert list(counts().values()) == [1]
    assert UnknownCode.objects.get().scans == 1
    assert CountedScan.objects.get().scan_id == scan_id


def test_scans_without_a_name_all_count() -> None:
    gtin = make.gtin()
    for _ in range(3):
        counting.note(gtin=gtin, is_known=True)
    counting.flush()

    assert list(counts().values()) == [3]


def test_a_late_scan_counts_for_its_own_day_in_the_time_zone_of_the_settings(
    settings: LazySettings,
) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    late = timezone.now() - timedelta(days=3)
    # Before midnight in UTC and after it in Paris, summer or winter.
    late = late.replace(hour=23, minute=30)
    counting.note(gtin=make.gtin(), is_known=True, scanned_at=late)
    counting.flush()

    assert DailyScans.objects.get().day == late.date() + timedelta(days=1)


@pytest.mark.parametrize(
    "said", ["2999-01-01T00:00:00Z", "2001-01-01T00:00:00+02:00"], ids=["future", "old"]
)
def test_a_clock_that_cannot_be_right_counts_as_now(said: str) -> None:
    counting.note(gtin=make.gtin(), is_known=True, scanned_at=parse_datetime(said))
    counting.flush()

    assert DailyScans.objects.get().day == timezone.localdate()


@pytest.mark.database
def test_an_unknown_code_joins_the_queue_with_its_first_and_last_day() -> None:
    gtin, now = make.gtin(), timezone.now()
    for days in (2, 5, 0):
        scanned_at = now - timedelta(days=days)
        counting.note(gtin=gtin, is_known=False, scanned_at=scanned_at)
        counting.flush()

    code = UnknownCode.objects.get()
    first = timezone.localdate(now - timedelta(days=5))
    assert (code.gtin, code.prefix, code.scans) == (gtin, gtin[1:10], 3)
    assert (code.first_seen, code.last_seen) == (first, timezone.localdate(now))


def test_a_known_code_and_a_shop_s_own_number_join_no_queue() -> None:
    counting.note(gtin=make.gtin(), is_known=True)
    counting.note(gtin="02012345678900", is_known=False)
    counting.flush()

    assert not UnknownCode.objects.exists()
    assert DailyScans.objects.count() == 2


def test_what_was_kept_long_enough_is_forgotten(settings: LazySettings) -> None:
    today = timezone.localdate()
    kept, old = timedelta(days=30), timedelta(days=31)
    settings.KEEP_SCAN_IDS_DAYS = 30
    CountedScan.objects.create(scan_id=uuid.uuid4(), counted_on=today - old)
    fresh = CountedScan.objects.create(scan_id=uuid.uuid4(), counted_on=today - kept)

    tasks.forget.delay()
    tasks.forget.delay()

    assert CountedScan.objects.get() == fresh


def test_a_code_not_seen_for_a_year_leaves_the_queue_unless_it_was_dismissed() -> None:
    long_ago = timezone.localdate() - timedelta(days=366)
    for is_dismissed in (True, False):
        UnknownCode.objects.create(
            gtin=make.gtin(),
            first_seen=long_ago,
            last_seen=long_ago,
            is_dismissed=is_dismissed,
        )

    forgetting.forget()

    assert UnknownCode.objects.get().is_dismissed


def test_forgetting_goes_on_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "PIECE", 2)
    long_ago = timezone.localdate() - timedelta(days=366)
    for _ in range(5):
        CountedScan.objects.create(scan_id=uuid.uuid4(), counted_on=long_ago)

    assert forgetting.forget()["CountedScan"] == 5


def test_forgetting_stops_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forgetting, "PATIENCE_SECONDS", 0.0)
    long_ago = timezone.localdate() - timedelta(days=366)
    CountedScan.objects.create(scan_id=uuid.uuid4(), counted_on=long_ago)

    assert forgetting.forget()["CountedScan"] == 0
