"""
Whether reading a sheet gets slower as the catalogue grows.

Two databases of one PostgreSQL, alike but for their size: 1,000 products, and many.
Each has its own server, without memory, and one reader asks for products in random
order, so that every read is a select. The copies are made inside PostgreSQL from one
real sheet; they have its bytes and its live parts.
"""

import contextlib
import random
import time
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from bench import load
from bench.load import Request
from bench.servers import serving
from bench.tables import say

if TYPE_CHECKING:
    from psycopg import Connection

SMALL = 1000
# For the server that holds both: what is copied is not written twice.
WITHOUT_LOG = {"wal_level": "minimal", "max_wal_senders": "0"}
ASKED = 20_000
WARM_SECONDS = 1.0
# Zipf's exponent of how often products are asked for: shoppers are not uniform.
EXPONENT = 1.05
LIMIT = 1.15
SUBJECT = "sheet-wsgi"

# What a read touches, and the column that holds the GTIN; the product comes last but is
# emptied first.
TABLES = {
    "products_livedocument": "product_id",
    "products_sheet": "product_id",
    "products_product": "gtin",
}


def run(
    large: int, variables: Mapping[str, str], folder: Path, options: Namespace
) -> int:
    """Measure and print; return how many answers were wrong."""
    url = variables["FLASHSESAME_DATABASE_URL"]
    databases = {SMALL: _named(url, "small"), large: _named(url, "large")}
    for size, database in databases.items():
        started = time.perf_counter()
        _fill(url, database, size)
        say(f"\n{size:,} products copied in {time.perf_counter() - started:.0f} s")
    return _measure(databases, variables, folder, options)


def _measure(
    databases: Mapping[int, str],
    variables: Mapping[str, str],
    folder: Path,
    options: Namespace,
) -> int:
    from bench.comparison import WITHOUT_CACHE, Subject

    with contextlib.ExitStack() as stack:
        subjects: dict[tuple[str, int], Subject] = {}
        for size, database in databases.items():
            given = {**variables, **WITHOUT_CACHE, "FLASHSESAME_DATABASE_URL": database}
            server = stack.enter_context(serving(SUBJECT, given, folder))
            length = len(load.ask(server.port, _head(_gtin(0))).body)
            for name, numbers in _orders(size).items():
                requests = [Request(_head(_gtin(one)), 200, length) for one in numbers]
                subject = Subject(f"{size:,} products, {name}", server, requests)
                subject.run(WARM_SECONDS, width=1)
                subject.rounds.clear()
                subjects[name, size] = subject
        for _ in range(options.rounds):
            for subject in subjects.values():
                subject.run(options.seconds, width=1)
    return _print(subjects, list(databases))


def _print(subjects: Mapping[tuple[str, int], object], sizes: list[int]) -> int:
    from bench.comparison import Subject

    errors = 0
    say(f"\n{'':32}{'CPU µs':>9}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}")
    figures = {}
    for key, subject in subjects.items():
        assert isinstance(subject, Subject)
        one = figures[key] = subject.figures()
        errors += one.errors
        say(
            f"{subject.title:32}{one.cpu:>9.0f}{one.p50:>9.3f}{one.p99:>9.3f}"
            f"{one.errors:>8}"
        )
    small, large = sizes
    for name in ("uniform", "Zipf"):
        ratio = figures[name, large].p50 / figures[name, small].p50
        reached = "reached" if ratio <= LIMIT else "MISSED"
        sizes_compared = f"{large:,} / {small:,}"
        say(f"latency, {name}: {sizes_compared} = {ratio:.2f} (≤ {LIMIT}) {reached}")
    return errors


def _orders(size: int) -> dict[str, list[int]]:
    """Return which products are asked for, in two ways, the same in every run."""
    chance = random.Random(size)
    weights = [1 / (rank**EXPONENT) for rank in range(1, size + 1)]
    ranked = list(range(size))
    chance.shuffle(ranked)
    return {
        "uniform": [chance.randrange(size) for _ in range(ASKED)],
        "Zipf": chance.choices(ranked, weights=weights, k=ASKED),
    }


def _fill(url: str, database: str, size: int) -> None:
    import psycopg

    name = urlsplit(database).path.removeprefix("/")
    template = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    with psycopg.connect(database, autocommit=True) as server:
        with server.transaction():
            _copy(server, size)
        for table in TABLES:
            server.execute(f"VACUUM ANALYZE {table}")
        server.execute("CHECKPOINT")


def _copy(server: "Connection[Any]", size: int) -> None:
    """
    Put `size` copies of one product in the place of all products.

    In the transaction that emptied the tables nothing is logged, and references are
    not looked up one by one: it is the disk that takes its time.
    """
    server.execute("SET LOCAL session_replication_role = replica")
    server.execute("CREATE TEMPORARY TABLE wanted (gtin varchar(14))")
    with server.cursor() as cursor, cursor.copy("COPY wanted FROM STDIN") as copy:
        for number in range(size):
            copy.write_row((_gtin(number),))
    for table, key in TABLES.items():
        server.execute(
            f"CREATE TEMPORARY TABLE one_{table} AS SELECT * FROM {table}"
            f" WHERE {key} = (SELECT min(product_id) FROM products_livedocument)"
        )
    # A read takes one of three forms: the largest stands for them, and disk is spared.
    server.execute("UPDATE one_products_sheet SET brotli = NULL, gzip = NULL")
    server.execute("TRUNCATE products_product CASCADE")
    for table, key in TABLES.items():
        columns = ", ".join(_columns(server, table) - {"id", key})
        server.execute(
            f"INSERT INTO {table} ({key}, {columns})"
            f" SELECT wanted.gtin, {columns} FROM wanted, one_{table}"
        )


def _columns(server: "Connection[Any]", table: str) -> set[str]:
    found = server.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'",
        [table],
    )
    return {name for (name,) in found}


def _gtin(number: int) -> str:
    from products.gtin import check_digit

    # Behind the ones that were published for the comparison.
    body = f"0952{number + 10_000_000:09}"
    return f"{body}{check_digit(body)}"


def _head(gtin: str) -> bytes:
    return load.head(f"/api/v1/products/{gtin}", {})


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
