"""
Sequencing: pending entries get their places, the tree grows, its head is signed.

All of it in one transaction, so that a crash leaves nothing half done. The lock of
`State` lets one sequencer work at a time; a second one finds nothing left to do.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ledger import log_keys, notes, numbering, tiles
from ledger.merkle import HASH_BYTES
from ledger.models import Checkpoint, Entry, State, Tile, Witness

# Bounded, since nobody else writes to SQLite meanwhile.
BATCH = 2048
_THE_ONE = 1


class TreeBroken(Exception):
    """The stored tree is not what the log's state says; nothing more is added to it."""


class Sequenced(NamedTuple):
    """How many entries were placed, and the size of the log then."""

    placed: int
    size: int


def has_pending() -> bool:
    """Say whether an entry waits for its place: one look at a small index."""
    return Entry.objects.filter(position=None).exists()


def oldest_pending() -> datetime | None:
    """Return since when the longest waiting entry waits; `None` when none does."""
    pending = Entry.objects.pending().values_list("created_at", flat=True)
    return pending.first()


@transaction.atomic
def sequence(limit: int = BATCH) -> Sequenced:
    """
    Place up to `limit` pending entries and sign one checkpoint over all that are.

    Without any, nothing is signed: there are never two heads of one size. It is
    published at once unless a witness is required, of which `publish` knows.
    """
    state = _locked_state()
    leaves = numbering.number_pending(state.size, aligned(state.size, limit))
    if not leaves:
        return Sequenced(0, state.size)
    growth = _grown(state.size, leaves)
    _store(growth, state.size)
    state.size += len(leaves)
    # The name in every checkpoint is the first one's.
    state.origin = state.origin or log_keys.origin()
    state.looked_at = timezone.now()
    state.save(update_fields=["size", "origin", "looked_at"])
    _sign(state, growth.root, state.looked_at)
    return Sequenced(len(leaves), state.size)


def aligned(size: int, limit: int) -> int:
    """
    Return how many entries to take at once, `limit` or a little less.

    So that of a backlog each tile is written once, when it is full: what a tile was
    before stays in the database as a dead row for a while.
    """
    over = (size + limit) % tiles.WIDTH
    return limit - over if over < limit else limit


def publish(size: int) -> bool:
    """
    Publish the checkpoint of a size once every required witness has signed it.

    Return whether it is published by now; a repeat changes nothing.
    """
    found = Checkpoint.objects.filter(size=size)
    missing = Witness.objects.filter(is_enabled=True, is_required=True).exclude(
        cosignatures__checkpoint=size
    )
    if not missing.exists():
        found.filter(published_at=None).update(published_at=timezone.now())
    return found.exclude(published_at=None).exists()


def sign_of_life() -> None:
    """Leave the moment at which a sequencer looked and had nothing to do."""
    now = timezone.now()
    if not State.objects.filter(pk=_THE_ONE).update(looked_at=now):
        State.objects.get_or_create(pk=_THE_ONE, defaults={"looked_at": now})


def last_look() -> datetime | None:
    """Return when a sequencer last looked; `None` when none ever did."""
    return State.objects.values_list("looked_at", flat=True).first()


def _locked_state() -> State:
    locked = State.objects.select_for_update().filter(pk=_THE_ONE)
    state = locked.first()
    if state is None:
        State.objects.get_or_create(pk=_THE_ONE)
        state = locked.get()
    return state


def _grown(size: int, leaves: Sequence[bytes]) -> tiles.Growth:
    try:
        return tiles.grow(size, _edge(size), leaves)
    except ValueError as error:
        raise TreeBroken(str(error)) from error


def _edge(size: int) -> dict[tiles.TileId, bytes]:
    wanted = tiles.edge_of(size)
    if not wanted:
        return {}
    either = reduce(or_, (Q(level=tile.level, n=tile.n) for tile in wanted))
    rows = Tile.objects.filter(either).values_list("level", "n", "data")
    return {tiles.TileId(level, n): bytes(data) for level, n, data in rows}


def _store(growth: tiles.Growth, size: int) -> None:
    new = []
    for tile, data in growth.tiles.items():
        before, width = tiles.width(tile, size), len(data) // HASH_BYTES
        if not before:
            new.append(Tile(level=tile.level, n=tile.n, width=width, data=data))
            continue
        same = Tile.objects.filter(level=tile.level, n=tile.n, width=before)
        if same.update(width=width, data=data) != 1:
            raise TreeBroken(f"The tile {tile} is not {before} wide")
    Tile.objects.bulk_create(new)


def _sign(state: State, root: bytes, at: datetime) -> None:
    text = str(notes.Checkpoint(state.origin, state.size, root))
    note = notes.Note(text, log_keys.sign(text, state.origin))
    waits = Witness.objects.filter(is_enabled=True, is_required=True).exists()
    Checkpoint.objects.create(
        size=state.size,
        root=root,
        note=str(note),
        created_at=at,
        published_at=None if waits else at,
    )
