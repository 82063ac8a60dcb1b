"""What the tree of a long log weighs, and what a proof out of it costs."""

import os
import random
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from bench import logs
from bench.tables import say

QUICK, THOROUGH = 100_000, 1_000_000
BATCH = 256
PROOFS = 500
BAR_BYTES, BAR_MS, BAR_HASHES = 70.0, 5.0, 20


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a bar is missed."""
    parser = ArgumentParser(
        prog="ledger_tree.py", description="The weight of the tree, and its proofs."
    )
    parser.add_argument("--entries", type=int, default=QUICK)
    parser.add_argument("--thorough", action="store_true", help="a million entries")
    options = parser.parse_args(arguments)
    count = THOROUGH if options.thorough else options.entries
    say(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}")
    with logs.standing():
        is_good = _measure(count)
    if not is_good:
        sys.exit("A bar was missed.")


def _measure(count: int) -> bool:
    started = time.perf_counter()
    for begun in range(0, count, logs.AT_ONCE):
        logs.append(min(logs.AT_ONCE, count - begun))
        logs.drain(BATCH)
    took = time.perf_counter() - started
    say(f"{count} entries in batches of {BATCH}, made and placed in {took:.0f} s\n")
    weights = {"tiles": _weight("ledger_tile"), "entries": _weight("ledger_entry")}
    for name, weight in weights.items():
        say(
            f"{name:12}{weight / count:>9.1f} bytes an entry, indexes and dead included"
        )
    nodes = _nodes(min(count, QUICK))
    of_tiles = weights["tiles"] / count
    say(
        f"{'a row a node':12}{nodes:>9.1f} bytes an entry: {nodes / of_tiles:.1f} times"
    )
    latencies, longest = _proofs(count)
    p50, p99 = (one * 1000 for one in logs.percentiles(latencies))
    say(f"\n{PROOFS} proofs: median {p50:.2f} ms, p99 {p99:.2f} ms, ≤ {longest} hashes")
    say(f"bars: ≤ {BAR_BYTES:g} bytes, median ≤ {BAR_MS:g} ms, ≤ {BAR_HASHES} hashes")
    return of_tiles <= BAR_BYTES and p50 <= BAR_MS and longest <= BAR_HASHES


def _weight(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        return int(cursor.fetchone()[0])


def _nodes(count: int) -> float:
    """Return the bytes an entry of a table with one row for each node of the tree."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_node (level smallint, n bigint, hash bytea,"
            " PRIMARY KEY (level, n))"
        )
        for level in range(count.bit_length()):
            cursor.execute(
                "INSERT INTO bench_node SELECT %s, n, sha256(n::text::bytea)"
                " FROM generate_series(0, %s) AS n",
                [level, (count >> level) - 1],
            )
    return _weight("bench_node") / count


def _proofs(count: int) -> tuple[list[float], int]:
    """Ask for proofs of random entries, as an address does, and verify them."""
    from ledger import merkle, proofs

    chance = random.Random(1)
    latencies, longest = [], 0
    head = proofs.published()
    assert head is not None
    for _ in range(PROOFS):
        position = chance.randrange(count)
        started = time.perf_counter()
        proof = proofs.inclusion_proof(position, head.size)
        latencies.append(time.perf_counter() - started)
        longest = max(longest, len(proof))
        merkle.verify_inclusion(
            index=position,
            size=head.size,
            leaf=proofs.entry_at(position).leaf_hash,
            proof=proof,
            root=head.root,
        )
    return latencies, longest
