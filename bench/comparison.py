"""
The comparison: servers, rounds, medians, and what is printed of them.

Every subject has a server process of its own on one processor; the load comes from the
other. Rounds are interleaved, so that what else the machine does meets all of them.
"""

import contextlib
import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import limits, load
from bench.load import Load, Request

BASE_DIR = Path(__file__).resolve().parent.parent
CONNECTIONS = 8
QUICK = (5, 0.7)
THOROUGH = (15, 4.0)
PACKAGES = ("django", "djangorestframework", "uvicorn")
STOP_SECONDS = 10.0
# Read once: the load moves to its own processor later.
PROCESSORS = sorted(os.sched_getaffinity(0))


class WrongAnswer(Exception):
    """A server does not answer what it is measured for."""


class Subject(NamedTuple):
    """What is measured: a title, the server that answers, and what it is asked."""

    title: str
    server: "Server"
    requests: list[Request]


class Figures(NamedTuple):
    """The medians of one subject: microseconds, requests a second, milliseconds."""

    cpu: float
    rate: float
    p50: float
    p99: float
    errors: int


class Server:
    """One server process, and how much processor time it has used."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.port = port
        self._clock = _cpu_clock(process.pid)

    def cpu_seconds(self) -> float:
        """Return the processor time of all its threads, user and system."""
        return time.clock_gettime(self._clock)


def run(arguments: Sequence[str]) -> None:
    """Seed, serve, measure and print; exit with 1 when an answer was wrong."""
    options = _options(arguments)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="flashsesame-"))
        variables = _variables(Path(folder))
        if options.postgres:
            from config.testing.postgres import postgres

            # As in production: a commit reaches the disk.
            variables["FLASHSESAME_DATABASE_URL"] = stack.enter_context(
                postgres({"fsync": "on"})
            )
        say(f"Publishing {options.products} sheets …")
        gtins = _seed(options.products, variables)
        for line in _heading(options):
            say(line)
        subjects = stack.enter_context(_subjects(gtins, variables, Path(folder)))
        figures = _measure(subjects, options)
    for line in _table(figures):
        say(line)
    if any(figure.errors for figure in figures.values()):
        sys.exit("Some answers were missing or wrong: these figures are worth nothing.")


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="sheet_read.py", description="What reading a sheet costs, by comparison."
    )
    parser.add_argument("--thorough", action="store_true", help="longer, for figures")
    parser.add_argument("--rounds", type=int, help="rounds, all subjects in each")
    parser.add_argument("--seconds", type=float, help="seconds of each round")
    parser.add_argument("--products", type=int, default=200, help="size of catalogue")
    parser.add_argument(
        "--postgres", action="store_true", help="on a PostgreSQL of its own"
    )
    options = parser.parse_args(arguments)
    rounds, seconds = THOROUGH if options.thorough else QUICK
    options.rounds = options.rounds or rounds
    options.seconds = options.seconds or seconds
    return options


def _variables(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of the caller's installation is left."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FLASHSESAME_")
    }
    return {**inherited, "FLASHSESAME_DATA_DIR": str(folder)}


def _seed(count: int, variables: Mapping[str, str]) -> list[str]:
    seeding = subprocess.run(
        [sys.executable, "-m", "bench.seeding", str(count)],
        cwd=BASE_DIR,
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    gtins: list[str] = json.loads(seeding.stdout)
    return gtins


@contextlib.contextmanager
def _subjects(
    gtins: Sequence[str], variables: Mapping[str, str], folder: Path
) -> Iterator[list[Subject]]:
    """Start the servers, learn and check what they answer, and yield the subjects."""
    with contextlib.ExitStack() as stack:

        def started(name: str, **more: str) -> Server:
            serving = _serving(name, {**variables, **more}, folder)
            return stack.enter_context(serving)

        sheet = started("sheet")
        answers = [_checked(sheet, gtin) for gtin in gtins]
        # Seeded alike: a sheet of another length is an error of its round.
        length = len(answers[0].body)
        constant = started("constant", **{limits.LENGTH: str(length)})
        select, view, nested = started("select"), started("view"), started("nested")
        _checked(select, gtins[0])
        assembled = len(_checked(nested, gtins[0]).body)
        say(f"a sheet has {length} bytes, the assembled one {assembled}")
        tags = [answer.etag for answer in answers]
        yield [
            Subject("constant bytes", constant, _plain(gtins, length)),
            Subject("one select", select, _plain(gtins, length)),
            Subject("sheet, 304", sheet, _conditional(gtins, tags)),
            Subject("sheet", sheet, _plain(gtins, length)),
            Subject("sheet, Django's view", view, _plain(gtins, length)),
            Subject("nested serializers", nested, _plain(gtins, assembled)),
        ]


@contextlib.contextmanager
def _serving(
    subject: str, variables: Mapping[str, str], folder: Path
) -> Iterator[Server]:
    log = folder / f"{subject}.log"
    server_cpu, _load_cpu = _processors()
    pinned = [] if server_cpu is None else [str(server_cpu)]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.serving", subject, *pinned],
            cwd=BASE_DIR,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise WrongAnswer(f"{subject} did not start: {log.read_text()[-800:]}")
        yield Server(process, int(port))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _checked(server: Server, gtin: str) -> load.Answer:
    """Ask once; the answer must be the sheet of this product."""
    answer = load.ask(server.port, load.head(_path(gtin), {}))
    if answer.status != 200 or json.loads(answer.body)["gtin"] != gtin:
        raise WrongAnswer(f"{gtin}: {answer.status} {answer.body[:300]!r}")
    return answer


def _plain(gtins: Sequence[str], length: int) -> list[Request]:
    return [Request(load.head(_path(gtin), {}), 200, length) for gtin in gtins]


def _conditional(gtins: Sequence[str], tags: Sequence[str]) -> list[Request]:
    return [
        Request(load.head(_path(gtin), {"If-None-Match": tag}), 304, 0)
        for gtin, tag in zip(gtins, tags, strict=True)
    ]


def _path(gtin: str) -> str:
    return f"/api/v1/products/{gtin}"


def _measure(subjects: Sequence[Subject], options: Namespace) -> dict[str, Figures]:
    _server_cpu, load_cpu = _processors()
    if load_cpu is not None:
        os.sched_setaffinity(0, {load_cpu})
    rounds: dict[str, list[tuple[float, Load]]] = {one.title: [] for one in subjects}
    for number in range(options.rounds):
        # Each round starts with another one: no subject always follows the same.
        turn = number % len(subjects)
        for subject in [*subjects[turn:], *subjects[:turn]]:
            rounds[subject.title].append(_round(subject, options.seconds))
    return {title: _medians(measured) for title, measured in rounds.items()}


def _round(subject: Subject, seconds: float) -> tuple[float, Load]:
    before = subject.server.cpu_seconds()
    outcome = load.put(
        subject.server.port, subject.requests, seconds=seconds, width=CONNECTIONS
    )
    spent = subject.server.cpu_seconds() - before
    return spent / max(outcome.answered, 1), outcome


def _medians(measured: Sequence[tuple[float, Load]]) -> Figures:
    loads = [outcome for _cpu, outcome in measured]
    return Figures(
        cpu=median(cpu for cpu, _outcome in measured) * 1e6,
        rate=median(outcome.answered / outcome.seconds for outcome in loads),
        p50=median(outcome.percentile(50) for outcome in loads),
        p99=median(outcome.percentile(99) for outcome in loads),
        errors=sum(outcome.errors for outcome in loads),
    )


def _heading(options: Namespace) -> Iterator[str]:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    server_cpu, load_cpu = _processors()
    placed = (
        "server and load share the processors"
        if server_cpu is None
        else f"server on processor {server_cpu}, load on {load_cpu}"
    )
    load_average = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    database = "PostgreSQL" if options.postgres else "SQLite"
    yield f"Python {platform.python_version()}, {versions}, {database}"
    yield f"{os.cpu_count()} processors, {placed}; load average {load_average}"
    yield (
        f"{options.rounds} rounds of {options.seconds:g} s, {CONNECTIONS} connections, "
        f"{options.products} products"
    )


def _table(figures: Mapping[str, Figures]) -> Iterator[str]:
    bare, sheet, nested = (
        figures[title] for title in ("constant bytes", "sheet", "nested serializers")
    )
    yield ""
    yield (
        f"{'':20}{'CPU µs':>10}{'× sheet':>10}{'req/s':>10}{'× sheet':>10}"
        f"{'p50 ms':>10}{'p99 ms':>10}{'errors':>8}"
    )
    for title, one in figures.items():
        yield (
            f"{title:20}{one.cpu:>10.0f}{one.cpu / sheet.cpu:>10.2f}{one.rate:>10.0f}"
            f"{one.rate / sheet.rate:>10.2f}{one.p50:>10.1f}{one.p99:>10.1f}"
            f"{one.errors:>8}"
        )
    yield ""
    yield (
        f"CPU per request: sheet/bare = {sheet.cpu / bare.cpu:.2f}  "
        f"nested/sheet = {nested.cpu / sheet.cpu:.2f}"
    )


def _processors() -> tuple[int, int] | tuple[None, None]:
    """Return one processor for the servers and one for the load, if there are two."""
    return (PROCESSORS[0], PROCESSORS[-1]) if len(PROCESSORS) > 1 else (None, None)


def _cpu_clock(process_id: int) -> int:
    """Return the clock of another process's processor time, in nanoseconds."""
    clock = ctypes.c_int()
    # `/proc/<pid>/stat` counts in hundredths of a second: too coarse for a short round.
    failed = ctypes.CDLL(None).clock_getcpuclockid(process_id, ctypes.byref(clock))
    if failed:
        raise OSError(failed, os.strerror(failed))
    return clock.value
