"""Writers of one SQLite file, under three sets of settings."""

import sqlite3
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from config.environment import SQLITE_PRAGMAS

WRITERS = 4


class Settings(NamedTuple):
    """How a connection is opened and a transaction begun; `timeout` in seconds."""

    title: str
    pragmas: str
    begin: str
    timeout: float


class Outcome(NamedTuple):
    """What one writer did: its commits, what was refused, and times in seconds."""

    commits: int
    refused: int
    latencies: list[float]


COMPARED = (
    Settings("Django's defaults", "PRAGMA foreign_keys=ON", "BEGIN", 5),
    Settings("WAL, deferred", SQLITE_PRAGMAS, "BEGIN", 20),
    Settings("WAL, immediate (ours)", SQLITE_PRAGMAS, "BEGIN IMMEDIATE", 20),
)


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when our settings refused or lost a write."""
    parser = ArgumentParser(
        prog="sqlite_writers.py", description="Four writers of one SQLite file."
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="for each settings")
    seconds = parser.parse_args(arguments).seconds
    _say(f"SQLite {sqlite3.sqlite_version}, {WRITERS} processes, {seconds:g} s each\n")
    _say(
        f"{'':24}{'commits':>9}{'refused':>9}{'lost':>6}{'p50 ms':>9}{'p99 ms':>9}"
        f"{'max ms':>9}"
    )
    is_good = True
    for settings in COMPARED:
        outcomes, lost = _measure(settings, seconds)
        _say(_line(settings.title, outcomes, lost))
        refused = sum(outcome.refused for outcome in outcomes)
        # The last one is ours.
        is_good = not (refused or lost)
    if not is_good:
        sys.exit("The settings of the embedded mode refused or lost a write.")


def _measure(settings: Settings, seconds: float) -> tuple[list[Outcome], int]:
    with tempfile.TemporaryDirectory(prefix="flashsesame-") as folder:
        file = str(Path(folder) / "writers.sqlite3")
        with closing(_opened(file, settings)) as first:
            first.executescript(
                "CREATE TABLE prompt (id INTEGER PRIMARY KEY, version INTEGER);"
                "CREATE TABLE entry (id INTEGER PRIMARY KEY, writer INTEGER);"
            )
            first.executemany(
                "INSERT INTO prompt VALUES (?, 0)", [(key,) for key in range(100)]
            )
        with ProcessPoolExecutor(WRITERS) as pool:
            works = [
                pool.submit(_write, file, settings, number, seconds)
                for number in range(WRITERS)
            ]
            outcomes = [work.result() for work in works]
        with closing(_opened(file, settings)) as last:
            kept = min(
                last.execute("SELECT count(*) FROM entry").fetchone()[0],
                last.execute("SELECT sum(version) FROM prompt").fetchone()[0],
            )
    return outcomes, sum(outcome.commits for outcome in outcomes) - kept


def _write(file: str, settings: Settings, number: int, seconds: float) -> Outcome:
    """Write until the time is over, and return what came of it."""
    commits = refused = 0
    latencies: list[float] = []
    with closing(_opened(file, settings)) as database:
        until = time.monotonic() + seconds
        while (started := time.monotonic()) < until:
            key = (commits * WRITERS + number) % 100
            try:
                _transaction(database, settings.begin, key, number)
                commits += 1
                latencies.append(time.monotonic() - started)
            except sqlite3.OperationalError:
                refused += 1
                if database.in_transaction:
                    database.execute("ROLLBACK")
    return Outcome(commits, refused, latencies)


def _transaction(
    database: sqlite3.Connection, begin: str, key: int, number: int
) -> None:
    database.execute(begin)
    # Read first: this is where a deferred transaction takes its snapshot.
    row = database.execute("SELECT version FROM prompt WHERE id = ?", (key,)).fetchone()
    database.execute("INSERT INTO entry (writer) VALUES (?)", (number,))
    database.execute("UPDATE prompt SET version = ? WHERE id = ?", (row[0] + 1, key))
    database.execute("COMMIT")


def _opened(file: str, settings: Settings) -> sqlite3.Connection:
    # Without Python's own transactions, as Django opens it.
    database = sqlite3.connect(file, timeout=settings.timeout, isolation_level=None)
    database.executescript(settings.pragmas)
    return database


def _line(title: str, outcomes: Sequence[Outcome], lost: int) -> str:
    latencies = [latency for outcome in outcomes for latency in outcome.latencies]
    figures = "".join(f"{value * 1000:>9.1f}" for value in _times(latencies))
    commits = sum(outcome.commits for outcome in outcomes)
    refused = sum(outcome.refused for outcome in outcomes)
    return f"{title:24}{commits:>9}{refused:>9}{lost:>6}{figures}"


def _times(latencies: Sequence[float]) -> Iterator[float]:
    if len(latencies) > 1:
        hundredths = quantiles(latencies, n=100)
        yield from (hundredths[49], hundredths[98], max(latencies))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
