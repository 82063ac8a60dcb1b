"""Payments at a steady rate for a long time: does anything grow, is anything left."""

import asyncio
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import fleet, marketplace
from bench.chaos import judge
from bench.customers import Question
from bench.fleet import Fleet
from bench.stopping import end_in_order
from bench.tables import say

PER_HOUR = 10_000
QUICK_SECONDS, THOROUGH_SECONDS = 60, 3_600
SHOPPERS = 120
TTL = 30
SILENT = 0.05
# Imports, pools and caches fill before that; what grows later, grows.
WARM_UP_SHARE = 0.2
SAMPLE_SECONDS = 2.0
# Medians of a tenth of the time each; allocators breathe by so much.
ALLOWED_GROWTH = 0.05
ALLOWED_KIB = 4_096


class Pace(NamedTuple):
    """How fast questions come."""

    per_second: float
    seed: int
    silent: float


class Memory(NamedTuple):
    """What one process held, in KiB, after the warm-up and at the end."""

    name: str
    start: float
    end: float

    @property
    def is_steady(self) -> bool:
        """Say whether it grew by no more than allocators breathe."""
        return self.end - self.start <= max(ALLOWED_KIB, ALLOWED_GROWTH * self.start)


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when memory grew, or a row was left open."""
    parser = ArgumentParser(
        prog="till_soak.py", description="10,000 payments an hour, for a time."
    )
    parser.add_argument("--thorough", action="store_true", help="for an hour")
    parser.add_argument("--seconds", type=int, help="for so long")
    parser.add_argument("--per-hour", type=int, default=PER_HOUR)
    options = parser.parse_args(arguments)
    end_in_order()
    seconds = options.seconds or (
        THOROUGH_SECONDS if options.thorough else QUICK_SECONDS
    )
    with (
        tempfile.TemporaryDirectory(prefix="flashsesame-soak-") as folder,
        fleet.standing(
            Path(folder), {"FLASHSESAME_PROMPT_TTL_SECONDS": str(TTL)}
        ) as standing,
    ):
        is_good = _measure(standing, seconds, options.per_hour)
    if not is_good:
        sys.exit("Memory grew, or a prompt was lost, doubled, late or left open.")


def _measure(standing: Fleet, seconds: int, per_hour: int) -> bool:
    pace = Pace(per_hour / 3600, 1, SILENT)
    market = marketplace.open_market(SHOPPERS)
    count = round(seconds * pace.per_second)
    questions = [Question(f"T-{number}") for number in range(count)]
    samples: dict[str, list[float]] = {name: [] for name in standing.parts}
    is_over = threading.Event()
    watching = threading.Thread(target=_watch, args=(standing, samples, is_over))
    watching.start()
    begun = time.monotonic()
    try:
        connected = asyncio.run(
            marketplace.trade(standing.address, market, questions, pace)
        )
    finally:
        is_over.set()
        watching.join()
    took = time.monotonic() - begun
    verdict = judge(questions, connected, [])
    left = _left_open()
    say(
        f"{count} prompts in {took:.0f} s ({per_hour} an hour), "
        f"{SHOPPERS} phones with open lines"
    )
    memories = [_memory(name, values) for name, values in samples.items()]
    for one in memories:
        say(
            f"  {one.name:10} {one.start / 1024:>8.1f} MiB after the warm-up, "
            f"{one.end / 1024:>8.1f} MiB at the end"
            + ("" if one.is_steady else "  GREW")
        )
    say(f"states: {dict(sorted(verdict.states.items()))}")
    say(
        f"acknowledged {verdict.acknowledged}, lost {len(verdict.lost)}, doubled "
        f"{len(verdict.doubled)}, late {len(verdict.late)}; left open: "
        + ", ".join(f"{name} {number}" for name, number in left.items())
    )
    is_steady = all(one.is_steady for one in memories)
    return verdict.is_good and is_steady and not any(left.values())


def _watch(
    standing: Fleet, samples: dict[str, list[float]], is_over: threading.Event
) -> None:
    while not is_over.wait(SAMPLE_SECONDS):
        for name, part in standing.parts.items():
            samples[name].append(_held(part.process_id))


def _held(process_id: int) -> float:
    """
    Return what a process and its children hold of their own, in KiB.

    Proportional for what they share. Without what they map together, such as files and
    PostgreSQL's buffers: a cache of a fixed size, which fills as rows come.
    """
    total = 0.0
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    try:
        rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text()
        for child in children.read_text().split():
            total += _held(int(child))
    except OSError:
        # It has just ended.
        return total
    for line in rollup.splitlines():
        if line.startswith("Pss_Anon:"):
            total += float(line.split()[1])
    return total


def _memory(name: str, values: Sequence[float]) -> Memory:
    kept = values[int(len(values) * WARM_UP_SHARE) :] or [0.0]
    tenth = max(1, len(kept) // 10)
    return Memory(name, median(kept[:tenth]), median(kept[-tenth:]))


def _left_open() -> dict[str, int]:
    from checkout.models import Delivery, Outcome, PaymentPrompt

    return {
        "prompts": PaymentPrompt.objects.filter(state="pending").count(),
        "deliveries": Delivery.objects.open().count(),
        "outcomes": Outcome.objects.open().count(),
    }
