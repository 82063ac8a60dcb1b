"""
Tiles, in which the tree is stored and served (C2SP tlog-tiles). Pure.

Hash `i` of the tile `n` of `level` is the root of the perfect subtree of 256**level
leaves that begins at leaf (256·n + i)·256**level. A tile is the join of its hashes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ledger.merkle import HASH_BYTES, Span, joined, perfect_parts, root_of

WIDTH = 256
BITS = 8
# A tree of 2**40 leaves needs no more.
MAX_LEVEL = 5
_GROUP = 1000
PATH = re.compile(r"(?:x\d{3}/)*\d{3}")


class TileId(NamedTuple):
    """Which tile."""

    level: int
    n: int


Read = Callable[[TileId], bytes]


def path_of(n: int) -> str:
    """Return the number of a tile as it stands in addresses: `x001/x234/067`."""
    groups = [f"{n % _GROUP:03}"]
    while n >= _GROUP:
        n //= _GROUP
        groups.append(f"x{n % _GROUP:03}")
    return "/".join(reversed(groups))


def number_of(path: str) -> int:
    """Return the number that `path` writes; raise `ValueError` on another spelling."""
    if not PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no number of a tile")
    number = int(path.replace("x", "").replace("/", ""))
    if path_of(number) != path:
        raise ValueError(f"{path!r} has groups too many")
    return number


def width(tile: TileId, size: int) -> int:
    """Return how many hashes a tile has in a tree of `size` leaves, 0 if it has not."""
    at_level = size >> (BITS * tile.level)
    return max(0, min(WIDTH, at_level - WIDTH * tile.n))


def tiles_of(size: int) -> Iterable[TileId]:
    """Yield every tile of a tree of `size` leaves."""
    level = 0
    while at_level := size >> (BITS * level):
        for n in range(-(-at_level // WIDTH)):
            yield TileId(level, n)
        level += 1


def hashes_of(data: bytes) -> list[bytes]:
    """Return the hashes of a tile's bytes."""
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def tiles_for(spans: Iterable[Span]) -> set[TileId]:
    """Return the tiles that hold what `hash_of` needs for these subtrees."""
    return {_place(part)[0] for span in spans for part in perfect_parts(span)}


def hash_of(span: Span, read: Read) -> bytes:
    """Return the hash of a subtree; `read` gives the bytes of the tiles it needs."""
    return joined([_perfect_hash(part, read) for part in perfect_parts(span)])


def _perfect_hash(part: Span, read: Read) -> bytes:
    tile, first, count = _place(part)
    data = read(tile)[first * HASH_BYTES : (first + count) * HASH_BYTES]
    if len(data) != count * HASH_BYTES:
        raise ValueError(f"The tile {tile} is narrower than {first + count}")
    return root_of(hashes_of(data))


def _place(part: Span) -> tuple[TileId, int, int]:
    """Return the tile of a perfect subtree, its first hash there, and how many."""
    height = part.size.bit_length() - 1
    level, above = divmod(height, BITS)
    position = part.start >> (BITS * level)
    return TileId(level, position // WIDTH), position % WIDTH, 1 << above


def edge_of(size: int) -> list[TileId]:
    """Return the tiles, level by level, to which the next leaves are added."""
    levels = max(1, -(-max(size.bit_length(), 1) // BITS))
    return [
        TileId(level, (size >> (BITS * level)) // WIDTH)
        for level in range(levels)
        if width(TileId(level, (size >> (BITS * level)) // WIDTH), size)
    ]


class Growth(NamedTuple):
    """What leaves that were added changed."""

    # Whole new bytes of each tile that grew.
    tiles: dict[TileId, bytes]
    root: bytes


def grow(size: int, edge: dict[TileId, bytes], leaves: Sequence[bytes]) -> Growth:
    """
    Add leaf hashes to a tree of `size` leaves, of which `edge_of(size)` is known.

    Raise `ValueError` when a tile of the edge has not the width that it should.
    """
    for tile in edge_of(size):
        if len(edge.get(tile, b"")) != width(tile, size) * HASH_BYTES:
            raise ValueError(f"The tile {tile} is not of a tree of {size}")
    changed: dict[TileId, bytes] = {}
    # The unfinished tile of each level, as it is after what was added.
    open_tiles: list[bytes] = []
    level, added = 0, list(leaves)
    while added or size >> (BITS * level):
        count = size >> (BITS * level)
        data = bytearray(edge.get(TileId(level, count // WIDTH), b""))
        full: list[bytes] = []
        for one in added:
            data += one
            if len(data) == WIDTH * HASH_BYTES:
                changed[TileId(level, count // WIDTH)] = bytes(data)
                full.append(root_of(hashes_of(bytes(data))))
                data.clear()
            count += 1
        if added and data:
            changed[TileId(level, count // WIDTH)] = bytes(data)
        open_tiles.append(bytes(data))
        level, added = level + 1, full
    return Growth(changed, _root(open_tiles))


def _root(open_tiles: Sequence[bytes]) -> bytes:
    """Return the root of a tree from its unfinished tiles, the lowest level first."""
    parts: list[bytes] = []
    for data in reversed(open_tiles):
        hashes = hashes_of(data)
        parts += [
            root_of(hashes[part.start : part.end])
            for part in perfect_parts(Span(0, len(hashes)))
        ]
    return joined(parts) if parts else root_of([])
