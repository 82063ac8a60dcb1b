"""
How fast one sequencer places a backlog: `python -m bench.log_rates postgres 20000`.

Beside it, the same with a row for each node of the tree instead of a row for each tile.
"""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from bench import logs
from ledger import merkle, tiles

BATCH = 256
# The control is slow: so much of the backlog must do.
CONTROL_SHARE = 0.2


def main() -> None:
    """Measure on one database, and print the figures as JSON."""
    vendor, count = sys.argv[1], int(sys.argv[2])
    with logs.standing(sqlite=vendor == "sqlite"):
        logs.append(1)
        logs.drain(BATCH)
        logs.fill(count)
        started = time.perf_counter()
        processor = time.process_time()
        placed = logs.drain(BATCH)
        took = time.perf_counter() - started
        wrong = logs.wrongs(set())
        figures = {
            "rate": placed / took,
            "cpu_us": (time.process_time() - processor) / placed * 1e6,
            "nodes": _nodes(int(count * CONTROL_SHARE)),
            "wrong": [*wrong, *([] if placed == count else ["not all were placed"])],
        }
    sys.stdout.write(json.dumps(figures))


def _nodes(count: int) -> float:
    """Place a backlog as `sequence` does, but with one row a node; return the rate."""
    from django.db import connection

    from ledger import sequencing
    from ledger.models import State

    number = "bigint" if connection.vendor == "postgresql" else "integer"
    binary = "bytea" if connection.vendor == "postgresql" else "blob"
    logs.fill(count)
    before = State.objects.get().size
    with closing(connection.cursor()) as cursor:
        cursor.execute(
            f"CREATE TABLE bench_node (level {number}, n {number}, hash {binary},"
            " PRIMARY KEY (level, n))"
        )

        def grown(size: int, leaves: Sequence[bytes]) -> tiles.Growth:
            return tiles.Growth({}, _grow(cursor, size - before, leaves))

        sequencing._grown = grown
        started = time.perf_counter()
        placed = logs.drain(BATCH)
        return placed / (time.perf_counter() - started)


def _grow(cursor: Any, start: int, leaves: Sequence[bytes]) -> bytes:
    """Insert every node that becomes complete, level by level; return the root."""
    size = start + len(leaves)
    level, added = 0, list(leaves)
    while added:
        cursor.executemany(
            "INSERT INTO bench_node (level, n, hash) VALUES (%s, %s, %s)",
            [(level, start + at, one) for at, one in enumerate(added)],
        )
        if start % 2:
            added = [_node(cursor, level, start - 1), *added]
            start -= 1
        added = [
            merkle.node_hash(added[at], added[at + 1])
            for at in range(0, len(added) - 1, 2)
        ]
        level, start = level + 1, start // 2
    parts = merkle.perfect_parts(merkle.Span(0, size))
    heights = [(part.size.bit_length() - 1, part.start) for part in parts]
    return merkle.joined([_node(cursor, up, at >> up) for up, at in heights])


def _node(cursor: Any, level: int, n: int) -> bytes:
    cursor.execute(
        "SELECT hash FROM bench_node WHERE level = %s AND n = %s", [level, n]
    )
    return bytes(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
