"""
What a batch of scans changes: one transaction, a statement or two per table.

Rows are written in the order of their keys, and the tables always in the same order, so
that two processes wait for each other and never in a circle. Written in SQL because the
ORM cannot add to a row on conflict, nor say which rows were new.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from products import gtin
from scanning.counting.notes import Keeper, Note
from scanning.models import HistoryEntry, ScanHistory
from scanning.models.unknown import company_prefix

CLAIM = """
    INSERT INTO scanning_countedscan (scan_id, counted_on) VALUES {rows}
    ON CONFLICT (scan_id) DO NOTHING RETURNING scan_id
"""
COUNT = """
    INSERT INTO scanning_dailyscans (gtin, day, count) VALUES {rows}
    ON CONFLICT (gtin, day) DO UPDATE
    SET count = scanning_dailyscans.count + excluded.count
"""
QUEUE = """
    INSERT INTO scanning_unknowncode
      (gtin, prefix, first_seen, last_seen, scans, reports, is_dismissed)
    VALUES {rows}
    ON CONFLICT (gtin) DO UPDATE
    SET scans = scanning_unknowncode.scans + excluded.scans,
        first_seen = CASE WHEN excluded.first_seen < scanning_unknowncode.first_seen
          THEN excluded.first_seen ELSE scanning_unknowncode.first_seen END,
        last_seen = CASE WHEN excluded.last_seen > scanning_unknowncode.last_seen
          THEN excluded.last_seen ELSE scanning_unknowncode.last_seen END
"""
WANT = """
    INSERT INTO scanning_outsideproduct
      (gtin, source, state, is_wanted, attempts, next_try_at, reason, name, brands,
       quantity, image_url, source_url)
    VALUES {rows}
    ON CONFLICT (gtin) DO UPDATE SET is_wanted = excluded.is_wanted
    WHERE NOT scanning_outsideproduct.is_wanted
      AND scanning_outsideproduct.next_try_at <= excluded.next_try_at
"""


@transaction.atomic
def write(notes: Sequence[Note]) -> None:
    """Count a batch: days, codes to declare, histories. All of it or nothing."""
    keepers = _still_keeping(notes)
    fresh = _not_counted_before(notes)
    _count(fresh)
    _queue([note for note in fresh if not note.is_known])
    _remember([note for note in fresh if note.keeper in keepers])


def _still_keeping(notes: Sequence[Note]) -> set[Keeper]:
    """
    Return whose history is as it was when they scanned, and hold it until the end.

    Whoever switches it off or erases it waits for this transaction and then erases its
    entries too; who came first has changed the generation.
    """
    shoppers = {note.keeper.shopper_id for note in notes if note.keeper}
    if not shoppers:
        return set()
    rows = (
        ScanHistory.objects.select_for_update(no_key=True)
        .filter(shopper__in=shoppers, is_enabled=True)
        .order_by("pk")
        .values_list("shopper_id", "generation")
    )
    return {Keeper(shopper, generation) for shopper, generation in rows}


def _not_counted_before(notes: Sequence[Note]) -> list[Note]:
    """Return the scans that are new; those without a name of their own always are."""
    named: dict[UUID, Note] = {}
    fresh = []
    for note in notes:
        if note.scan_id is None:
            fresh.append(note)
        else:
            named.setdefault(note.scan_id, note)
    today = timezone.localdate()
    rows = [(_uuid(scan_id), _date(today)) for scan_id in sorted(named)]
    claimed = {UUID(str(row[0])) for row in _run(CLAIM, rows, returning=True)}
    return fresh + [note for scan_id, note in named.items() if scan_id in claimed]


def _count(notes: Iterable[Note]) -> None:
    counts = Counter((note.gtin, note.day) for note in notes)
    rows = [(code, _date(day), n) for (code, day), n in sorted(counts.items())]
    _run(COUNT, rows)


def _queue(notes: Iterable[Note]) -> None:
    """Put the codes that nobody has declared into the queue of those to declare."""
    by_code: dict[str, list[Note]] = {}
    for note in notes:
        # A number of one shop is nobody's to declare.
        if not gtin.is_restricted(note.gtin):
            by_code.setdefault(note.gtin, []).append(note)
    rows = []
    for code in sorted(by_code):
        days = [note.day for note in by_code[code]]
        first, last = _date(min(days)), _date(max(days))
        rows.append((code, company_prefix(code), first, last, len(days), 0, False))
    _run(QUEUE, rows)
    if settings.OUTSIDE_CATALOGUE:
        blank = ("",) * 6
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        said = (settings.OUTSIDE_CATALOGUE, "due", True, 0, now, *blank)
        _run(WANT, [(code, *said) for code in sorted(by_code)])


def _remember(notes: Iterable[Note]) -> None:
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            shopper_id=note.keeper.shopper_id,
            gtin=note.gtin,
            lot=note.lot,
            scanned_at=note.scanned_at,
        )
        for note in notes
        if note.keeper
    )


def _run(
    statement: str, rows: Sequence[tuple[Any, ...]], *, returning: bool = False
) -> list[tuple[Any, ...]]:
    """Insert `rows` by one statement, in the order given."""
    if not rows:
        return []
    marks = f"({', '.join(['%s'] * len(rows[0]))})"
    values = [value for row in rows for value in row]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=", ".join([marks] * len(rows))), values)
        return cursor.fetchall() if returning else []


def _date(day: Any) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _uuid(identifier: UUID) -> Any:
    # SQLite has no such type and holds 32 hexadecimal digits.
    native = connection.features.has_native_uuid_field
    return identifier if native else identifier.hex
