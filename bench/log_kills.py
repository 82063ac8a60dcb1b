"""The sequencer, killed while entries come, and what became of each of them."""

import multiprocessing
import os
import random
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from multiprocessing.context import ForkProcess
from typing import Any

from bench import logs
from bench.tables import say

QUICK, THOROUGH = 5, 20
WRITERS = 3
AT_ONCE = 20
# Small batches without a pause, so that nearly every kill meets one half done.
BATCH = 64
LONGEST_LIFE_SECONDS = 1.5
PROCESSES = multiprocessing.get_context("fork")


def run(arguments: Sequence[str]) -> None:
    """Kill, audit and print; exit with 1 when anything is lost or wrong."""
    parser = ArgumentParser(
        prog="ledger_kills.py", description="The sequencer, killed again and again."
    )
    parser.add_argument("--thorough", action="store_true", help="20 times")
    parser.add_argument("--kills", type=int, default=QUICK)
    parser.add_argument("--seed", type=int, default=1, help="when it is killed")
    options = parser.parse_args(arguments)
    kills = THOROUGH if options.thorough else options.kills
    say(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}")
    with logs.standing():
        is_good = _measure(kills, options.seed)
    if not is_good:
        sys.exit("The log is not what it should be.")


def _measure(kills: int, seed: int) -> bool:
    from ledger.models import Checkpoint

    chance = random.Random(seed)
    is_over = PROCESSES.Event()
    results: Any = PROCESSES.SimpleQueue()
    writers = [
        PROCESSES.Process(target=_write, args=(is_over, results))
        for _ in range(WRITERS)
    ]
    for one in writers:
        one.start()
    sizes = [_killed(chance.uniform(0.2, LONGEST_LIFE_SECONDS)) for _ in range(kills)]
    is_over.set()
    known = {key for _ in writers for key in results.get()}
    for one in writers:
        one.join()
    logs.drain(BATCH)
    wrong = logs.wrongs(known)
    heads = Checkpoint.objects.count()
    say(f"killed {kills} times, at {', '.join(map(str, sizes))} entries")
    say(f"{len(known)} entries were committed, {heads} heads signed")
    say("; ".join(wrong) or "root recomputed and equal, no gap, none doubled or lost")
    return not wrong


def _killed(after: float) -> int:
    """Let a sequencer live so long, kill it, and return the size of the log then."""
    from django.db import connections

    from ledger.models import State

    connections.close_all()
    sequencer: ForkProcess = PROCESSES.Process(target=_sequence)
    sequencer.start()
    time.sleep(after)
    sequencer.kill()
    sequencer.join()
    return State.objects.values_list("size", flat=True).first() or 0


def _sequence() -> None:
    from ledger import keeping, sequencing

    keeping.TICK_SECONDS = keeping.BREATH_SECONDS = 0.0
    sequencing.BATCH = BATCH
    sequence = sequencing.sequence
    sequencing.sequence = lambda limit=BATCH: sequence(limit)
    keeping.LogKeeper().run()


def _write(is_over: threading.Event, results: Any) -> None:
    keys: list[int] = []
    while not is_over.is_set():
        keys += [int(entry.pk) for entry in logs.append(AT_ONCE)]
    results.put(keys)
