"""Processes that count at the same time: nothing lost, nothing double, no deadlock."""

import os
import random
import subprocess
import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models import Sum

from scanning.counting import Keeper, Note
from scanning.counting.buffering import Buffer
from scanning.counting.notes import believed
from scanning.models import CountedScan, DailyScans, HistoryEntry, UnknownCode
from scanning.services.history import erase_history, switch_history
from tests import make
from tests.services.test_payment import database_url

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
WRITERS = 4


def at_once(work: list[Callable[[], object]]) -> None:
    """Do each in a thread with a connection of its own, as processes would."""
    ready = Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        connection.ensure_connection()
        ready.wait()
        try:
            one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        list(pool.map(run, work))


def buffers(notes: list[Note]) -> list[Buffer]:
    """Return what several processes noted: the same scans, each in another order."""
    made = []
    for seed in range(WRITERS):
        buffer = Buffer()
        buffer.is_automatic = False
        for note in random.Random(seed).sample(notes, len(notes)):
            buffer.add(note)
        made.append(buffer)
    return made


def total() -> int:
    return DailyScans.objects.aggregate(total=Sum("count"))["total"] or 0


def test_scans_of_the_same_products_all_count() -> None:
    gtins = [make.gtin() for _ in range(1_000)]
    notes = [Note(gtin, False, believed(None)) for gtin in gtins for _ in range(2)]

    at_once([buffer.flush for buffer in buffers(notes)])

    assert total() == WRITERS * len(notes)
    scans = UnknownCode.objects.aggregate(total=Sum("scans"))["total"]
    assert scans == WRITERS * len(notes)


def test_scans_resent_to_several_processes_count_once() -> None:
    notes = [
        Note(make.gtin(), False, believed(None), uuid.uuid4()) for _ in range(2_000)
    ]

    at_once([buffer.flush for buffer in buffers(notes)])

    assert total() == len(notes)
    assert CountedScan.objects.count() == len(notes)


def test_a_history_erased_or_switched_off_while_it_is_written_stays_empty() -> None:
    shopper = make.shopper().shopper
    other = make.shopper().shopper
    work: list[Callable[[], object]] = []
    for one in (shopper, other):
        history = switch_history(shopper=one, is_enabled=True)
        keeper = Keeper(one.pk, history.generation)
        notes = [
            Note(make.gtin(), True, believed(None), None, keeper) for _ in range(50)
        ]
        work += [buffer.flush for buffer in buffers(notes)]
    work.insert(2, lambda: erase_history(shopper=shopper))
    work.insert(3, lambda: switch_history(shopper=other, is_enabled=False, erase=True))

    at_once(work)

    assert not HistoryEntry.objects.exists()
    assert total() == 2 * WRITERS * 50


def test_a_process_that_ends_counts_what_it_noted_a_moment_ago(tmp_path: Path) -> None:
    gtin = make.gtin()
    program = (
        "import django; django.setup()\n"
        "from scanning import counting\n"
        f"counting.note(gtin={gtin!r}, is_known=True)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(tmp_path),
        check=True,
        timeout=60,
    )

    assert DailyScans.objects.get().count == 1


def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of another process on this test's own database."""
    if connection.vendor == "sqlite":
        url = f"sqlite://{connection.settings_dict['NAME']}"
    else:
        url = database_url()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FLASHSESAME_DATABASE_URL": url,
        "FLASHSESAME_DATA_DIR": str(tmp_path),
        "FLASHSESAME_SECRET_KEY": settings.SECRET_KEY,
        "FLASHSESAME_BOOTSTRAP": "0",
    }
