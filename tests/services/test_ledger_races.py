"""Writers and sequencers of the log at once, on a real PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from ledger import sequencing
from ledger.models import Checkpoint, Entry, LogKey
from ledger.services import append_entries
from tests.ledger import making

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
WRITERS, EACH = 4, 60


def test_two_sequencers_make_one_log_of_what_is_written_meanwhile() -> None:
    is_over = threading.Event()

    def write(number: int) -> set[int]:
        kept: set[int] = set()
        try:
            for turn in range(EACH):
                with transaction.atomic():
                    entries = append_entries([making.draft(turn)] * 3)
                    # One in four takes it back: numbers are used up, and no place is.
                    if turn % 4 == number:
                        transaction.set_rollback(True)
                    else:
                        kept |= {entry.pk for entry in entries}
            return kept
        finally:
            connections.close_all()

    def sequence() -> int:
        placed = 0
        try:
            while True:
                was_over = is_over.is_set()
                done = sequencing.sequence(limit=7)
                placed += done.placed
                if was_over and not done.placed:
                    return placed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        sequencers = [pool.submit(sequence) for _ in range(2)]
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        kept = set().union(*(one.result() for one in writers))
        is_over.set()
        placed = sum(one.result() for one in sequencers)

    assert set(Entry.objects.placed().values_list("pk", flat=True)) == kept
    assert placed == len(kept) == WRITERS * EACH * 3 * 3 // 4
    assert LogKey.objects.count() == 1
    assert not Checkpoint.objects.filter(published_at=None).exists()
    making.require_whole()


def test_a_place_waits_for_nobody_who_has_not_committed() -> None:
    has_appended, may_commit = threading.Event(), threading.Event()

    def slow() -> int:
        try:
            with transaction.atomic():
                (entry,) = append_entries([making.draft()])
                has_appended.set()
                assert may_commit.wait(60)
            return int(entry.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(slow)
        assert has_appended.wait(60)
        (quick,) = making.append(1)
        first = sequencing.sequence()
        may_commit.set()
        slow_key = work.result()
    second = sequencing.sequence()

    assert (first, second) == ((1, 1), (1, 2))
    assert quick.pk > slow_key
    assert Entry.objects.get(position=1).pk == slow_key
    making.require_whole()
