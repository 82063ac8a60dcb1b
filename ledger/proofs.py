"""
What the log proves as it is published: roots, hashes and proofs from its stored tiles.

Nothing here goes past the published size: what is numbered but not yet published is no
promise. All tiles of a proof are read by one query.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from ledger import log_keys, merkle, notes, proof_files, tiles
from ledger.merkle import Span
from ledger.models import Checkpoint, Entry, Tile


class NotInLog(LookupError):
    """The log, as far as it is published, has no such entry or size."""


class Published(NamedTuple):
    """The latest published head, with everybody's signatures."""

    size: int
    root: bytes
    # The signed note as it is served.
    note: str


class Placed(NamedTuple):
    """One entry of the published log."""

    position: int
    leaf: bytes
    leaf_hash: bytes


def published() -> Published | None:
    """Return the head that readers are served, if there is one. Two queries."""
    rows = Checkpoint.objects.exclude(published_at=None).order_by("-size")
    head = rows.prefetch_related("cosignatures").first()
    if head is None:
        return None
    return Published(head.size, bytes(head.root), served_note(head))


def published_size() -> int:
    """Return how many entries are published. One query."""
    return _latest().values_list("size", flat=True).first() or 0


def signing_keys() -> list[notes.VerifierKey]:
    """
    Return the keys that signed the newest head, the newest first. Three queries.

    Without a head, those that will sign. Only public halves are looked at: who serves
    the log need not have what signs it.
    """
    newest = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()
    known = log_keys.known_keys()
    if newest is None:
        return known
    signed = {one.key_id for one in notes.read_note(newest.encode()).signatures}
    return [key for key in known if key.key_id in signed]


def served_note(checkpoint: Checkpoint) -> str:
    """Return a checkpoint as it is served: our signatures, then those of witnesses."""
    cosignatures = sorted(checkpoint.cosignatures.all(), key=lambda one: one.pk)
    return checkpoint.note + "".join(f"{one.line}\n" for one in cosignatures)


def tile_bytes(tile: tiles.TileId, width: int) -> bytes | None:
    """
    Return the first `width` hashes of a tile, if so many are published. One query.

    A width that the tile only had in between is as good as its present one.
    """
    found = (
        Tile.objects.filter(level=tile.level, n=tile.n)
        .values_list("data", _published_size())
        .first()
    )
    if found is None:
        return None
    data, size = found
    if not 0 < width <= tiles.width(tile, size):
        return None
    return bytes(data[: width * merkle.HASH_BYTES])


def bundled_leaves(n: int, width: int) -> list[bytes] | None:
    """Return the first `width` leaves of a bundle, if they are published. One query."""
    start = n * tiles.WIDTH
    rows = (
        Entry.objects.filter(position__gte=start, position__lt=start + width)
        .order_by("position")
        .values_list("leaf", _published_size())
    )
    found = list(rows)
    if len(found) != width or found[0][1] < start + width:
        return None
    return [bytes(leaf) for leaf, _size in found]


def entry_at(position: int) -> Placed:
    """Return a published entry, or raise `NotInLog`. One query."""
    found = (
        Entry.objects.filter(position=position)
        .values_list("leaf", "leaf_hash", _published_size())
        .first()
    )
    if found is None or position >= found[2]:
        raise NotInLog(position)
    return Placed(position, bytes(found[0]), bytes(found[1]))


def inclusion_proof(position: int, size: int) -> list[bytes]:
    """
    Return the hashes from a leaf to the root of the tree of `size` leaves. One query.

    Raise `ValueError` unless the tree has that leaf; `size` is for the caller to bound.
    """
    return hashes(merkle.inclusion_spans(position, size))


def consistency_proof(first: int, second: int) -> list[bytes]:
    """
    Return the hashes by which the second tree extends the first. One query.

    Raise `ValueError` unless 0 < first ≤ second; `second` is for the caller to bound.
    """
    return hashes(merkle.consistency_spans(first, second))


def root_at(size: int) -> bytes:
    """Return the root of the tree when it had `size` leaves. One query, or none."""
    return hashes([Span(0, size)])[0] if size else merkle.EMPTY_ROOT


def hashes(spans: Sequence[Span]) -> list[bytes]:
    """Return the hashes of subtrees, their tiles read together. One query, or none."""
    stored = _stored(tiles.tiles_for(spans))
    return [tiles.hash_of(span, stored.__getitem__) for span in spans]


def proof_of(position: int | None) -> proof_files.ProofFile:
    """
    Return the proof file of an entry, with its leaf, below the published head.

    Raise `NotInLog` when it has no place, or is not published yet. Four queries.
    """
    head = published()
    if position is None or head is None or position >= head.size:
        raise NotInLog(position)
    return proof_files.ProofFile(
        position,
        tuple(inclusion_proof(position, head.size)),
        head.note,
        entry_at(position).leaf,
    )


def _stored(wanted: Iterable[tiles.TileId]) -> dict[tiles.TileId, bytes]:
    keys = [tuple(one) for one in wanted]
    if not keys:
        return {}
    rows = Tile.objects.filter(pk__in=keys).values_list("level", "n", "data")
    return {tiles.TileId(level, n): bytes(data) for level, n, data in rows}


def _latest() -> QuerySet[Checkpoint]:
    return Checkpoint.objects.exclude(published_at=None).order_by("-size")


def _published_size() -> Coalesce:
    """Return the published size as one more column of whatever is asked for."""
    return Coalesce(Subquery(_latest().values("size")[:1]), 0)
