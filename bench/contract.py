"""
The contract against a server: rows, random addresses, and what resolving costs.

The rows are those of the tests (`tests/resolver_contract.py`), asked over HTTP of a
process of its own, with a database made for them. `--url` asks another server, in which
`tests.resolver_world` must be registered.
"""

import contextlib
import http.client
import os
import random
import string
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.servers import BASE_DIR
from bench.tables import say

LEAST_PASSED = 110
STOP_SECONDS = 10.0
PATIENCE_SECONDS = 30.0
SEED = 2026
TIMED = 2_000
# What a fuzzed address is made of, beside random characters.
PIECES = (
    *("/", "/01/", "/10/", "/21/", "/22/", "/235/", "/414/", "/eh", "/ex", "/8006/"),
    *("09520123456788", "9520123456788", "L1", "N1", "%2F", "%00", "%ff", "%C3%A9"),
    *("..", "%2e%2e", "?", "?17=261231", "?linkType=linkset", "&", "=", ";", "#", "//"),
)


class Served(NamedTuple):
    """Where the server is, and the public address that it writes into documents."""

    host: str
    port: int
    root: str


def run(arguments: Sequence[str]) -> None:
    """Ask, count and print; exit with 1 when the contract is not kept."""
    options = _options(arguments)
    with contextlib.ExitStack() as stack:
        if options.url:
            parts = urlsplit(options.url)
            root = options.root or options.url.rstrip("/")
            served = Served(parts.hostname or "", parts.port or 80, root)
        else:
            folder = tempfile.TemporaryDirectory(prefix="flashsesame-")
            _set_up(stack.enter_context(folder))
            served = stack.enter_context(_serving())
        is_kept = _rows(served)
        failures = _fuzz(served, options.fuzz, options.seed)
        if not options.url:
            _cost()
    if not is_kept or failures:
        sys.exit(1)


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="resolver_contract.py", description="Whether the resolver keeps its word."
    )
    parser.add_argument("--url", help="a server to ask instead of one of its own")
    parser.add_argument("--root", help="its public address, if it is not --url")
    parser.add_argument("--fuzz", type=int, default=5_000, help="random addresses")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="of the random addresses"
    )
    return parser.parse_args(arguments)


def _set_up(folder: str) -> None:
    """Make a database in which the rows' world is registered, in this process too."""
    for name in [name for name in os.environ if name.startswith("FLASHSESAME_")]:
        del os.environ[name]
    os.environ |= {
        "FLASHSESAME_DATA_DIR": folder,
        "FLASHSESAME_BASE_URL": "https://id.example.org",
        "FLASHSESAME_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    import django

    django.setup()
    from bench import databases

    databases.prepare()
    from tests import resolver_world

    resolver_world.create()


@contextlib.contextmanager
def _serving() -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serving", "sheet-asgi"],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        yield Served("127.0.0.1", port, os.environ["FLASHSESAME_BASE_URL"])
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _rows(served: Served) -> bool:
    """Ask every row, print the score level by level; say whether it suffices."""
    from tests.resolver_checks import Answer
    from tests.resolver_contract import LEVELS, ROWS

    passed: Counter[str] = Counter()
    for row in ROWS:
        asked = row.request
        answer = _ask(served, asked.method, asked.target, asked.sent_headers())
        try:
            row.check(Answer(*answer, served.root))
        except Exception as error:  # whatever a check meets is a row that failed
            said = str(error).partition("\n")[0][:100]
            say(f"row {row.number} ({row.level}) {asked.method} {asked.target}: {said}")
        else:
            passed[row.level] += 1
    totals = Counter(row.level for row in ROWS)
    for level, name in LEVELS.items():
        say(f"{name:12} {passed[level]:3}/{totals[level]}")
    say(f"{'score':12} {passed.total():3}/{totals.total()}")
    return passed["S"] == totals["S"] and passed.total() >= LEAST_PASSED


def _fuzz(served: Served, count: int, seed: int) -> int:
    """Ask for random addresses and print which statuses came; return the failures."""
    draw = random.Random(seed)
    statuses: Counter[int] = Counter()
    for _number in range(count):
        target = _random_target(draw)
        status, _headers, _body = _ask(served, "GET", target, {"Accept": "*/*"})
        statuses[status] += 1
        if status >= 500:
            say(f"{status} for {target!r}")
    failures = sum(number for status, number in statuses.items() if status >= 500)
    shares = ", ".join(f"{status}: {statuses[status]}" for status in sorted(statuses))
    say(f"fuzz         {count} addresses (seed {seed}), 5xx: {failures} ({shares})")
    return failures


def _random_target(draw: random.Random) -> str:
    """Return a target that a request line can hold: no space, no control character."""
    legal = string.ascii_letters + string.digits + string.punctuation
    parts = [draw.choice(["/", "/01/09520123456788", "/01/"])]
    for _number in range(draw.randint(1, 8)):
        few = "".join(draw.choices(legal, k=draw.randint(1, 6)))
        parts.append(draw.choice([draw.choice(PIECES), few]))
    return "".join(parts)


def _ask(
    served: Served, method: str, target: str, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Ask once, on a connection of its own, with exactly these headers."""
    connection = http.client.HTTPConnection(
        served.host, served.port, timeout=PATIENCE_SECONDS
    )
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        found: dict[str, str] = {}
        for name, value in answer.getheaders():
            known = found.get(name.lower())
            found[name.lower()] = f"{known}, {value}" if known else value
        return answer.status, found, answer.read()
    finally:
        connection.close()


def _cost() -> None:
    """Print what resolving costs in this process: processor time, in microseconds."""
    from common import accepting
    from scanning import codes
    from scanning.resolving import choosing, registered, targets
    from tests.resolver_world import P

    path = f"{P}/22/V/10/A%2FB/21/N1"
    languages = accepting.wishes("fr-FR,fr;q=0.9", of_languages=True)
    wanted = choosing.Wanted(languages=languages)

    def validate() -> codes.ResolverKey:
        return codes.resolve_path(path, "17=261231")

    def resolve() -> str:
        found = registered.read(validate())
        [link] = choosing.choose(found.levels, wanted)
        return targets.location(link.href, targets.passed_on("17=261231"))

    assert resolve() == "https://brand.example/items/N1?17=261231"
    say(f"validation   {_median_cpu(validate):.0f} µs CPU, median of {TIMED}")
    say(f"resolution   {_median_cpu(resolve):.0f} µs CPU, its one query included")


def _median_cpu(work: object) -> float:
    assert callable(work)
    times = []
    for _number in range(TIMED):
        started = time.thread_time_ns()
        work()
        times.append(time.thread_time_ns() - started)
    return median(times) / 1000
