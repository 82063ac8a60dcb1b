"""
A tree that grows leaf by leaf and forgets them: audits recompute with it. Pure.

It holds the roots of the perfect subtrees so far, one a height, and the unfinished tile
of each level: some kilobytes, whatever the size.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ledger.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Span,
    joined,
    node_hash,
    perfect_parts,
    root_of,
)
from ledger.tiles import BITS, WIDTH, TileId, hashes_of


class Finished(NamedTuple):
    """A tile that has all of its hashes."""

    tile: TileId
    data: bytes


class Growing:
    """The tree over the leaf hashes that were added."""

    def __init__(self) -> None:
        self.size = 0
        # Roots of perfect subtrees, the largest first, with their sizes.
        self._parts: list[tuple[int, bytes]] = []
        self._open: list[bytearray] = []

    @classmethod
    def resumed(cls, size: int, edge: dict[TileId, bytes]) -> "Growing":
        """
        Return the tree of `size` leaves, a multiple of 256, from the tiles at its edge.

        Nothing of it is verified but by the roots that come out of it later.
        """
        if size % WIDTH:
            raise ValueError("It is resumed behind a whole tile")
        tree = cls()
        tree.size = size
        level = 0
        while size >> (BITS * level):
            count = size >> (BITS * level)
            data = edge.get(TileId(level, count // WIDTH), b"")
            tree._open.append(bytearray(data[: count % WIDTH * HASH_BYTES]))
            level += 1
        for above in reversed(range(level)):
            hashes = hashes_of(bytes(tree._open[above]))
            tree._parts += [
                (part.size << (BITS * above), root_of(hashes[part.start : part.end]))
                for part in perfect_parts(Span(0, len(hashes)))
            ]
        return tree

    @property
    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._parts:
            return EMPTY_ROOT
        return joined([root for _size, root in self._parts])

    def add(self, leaf: bytes) -> list[Finished]:
        """Add a leaf hash, and return the tiles that it finished."""
        self.size += 1
        size, root = 1, leaf
        while self._parts and self._parts[-1][0] == size:
            root = node_hash(self._parts.pop()[1], root)
            size *= 2
        self._parts.append((size, root))
        return self._finished(leaf)

    def open_tiles(self) -> Iterable[Finished]:
        """Yield the unfinished tiles, with the hashes that they have so far."""
        for level, data in enumerate(self._open):
            if data:
                n = (self.size >> (BITS * level)) // WIDTH
                yield Finished(TileId(level, n), bytes(data))

    def _finished(self, one: bytes) -> list[Finished]:
        done: list[Finished] = []
        for level in range(len(self._open) + 1):
            if level == len(self._open):
                self._open.append(bytearray())
            data = self._open[level]
            data += one
            if len(data) < WIDTH * HASH_BYTES:
                break
            n = (self.size >> (BITS * level)) // WIDTH - 1
            done.append(Finished(TileId(level, n), bytes(data)))
            # The root of a whole tile is a hash of the level above.
            one = root_of(hashes_of(bytes(data)))
            data.clear()
        return done
