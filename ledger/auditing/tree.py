"""What is looked at in the tree: tiles and heads, compared with the leaves."""

from collections.abc import Iterable, Iterator

from ledger import log_keys, notes
from ledger.auditing.findings import Finding, found
from ledger.compact import Finished
from ledger.merkle import HASH_BYTES
from ledger.models import Checkpoint, Cosignature, Tile
from ledger.tiles import TileId, width


def check_tiles(expected: Iterable[Finished]) -> Iterator[Finding]:
    """Yield the tiles that are not there, or have other bytes. One query."""
    wanted = {one.tile: one.data for one in expected}
    if not wanted:
        return
    rows = Tile.objects.filter(pk__in=[tuple(tile) for tile in wanted])
    stored = {TileId(row.level, row.n): row for row in rows}
    for tile, data in wanted.items():
        row = stored.get(tile)
        if row is None:
            yield found("tile_missing", _where(tile))
        # An unfinished tile may have grown since.
        elif bytes(row.data)[: len(data)] != data:
            yield found("tile_differs", _where(tile))
        elif len(row.data) != row.width * HASH_BYTES:
            yield found("tile_differs", _where(tile), "its width")


def check_extent(size: int, open_tiles: Iterable[Finished]) -> Iterator[Finding]:
    """Yield tiles, and hashes in them, that a log of `size` entries has not."""
    keys = Tile.objects.order_by("level", "n").values_list("level", "n")
    for level, n in keys.iterator(chunk_size=2000):
        if not width(TileId(level, n), size):
            yield found("tile_unknown", _where(TileId(level, n)))
    for tile, data in open_tiles:
        row = Tile.objects.filter(level=tile.level, n=tile.n).first()
        if row is not None and len(row.data) > len(data):
            yield found("tile_differs", _where(tile), "hashes too many")


class HeadCheck:
    """Compares heads with roots that were computed, and verifies who signed them."""

    def __init__(self) -> None:
        self._keys = log_keys.known_keys()
        self._origin = log_keys.origin()

    def check(self, head: Checkpoint, root: bytes) -> Iterator[Finding]:
        """Yield what is wrong with a head and with what witnesses signed."""
        where = f"checkpoint {head.size}"
        if bytes(head.root) != root:
            yield found("checkpoint_root_differs", where)
        text = str(notes.Checkpoint(self._origin, head.size, bytes(head.root)))
        try:
            note = notes.read_note(head.note.encode())
        except notes.NoteRefused as error:
            yield found("checkpoint_malformed", where, str(error))
            return
        if note.text != text or str(note) != head.note:
            yield found("checkpoint_malformed", where)
        try:
            verified = notes.open_note(head.note.encode(), self._keys)
        except notes.NoteRefused as error:
            yield found("checkpoint_not_signed", where, str(error))
        else:
            # Whatever stands below our head, we signed it.
            if len(verified.signatures) != len(note.signatures):
                yield found("checkpoint_not_signed", where, "a line of nobody known")
        for one in head.cosignatures.all():
            yield from _check_cosignature(one, text)


def _check_cosignature(one: Cosignature, text: str) -> Iterator[Finding]:
    where = f"checkpoint {one.checkpoint_id}, {one.witness}"
    try:
        key = notes.parse_verifier_key(one.witness.vkey)
        signature = notes.parse_signature(one.line)
        if (signature.name, signature.key_id) != (key.name, key.key_id):
            raise notes.NoteRefused("it names another key")
        notes.require_signed(text, signature, key)
    except notes.NoteRefused as error:
        yield found("cosignature_wrong", where, str(error))


def _where(tile: TileId) -> str:
    return f"tile {tile.level}/{tile.n}"
