"""What is printed of measurements: versions, rows, and whether the bars are reached."""

import os
import platform
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from operator import truediv
from statistics import median, quantiles
from typing import NamedTuple

from bench.servers import processors

PACKAGES = (
    *("django", "djangorestframework", "psycopg", "granian", "uvicorn"),
    *("fastapi", "asyncpg"),
)


class Figures(NamedTuple):
    """What the rounds of one subject showed; latencies are medians, in milliseconds."""

    # Microseconds of processor time for each request, and requests a second, by round.
    cpus: list[float]
    rates: list[float]
    p50: float
    p99: float
    errors: int

    @property
    def cpu(self) -> float:
        """Return the median of the rounds, in microseconds."""
        return median(self.cpus)

    @property
    def noise(self) -> float:
        """Return how far the middle half of the rounds lies apart, over the median."""
        if len(self.cpus) < 2:
            return 0.0
        low, _middle, high = quantiles(self.cpus, n=4)
        return (high - low) / self.cpu


class Bar(NamedTuple):
    """A promise: `better` against `worse`, by CPU per request; `least` is the bar."""

    words: str
    better: str
    worse: str
    least: float


BARS = (
    Bar("hot against constant bytes", "WSGI, constant bytes", "WSGI, sheet hot", 0.7),
    Bar("cold against one select", "WSGI, one select", "WSGI, sheet cold", 0.8),
    Bar("nested against hot", "WSGI, nested serializers", "WSGI, sheet hot", 100),
    Bar("nested against cold", "WSGI, nested serializers", "WSGI, sheet cold", 100),
    Bar("FastAPI against ours, hot", "FastAPI, hot", "WSGI, sheet hot", 1),
    Bar("FastAPI against ours, cold", "FastAPI, cold", "WSGI, sheet cold", 1),
    Bar("hot against constant, ASGI", "ASGI, constant bytes", "ASGI, sheet hot", 0.7),
    Bar("cold against select, ASGI", "ASGI, one select", "ASGI, sheet cold", 0),
)


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def heading(options: Namespace, connections: int) -> Iterator[str]:
    """Say what measures what, where and with what."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    server_cpu, load_cpu = processors()
    placed = (
        "server and load share the processors"
        if server_cpu is None
        else f"server on processor {server_cpu}, load on {load_cpu}"
    )
    load_average = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    database = "SQLite" if options.sqlite else "PostgreSQL"
    yield f"Python {platform.python_version()}, {versions}, {database}"
    yield f"{os.cpu_count()} processors, {placed}; load average {load_average}"
    yield (
        f"{options.rounds} rounds of {options.seconds:g} s, {connections} connections, "
        f"{options.products} products"
    )


def table(figures: Mapping[str, Figures]) -> Iterator[str]:
    """Return the lines of the rows and of the bars."""
    yield ""
    yield (
        f"{'':26}{'CPU µs':>9}{'noise':>10}{'req/s':>9}"
        f"{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}"
    )
    for title, one in figures.items():
        yield (
            f"{title:26}{one.cpu:>9.0f}{one.noise:>10.0%}{median(one.rates):>9.0f}"
            f"{one.p50:>9.2f}{one.p99:>9.2f}{one.errors:>8}"
        )
    yield ""
    yield f"{'':30}{'CPU':>9}{'req/s':>9}{'bar':>9}"
    for bar in BARS:
        if bar.better in figures and bar.worse in figures:
            yield _line(bar, figures[bar.better], figures[bar.worse])


def _line(bar: Bar, better: Figures, worse: Figures) -> str:
    # Round by round: what else the machine does meets neighbours alike.
    by_cpu = median(map(truediv, better.cpus, worse.cpus))
    by_rate = median(map(truediv, worse.rates, better.rates))
    reached = "" if not bar.least else "reached" if by_cpu >= bar.least else "MISSED"
    least = f"≥ {bar.least:g}" if bar.least else "–"
    return f"{bar.words:30}{by_cpu:>9.2f}{by_rate:>9.2f}{least:>9}  {reached}"
