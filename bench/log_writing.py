"""Writers of the log at once, and how fast one sequencer places what they wrote."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, NamedTuple

from bench import logs
from bench.tables import say

WRITERS = 16
BAR_P99_MS, BAR_WRITES, BAR_DELAY, BAR_PLACED = 50.0, 1_000, 10.0, 5_000
QUICK_BACKLOG, THOROUGH_BACKLOG = 10_000, 100_000
# From fork rather than anew: sixteen times Django would take longer than they write.
PROCESSES = multiprocessing.get_context("fork")


class Written(NamedTuple):
    """What writers did: numbers of committed rows, and the seconds that each took."""

    keys: list[int]
    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Return rows a second, all writers together."""
        return len(self.keys) / self.seconds


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a bar is missed."""
    parser = ArgumentParser(
        prog="ledger_writers.py", description="Writers and the sequencer of the log."
    )
    parser.add_argument("--seconds", type=float, default=8.0, help="of writing")
    parser.add_argument("--backlog", type=int, default=QUICK_BACKLOG)
    parser.add_argument(
        "--thorough", action="store_true", help="100,000 in the backlog"
    )
    options = parser.parse_args(arguments)
    backlog = THOROUGH_BACKLOG if options.thorough else options.backlog
    say(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}\n")
    is_good = _rates(backlog)
    with logs.standing():
        is_good &= _writing(options.seconds)
    if not is_good:
        sys.exit("A bar was missed, or the log is wrong.")


def _rates(backlog: int) -> bool:
    is_good = True
    say(f"{backlog} entries placed in batches of 256, one sequencer")
    say(f"{'':12}{'entries/s':>11}{'CPU µs':>9}{'a row a node':>14}{'ratio':>7}")
    for vendor in ("postgres", "sqlite"):
        command = [sys.executable, "-m", "bench.log_rates", vendor, str(backlog)]
        folder = Path(__file__).parent.parent
        printed = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, check=True
        ).stdout
        found = json.loads(printed)
        say(
            f"{vendor:12}{found['rate']:>11.0f}{found['cpu_us']:>9.1f}"
            f"{found['nodes']:>14.0f}{found['rate'] / found['nodes']:>7.1f}"
        )
        for wrong in found["wrong"]:
            say(f"  {wrong}")
        is_good &= not found["wrong"] and found["rate"] >= BAR_PLACED
    say(f"bar: ≥ {BAR_PLACED} entries/s\n")
    return is_good


def _writing(seconds: float) -> bool:
    from django.db import connection, connections

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_plain (id bigserial PRIMARY KEY, body bytea)"
        )
    connections.close_all()
    plain = _written(_plain, seconds / 2)
    sequencer = PROCESSES.Process(target=_sequence)
    sequencer.start()
    ours = _written(_append, seconds)
    _wait_until_placed()
    sequencer.terminate()
    sequencer.join()
    say(f"{WRITERS} processes, one row a transaction, fsync on, PostgreSQL")
    say(f"{'':12}{'rows/s':>11}{'p50 ms':>9}{'p99 ms':>9}")
    for title, one in (("plain insert", plain), ("entry", ours)):
        p50, p99 = logs.percentiles(one.latencies)
        say(f"{title:12}{one.rate:>11.0f}{p50 * 1000:>9.1f}{p99 * 1000:>9.1f}")
    say(f"ratio to a plain insert {ours.rate / plain.rate:.2f}")
    return _judged(ours)


def _judged(ours: Written) -> bool:
    middle, late = logs.percentiles(logs.delays())
    _p50, p99 = logs.percentiles(ours.latencies)
    say(f"from made to published: median {middle:.2f} s, p99 {late:.2f} s")
    say(
        f"bars: ≥ {BAR_WRITES} rows/s, p99 ≤ {BAR_P99_MS:g} ms, published in"
        f" {BAR_DELAY:g} s"
    )
    wrong = logs.wrongs(set(ours.keys))
    say(f"{len(ours.keys)} entries: " + ("; ".join(wrong) or "no gap, none lost"))
    return not wrong and (
        ours.rate >= BAR_WRITES and p99 * 1000 <= BAR_P99_MS and late < BAR_DELAY
    )


def _written(write: Callable[[], int], seconds: float) -> Written:
    """Let writers write at once; each is a process with a connection of its own."""
    ready = PROCESSES.Barrier(WRITERS)
    results: Any = PROCESSES.SimpleQueue()

    def work() -> None:
        write()  # connects
        keys, latencies = [], []
        ready.wait()
        until = time.perf_counter() + seconds
        while (started := time.perf_counter()) < until:
            keys.append(write())
            latencies.append(time.perf_counter() - started)
        results.put((keys, latencies))

    writers: list[ForkProcess] = [
        PROCESSES.Process(target=work) for _ in range(WRITERS)
    ]
    for one in writers:
        one.start()
    found = [results.get() for _ in writers]
    for one in writers:
        one.join()
    return Written(
        [key for keys, _ in found for key in keys],
        [latency for _, latencies in found for latency in latencies],
        seconds,
    )


def _append() -> int:
    return int(logs.append(1)[0].pk)


def _plain() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_plain (body) VALUES (%s) RETURNING id", [b"\0" * 400]
        )
        return int(cursor.fetchone()[0])


def _sequence() -> None:
    from ledger.keeping import LogKeeper

    LogKeeper().run()


def _wait_until_placed() -> None:
    from ledger import sequencing

    while sequencing.has_pending():
        time.sleep(0.1)
