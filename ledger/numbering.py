"""
Giving pending entries their places: the statements that touch every entry once.

Raw SQL, since a sequencer's rate is what these cost. They stand in for themselves only
under the lock of `State`: two that number at once would both begin at one place.
"""

import json
from collections.abc import Sequence

from django.db import connection

# For this transaction: of a long backlog, the planner would sort all of it each time.
_IN_ORDER = """
SELECT set_config('enable_sort', 'off', true),
       set_config('enable_bitmapscan', 'off', true),
       set_config('enable_seqscan', 'off', true)
"""
# Numbered and read in one round trip.
_POSTGRESQL = """
WITH pending AS (
    SELECT id, leaf_hash FROM ledger_entry
    WHERE position IS NULL ORDER BY id LIMIT %s
), numbered AS (
    SELECT id, leaf_hash, %s - 1 + row_number() OVER (ORDER BY id) AS place
    FROM pending
), placed AS (
    UPDATE ledger_entry SET position = numbered.place
    FROM numbered WHERE ledger_entry.id = numbered.id
    RETURNING numbered.place, numbered.leaf_hash
)
SELECT place, leaf_hash FROM placed
"""
_SQLITE_PENDING = """
SELECT id, leaf_hash FROM ledger_entry WHERE position IS NULL ORDER BY id LIMIT %s
"""
_SQLITE_PLACE = """
UPDATE ledger_entry SET position = %s + numbered.key
FROM json_each(%s) AS numbered WHERE ledger_entry.id = numbered.value
"""


def number_pending(start: int, limit: int) -> Sequence[bytes]:
    """
    Place what waits, by its numbers, from `start` on; return its leaf hashes in order.

    No more than `limit`. Call it in a transaction that holds the lock of `State`.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_IN_ORDER)
            cursor.execute(_POSTGRESQL, [limit, start])
            return [bytes(leaf_hash) for _place, leaf_hash in sorted(cursor.fetchall())]
        cursor.execute(_SQLITE_PENDING, [limit])
        rows = cursor.fetchall()
        if rows:
            keys = json.dumps([key for key, _hash in rows])
            cursor.execute(_SQLITE_PLACE, [start, keys])
            if cursor.rowcount != len(rows):
                raise RuntimeError("An entry was placed by somebody else")
        return [leaf_hash for _key, leaf_hash in rows]
