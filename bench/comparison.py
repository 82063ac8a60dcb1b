"""
The comparison: what is measured beside what, in interleaved rounds, and its medians.

Every subject has a server process of its own on one processor; the load comes from the
other. Rounds are interleaved, so that what else the machine does meets all of them.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from bench import growth, limits, load, tables
from bench.load import Load, Request
from bench.servers import BASE_DIR, Server, processors, serving
from bench.tables import Figures, say

CONNECTIONS = 8
WARM_SECONDS = 0.1
QUICK = (5, 0.5, 50_000)
THOROUGH = (15, 3.0, 1_000_000)
WITHOUT_CACHE = {"FLASHSESAME_SHEET_CACHE_BYTES": "0"}
# The title, the subject of `bench.serving`, and what is set for it. The ones of FastAPI
# need PostgreSQL. Those that are compared are neighbours.
ROWS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("WSGI, constant bytes", "constant-wsgi", {}),
    ("WSGI, sheet hot", "sheet-wsgi", {}),
    ("WSGI, sheet hot, 304", "sheet-wsgi", {}),
    ("FastAPI, hot", "fastapi-hot-asgi", {}),
    ("FastAPI, cold", "fastapi-asgi", {}),
    ("WSGI, sheet cold", "sheet-wsgi", WITHOUT_CACHE),
    ("WSGI, one select", "select-wsgi", {}),
    ("ASGI, one select", "select-asgi", {}),
    ("ASGI, sheet cold", "sheet-asgi", WITHOUT_CACHE),
    ("ASGI, sheet hot", "sheet-asgi", {}),
    ("ASGI, constant bytes", "constant-asgi", {}),
    ("WSGI, Django's view", "view-wsgi", {}),
    ("WSGI, nested serializers", "nested-wsgi", {}),
)


class WrongAnswer(Exception):
    """A server does not answer what it is measured for."""


class Subject:
    """What is measured: a title, the server that answers, and what it is asked."""

    def __init__(self, title: str, server: Server, requests: list[Request]) -> None:
        self.title = title
        self.server = server
        self.requests = requests
        self.rounds: list[tuple[float, Load]] = []

    def run(self, seconds: float, *, width: int = CONNECTIONS) -> None:
        """Put load on the server for some seconds and keep what it showed."""
        # Others had the processor, and what was kept in memory has expired since.
        load.put(self.server.port, self.requests, seconds=WARM_SECONDS, width=width)
        before = self.server.cpu_seconds()
        outcome = load.put(
            self.server.port, self.requests, seconds=seconds, width=width
        )
        spent = self.server.cpu_seconds() - before
        self.rounds.append((spent / max(outcome.answered, 1), outcome))

    def figures(self) -> Figures:
        """Return what the rounds showed."""
        loads = [outcome for _cpu, outcome in self.rounds]
        return Figures(
            cpus=[cpu * 1e6 for cpu, _outcome in self.rounds],
            rates=[outcome.answered / outcome.seconds for outcome in loads],
            p50=median(outcome.percentile(50) for outcome in loads),
            p99=median(outcome.percentile(99) for outcome in loads),
            errors=sum(outcome.errors for outcome in loads),
        )


def run(arguments: Sequence[str]) -> None:
    """Seed, serve, measure and print; exit with 1 when an answer was wrong."""
    options = _options(arguments)
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="flashsesame-"))
        )
        variables = _variables(folder)
        if not options.sqlite:
            from config.testing.postgres import FOR_TESTS, postgres

            variables["FLASHSESAME_DATABASE_URL"] = stack.enter_context(
                postgres({**FOR_TESTS, **growth.WITHOUT_LOG})
            )
        say(f"Publishing {options.products} sheets …")
        gtins = _seed(options.products, variables)
        for line in tables.heading(options, CONNECTIONS):
            say(line)
        figures = _compared(gtins, variables, folder, options)
        for line in tables.table(figures):
            say(line)
        errors = sum(figure.errors for figure in figures.values())
        if options.catalogue and not options.sqlite:
            errors += growth.run(options.catalogue, variables, folder, options)
    if errors:
        sys.exit("Some answers were missing or wrong: these figures are worth nothing.")


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="sheet_read.py", description="What reading a sheet costs, by comparison."
    )
    parser.add_argument("--thorough", action="store_true", help="longer, for figures")
    parser.add_argument("--rounds", type=int, help="rounds, all subjects in each")
    parser.add_argument("--seconds", type=float, help="seconds of each round")
    parser.add_argument("--products", type=int, default=100, help="sheets asked for")
    parser.add_argument(
        "--catalogue", type=int, help="products of the large catalogue; 0 for none"
    )
    parser.add_argument(
        "--sqlite", action="store_true", help="on SQLite, without FastAPI"
    )
    options = parser.parse_args(arguments)
    rounds, seconds, catalogue = THOROUGH if options.thorough else QUICK
    options.rounds = options.rounds or rounds
    options.seconds = options.seconds or seconds
    options.catalogue = catalogue if options.catalogue is None else options.catalogue
    return options


def _variables(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of the caller's installation is left."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FLASHSESAME_")
    }
    return {
        **inherited,
        "FLASHSESAME_DATA_DIR": str(folder),
        "FLASHSESAME_LOG_FORMAT": "json",
    }


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


def _compared(
    gtins: Sequence[str],
    variables: Mapping[str, str],
    folder: Path,
    options: Namespace,
) -> dict[str, Figures]:
    with contextlib.ExitStack() as stack:
        subjects = list(_subjects(stack, gtins, variables, folder))
        _server_cpu, load_cpu = processors()
        if load_cpu is not None:
            os.sched_setaffinity(0, {load_cpu})
        for number in range(options.rounds):
            # Each round starts with another one: no subject always follows the same.
            turn = number % len(subjects)
            for subject in [*subjects[turn:], *subjects[:turn]]:
                subject.run(options.seconds)
        return {subject.title: subject.figures() for subject in subjects}


def _subjects(
    stack: contextlib.ExitStack,
    gtins: Sequence[str],
    variables: Mapping[str, str],
    folder: Path,
) -> Iterator[Subject]:
    """Start the servers, learn and check what they answer, and yield the subjects."""
    length, tags = _learnt(gtins, variables, folder)
    servers: dict[str, Server] = {}
    for title, name, more in ROWS:
        if "FastAPI" in title and "FLASHSESAME_DATABASE_URL" not in variables:
            continue
        key = f"{name}{more}"
        if key not in servers:
            given = {**variables, **more, limits.LENGTH: str(length)}
            servers[key] = stack.enter_context(serving(name, given, folder))
        server = servers[key]
        if "constant" in name:
            load.ask(server.port, load.head("/", {}))
            yield Subject(title, server, _plain(gtins, length))
            continue
        answered = checked(server, gtins[0])
        if "nested" in name:
            say(f"a sheet has {length} bytes, the assembled one {len(answered.body)}")
        requests = (
            _conditional(gtins, tags)
            if title.endswith("304")
            # Seeded alike: a sheet of another length is an error of its round.
            else _plain(gtins, len(answered.body) if "nested" in name else length)
        )
        yield Subject(title, server, requests)


def _learnt(
    gtins: Sequence[str], variables: Mapping[str, str], folder: Path
) -> tuple[int, list[str]]:
    """Return how long a sheet is, and the tag of each."""
    with serving("sheet-wsgi", variables, folder) as server:
        answers = [checked(server, gtin) for gtin in gtins]
    return len(answers[0].body), [answer.etag for answer in answers]


def checked(server: Server, gtin: str) -> load.Answer:
    """Ask once; the answer must be the sheet of this product."""
    answer = load.ask(server.port, load.head(path(gtin), {}))
    if answer.status != 200 or json.loads(answer.body)["gtin"] != gtin:
        raise WrongAnswer(f"{gtin}: {answer.status} {answer.body[:300]!r}")
    return answer


def path(gtin: str) -> str:
    """Return the address of a sheet."""
    return f"/api/v1/products/{gtin}"


def _plain(gtins: Sequence[str], length: int) -> list[Request]:
    return [Request(load.head(path(gtin), {}), 200, length) for gtin in gtins]


def _conditional(gtins: Sequence[str], tags: Sequence[str]) -> list[Request]:
    return [
        Request(load.head(path(gtin), {"If-None-Match": tag}), 304, 0)
        for gtin, tag in zip(gtins, tags, strict=True)
    ]
