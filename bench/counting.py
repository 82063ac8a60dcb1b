"""Scans counted in batches, and one by one, in a database of its own."""

import os
import sys
import tempfile
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Sequence
from statistics import median

PRODUCTS = 200
ROUNDS = 5


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a scan is lost or counted twice."""
    parser = ArgumentParser(
        prog="scan_counting.py", description="What counting a scan costs."
    )
    parser.add_argument("--scans", type=int, default=5_000, help="for each round")
    parser.add_argument("--postgres", action="store_true", help="with fsync on")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        os.environ.pop("FLASHSESAME_DATABASE_URL", None)
        if not options.postgres:
            sys.exit(not _measure(options.scans))
        from config.testing.postgres import FOR_TESTS, postgres

        durable = {
            **FOR_TESTS,
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
        }
        with postgres(durable) as url:
            os.environ["FLASHSESAME_DATABASE_URL"] = url
            is_right = _measure(options.scans)
    sys.exit(not is_right)


def _measure(scans: int) -> bool:
    import django

    django.setup()
    from django.db import connection, connections
    from django.db.models import F, Sum
    from django.utils import timezone

    from bench import databases
    from scanning import counting
    from scanning.counting.buffering import LIMIT
    from scanning.models import DailyScans

    databases.prepare()
    counting.buffer.is_automatic = False
    gtins = [f"{number:014}" for number in range(PRODUCTS)]
    noting, writing = [], []
    for _ in range(ROUNDS):
        for begun in range(0, scans, LIMIT):
            names = [uuid.uuid4() for _ in range(min(LIMIT, scans - begun))]
            started = time.perf_counter()
            for number, name in enumerate(names):
                gtin = gtins[number % PRODUCTS]
                counting.note(gtin=gtin, is_known=True, scan_id=name)
            between = time.perf_counter()
            counting.flush()
            noting.append((between - started) / len(names))
            writing.append((time.perf_counter() - between) / len(names))
    total = DailyScans.objects.aggregate(total=Sum("count"))["total"]
    today, singly = timezone.localdate(), max(scans // 10, 1)
    started = time.perf_counter()
    for number in range(singly):
        DailyScans.objects.filter(gtin=gtins[number % PRODUCTS], day=today).update(
            count=F("count") + 1
        )
    one_by_one = (time.perf_counter() - started) / singly
    _say(f"{connection.vendor}, {scans} scans a round, median of {ROUNDS} rounds\n")
    _say(f"{'on the path: noted':34}{median(noting) * 1e6:9.1f} µs a scan")
    _say(f"{'off it: written in batches':34}{median(writing) * 1e6:9.1f} µs a scan")
    _say(f"{'control: one update for each':34}{one_by_one * 1e6:9.1f} µs a scan")
    _say(f"\ncounted {total} of {ROUNDS * scans}")
    connections.close_all()
    return bool(total == ROUNDS * scans)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
