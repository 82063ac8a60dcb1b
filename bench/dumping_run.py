"""Rounds of one dump: `python -m bench.dumping_run FILE COUNT ROUNDS`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

TABLES = ("products_product", "products_sourcerecord")
CHUNK = 1 << 20


class Round(NamedTuple):
    """Seconds of one round."""

    keep: float
    record: float
    again: float
    raw: float

    @property
    def ratio(self) -> float:
        """Return the rate of the whole import to that of the raw COPY."""
        return self.raw / (self.keep + self.record)


class Longest:
    """The longest piece so far."""

    seconds = 0.0


def main(dump: Path, count: int, rounds: int) -> None:
    """Import the dump so often, and print what that took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from bench import databases

    databases.prepare()
    _raw_tables()
    # A first small one loads what is loaded late.
    _imported(_first_lines(dump, 100))
    _forget_peak()
    idle, peak, done = _peak_mb(), 0.0, []
    for _number in range(rounds):
        _empty(TABLES)
        keep, record = _imported(_chunks(dump))
        peak = max(peak, _peak_mb())
        _check(count)
        again = sum(_imported(_chunks(dump)))
        peak = max(peak, _peak_mb())
        done.append(Round(keep, record, again, _raw_copy()))
    found = {
        "keep": median(one.keep for one in done),
        "record": median(one.record for one in done),
        "import": median(one.keep + one.record for one in done),
        "again": median(one.again for one in done),
        "raw": median(one.raw for one in done),
        "ratio": median(one.ratio for one in done),
        "ratios": [one.ratio for one in done],
        "longest": Longest.seconds,
        "idle_mb": idle,
        "peak_mb": peak,
    }
    sys.stdout.write(json.dumps(found))


def _imported(chunks: Iterator[bytes]) -> tuple[float, float]:
    """Import as the command does; return the seconds of keeping and of recording."""
    from products.importing import making
    from products.importing.files import Limits
    from products.services import ask_product_import
    from products.services.importing import OPERATOR, Wish

    began = time.perf_counter()
    run = ask_product_import(
        company=None,
        name="bench",
        chunks=chunks,
        by=OPERATOR,
        wish=Wish(dry_run=False),
        limits=Limits(None, None),
    )
    kept = time.perf_counter()
    is_more = True
    while is_more:
        piece = time.perf_counter()
        is_more = making.work()
        Longest.seconds = max(Longest.seconds, time.perf_counter() - piece)
    recorded = time.perf_counter()
    run.refresh_from_db()
    assert (run.state, run.failed) == ("done", 0), (run.error_text, run.reasons)
    return kept - began, recorded - kept


def _check(count: int) -> None:
    from products.models import Product, SourceRecord

    assert Product.objects.count() == SourceRecord.objects.count() == count


def _chunks(dump: Path) -> Iterator[bytes]:
    with dump.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _first_lines(dump: Path, count: int) -> Iterator[bytes]:
    import gzip
    from itertools import islice

    with gzip.open(dump) as file:
        yield from islice(file, count)


def _raw_tables() -> None:
    """Make tables of the same shape: columns, constraints, indexes, references."""
    from django.db import connection

    for table in TABLES:
        _execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = "
            "ANY(%s)",
            [list(TABLES)],
        )
        for table, definition in cursor.fetchall():
            for name in TABLES:
                definition = definition.replace(f" {name}(", f" raw_{name}(")
            _execute(f"ALTER TABLE raw_{table} ADD {definition}")


def _raw_copy() -> float:
    """Copy the rows out to a file, and time how long PostgreSQL takes them back in."""
    seconds = 0.0
    _empty([f"raw_{table}" for table in TABLES])
    for table in TABLES:
        with tempfile.TemporaryFile() as file:
            with _cursor().copy(f"COPY {table} TO STDOUT") as out:
                for block in out:
                    file.write(block)
            file.seek(0)
            began = time.perf_counter()
            with _cursor().copy(f"COPY raw_{table} FROM STDIN") as into:
                while block := file.read(1 << 16):
                    into.write(block)
            seconds += time.perf_counter() - began
    return seconds


def _empty(tables: Any) -> None:
    _execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    _execute("CHECKPOINT")


def _execute(sql: str) -> None:
    _cursor().execute(sql)


def _cursor() -> Any:
    from django.db import connection

    return connection.cursor()


def _forget_peak() -> None:
    """Let the kernel forget the peak: starting Django takes more than many runs."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
