"""
What the measurements at the till share: servers, people, and how figures are printed.

The load is the simulators' own code, `checkout/simulating`.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple, TypeVar

from bench.servers import BASE_DIR, STOP_SECONDS, NotStarted
from config.testing.postgres import FOR_TESTS, postgres
from config.testing.processes import free_port
from config.testing.redis import redis

T = TypeVar("T")

START_SECONDS = 40.0
PAUSE_SECONDS = 0.05
# As in production: a commit is on the disk before it is told.
DURABLE = {
    **FOR_TESTS,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
LIMITLESS = "1000000/min"
# What `bench.paying_app` reads.
WAKES = "BENCH_WAKES"


class Ground(NamedTuple):
    """The servers under a measurement, as the environment of its processes."""

    variables: Mapping[str, str]
    redis_url: str
    folder: Path


@contextlib.contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Lend a PostgreSQL that keeps its word and a Redis, and set Django up on them."""
    with postgres(DURABLE) as database_url, redis() as redis_url:
        variables = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FLASHSESAME_DATABASE_URL": database_url,
            "FLASHSESAME_REDIS_URL": redis_url,
            "FLASHSESAME_DATA_DIR": str(folder),
            "FLASHSESAME_BOOTSTRAP": "0",
            "FLASHSESAME_PROMPT_TTL_SECONDS": "120",
            "FLASHSESAME_THROTTLE_PROMPT": LIMITLESS,
            "FLASHSESAME_THROTTLE_PASS": LIMITLESS,
            "FLASHSESAME_THROTTLE_TERMINAL": LIMITLESS,
        }
        os.environ.update(variables)
        import django

        django.setup()
        from bench import databases

        databases.prepare()
        try:
            yield Ground({**os.environ, **variables}, redis_url, folder)
        finally:
            from django.db import connections

            connections.close_all()


class Web(NamedTuple):
    """One web process of the service."""

    address: str
    process_id: int

    @property
    def resident_kib(self) -> int:
        """Return the memory that it holds, without what it shares with files."""
        return self._status("RssAnon")

    @property
    def threads(self) -> int:
        """Return how many threads it has."""
        return self._status("Threads")

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.process_id}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
        raise LookupError(name)


@contextlib.contextmanager
def web(on: Ground, wakes: str) -> Iterator[Web]:
    """Start a web process whose phones are woken as `bench.paying_app` says."""
    port = free_port()
    command = ["uvicorn", "--no-access-log", "--port", str(port)]
    command += ["--log-level", "warning", "bench.paying_app:application"]
    with _process(on, f"web-{wakes}", command, {WAKES: wakes}) as process:
        address = f"http://127.0.0.1:{port}"
        asyncio.run(_answers(address, process))
        yield Web(address, process.pid)


@contextlib.contextmanager
def worker(on: Ground) -> Iterator[None]:
    """Start a Celery worker of one forked child."""
    command = ["celery", "-A", "config", "worker", "-c", "1", "--loglevel", "WARNING"]
    # The first message waits until it is up: nothing else says that it is.
    with _process(on, "worker", command, {}):
        yield


def on_loop(scenario: Coroutine[Any, Any, T]) -> T:
    """Run a scenario on the fast loop where there is one, as the server does."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(scenario)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(scenario)


class Times(NamedTuple):
    """Percentiles of some times, in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Times":
        """Return the percentiles of times in seconds."""
        cuts = quantiles(seconds, n=100)
        return cls(median(seconds) * 1000, cuts[94] * 1000, cuts[98] * 1000)

    def line(self, title: str, against: "Times | None" = None) -> str:
        """Return a row: the figures, and p50 over that of the bare row."""
        ratio = f"{self.p50 / against.p50:>9.1f}×" if against else f"{'':>10}"
        return f"{title:36}{self.p50:>9.2f}{self.p95:>9.2f}{self.p99:>9.2f}{ratio}"


HEADING = f"{'':36}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'p50 /bare':>10}"


@contextlib.contextmanager
def _process(
    on: Ground, name: str, command: Sequence[str], more: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    log = on.folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=BASE_DIR,
            env={**on.variables, **more},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield process
    except NotStarted as error:
        said = log.read_text(errors="replace")[-800:]
        raise NotStarted(f"{error}: {said}") from error
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _answers(address: str, process: "subprocess.Popen[bytes]") -> None:
    from checkout.simulating.lines import NotReached, Server

    server, deadline = Server(address), time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(NotReached):
            if (await server.request("GET", "/healthz")).status == 200:
                break
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted("The web process did not start")
        await asyncio.sleep(PAUSE_SECONDS)
    await server.close()
