"""Entries as other rooms append them, and the log that comes of them."""

import threading
import uuid

from django.db import transaction

from ledger import keeping, leaves, log_keys, merkle, notes, tiles
from ledger.leaves import Kind
from ledger.models import Checkpoint, Entry, Tile
from ledger.services import Draft, append_entries


def draft(number: int = 0, *, after: Entry | None = None) -> Draft:
    content = b'{"n":%d}' % number
    return Draft(Kind.SHEET_REVISION, content, leaves.new_salt(), uuid.uuid4(), after)


def append(count: int) -> list[Entry]:
    """Append entries of as many subjects, in one transaction."""
    with transaction.atomic():
        return append_entries([draft(number) for number in range(count)])


def sequence() -> None:
    """Place whatever waits."""
    while keeping.sequence_waiting(threading.Event()).done.placed:
        pass


def log_of(count: int) -> list[Entry]:
    """Append and place entries; return them in the log's order."""
    append(count)
    sequence()
    return list(Entry.objects.placed())


def head() -> tuple[Checkpoint, notes.Checkpoint]:
    """Return the newest head, as a row and as its verified note says."""
    row = Checkpoint.objects.order_by("-size")[0]
    note = notes.open_note(row.note.encode(), log_keys.known_keys())
    return row, notes.parse_checkpoint(note.text)


def require_whole() -> None:
    """Recompute everything that is stored from the leaves; raise where it differs."""
    hashes = [merkle.leaf_hash(bytes(entry.leaf)) for entry in Entry.objects.placed()]
    places = list(Entry.objects.placed().values_list("position", flat=True))
    assert places == list(range(len(hashes)))
    for row in Checkpoint.objects.all():
        assert bytes(row.root) == merkle.root_of(hashes[: row.size]), row
    row, said = head()
    assert (
        (row.size, bytes(row.root))
        == (said.size, said.root)
        == (
            len(hashes),
            merkle.root_of(hashes),
        )
    )
    grown = tiles.grow(0, {}, hashes).tiles
    stored = {
        tiles.TileId(tile.level, tile.n): bytes(tile.data)
        for tile in Tile.objects.all()
    }
    assert stored == grown
