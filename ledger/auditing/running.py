"""One pass over the log, in the order of its entries."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ledger import append_only, merkle, tiles
from ledger.auditing import entries as looking
from ledger.auditing import tree as comparing
from ledger.auditing.findings import Finding, found
from ledger.compact import Finished, Growing
from ledger.models import Checkpoint, Entry, State, Tile

# Whole tiles, so that a step finishes some.
STEP = 1024


class Progress(NamedTuple):
    """How far an audit is, in entries."""

    done: int
    size: int


class Audit:
    """
    An audit of the log as it is when it begins.

    `since` begins behind that many entries: what was before is taken as an earlier
    audit found it, and bound by the roots of all later heads. `is_quick` leaves out the
    contents, which the rooms keep.
    """

    def __init__(
        self,
        *,
        since: int = 0,
        is_quick: bool = False,
        report: Callable[[Progress], Any] = lambda _progress: None,
    ) -> None:
        self._is_quick = is_quick
        self._report = report
        self.size = _size()
        # Only whole tiles can be taken over.
        self.since = min(since, self.size) // tiles.WIDTH * tiles.WIDTH
        self.count = 0

    def findings(self) -> Iterator[Finding]:
        """Yield what is not as it should be, while it is found."""
        yield from (found("trigger_missing", one) for one in append_only.missing())
        if not State.objects.exists() and Checkpoint.objects.exists():
            yield found("state_missing", "state")
        tree = Growing.resumed(self.since, _edge(self.since))
        heads = _Heads(self.since, self.size)
        yield from heads.check(tree)
        for start in range(self.since, self.size, STEP):
            rows = _placed(start, min(start + STEP, self.size))
            yield from self._look_at(rows)
            yield from self._grow(tree, heads, rows)
            self.count += len(rows)
            self._report(Progress(tree.size, self.size))
            if tree.size < min(start + STEP, self.size):
                # What follows cannot be in its place, and no root be right.
                yield found("entry_position_gap", f"entry {tree.size}")
                return
        yield from comparing.check_tiles(tree.open_tiles())
        yield from self._look_at_the_end(tree)

    def _look_at(self, rows: list[Entry]) -> Iterator[Finding]:
        yield from looking.check_bytes(rows)
        if not self._is_quick:
            yield from looking.check_contents(rows)

    def _grow(
        self, tree: Growing, heads: "_Heads", rows: list[Entry]
    ) -> Iterator[Finding]:
        """Add leaves to the tree, and compare it with what is stored."""
        finished: list[Finished] = []
        for entry in rows:
            if entry.position != tree.size:
                break
            # Of the bytes, not of the stored hash.
            finished += tree.add(merkle.leaf_hash(bytes(entry.leaf)))
            yield from heads.check(tree)
        yield from comparing.check_tiles(finished)

    def _look_at_the_end(self, tree: Growing) -> Iterator[Finding]:
        last = 0
        while rows := list(Entry.objects.pending().filter(pk__gt=last)[:STEP]):
            last = rows[-1].pk
            yield from self._look_at(rows)
        if not self._is_quick:
            yield from looking.check_unlogged()
        beyond = Checkpoint.objects.filter(size__gt=self.size).order_by("size")
        too_large = [f"checkpoint {one.size}" for one in beyond[:10]]
        too_far = [
            looking.where(one)
            for one in Entry.objects.filter(position__gte=self.size)[:10]
        ]
        extent = list(comparing.check_extent(self.size, tree.open_tiles()))
        if _size() != self.size:
            # Numbered meanwhile: these are of a larger log, which is no fault.
            return
        yield from (found("checkpoint_beyond_log", one) for one in too_large)
        yield from (found("entry_beyond_log", one) for one in too_far)
        yield from extent
        if self.size and not Checkpoint.objects.filter(size=self.size).exists():
            yield found("checkpoint_missing", f"checkpoint {self.size}")


class _Heads:
    """The heads of the log, met one after the other as the tree grows."""

    def __init__(self, since: int, size: int) -> None:
        self._next = since
        self._last = size
        self._waiting: deque[Checkpoint] = deque()
        self._checker = comparing.HeadCheck()
        self._is_over = False

    def check(self, tree: Growing) -> Iterator[Finding]:
        """Compare the head of this size, if there is one."""
        self._fetch()
        while self._waiting and self._waiting[0].size <= tree.size:
            head = self._waiting.popleft()
            yield from self._checker.check(head, tree.root)
            self._fetch()

    def _fetch(self) -> None:
        if self._waiting or self._is_over:
            return
        rows = Checkpoint.objects.filter(size__gte=self._next, size__lte=self._last)
        ordered = rows.order_by("size").prefetch_related("cosignatures__witness")
        self._waiting.extend(ordered[:STEP])
        self._is_over = not self._waiting
        if self._waiting:
            self._next = self._waiting[-1].size + 1


def _size() -> int:
    return State.objects.values_list("size", flat=True).first() or 0


def _placed(start: int, end: int) -> list[Entry]:
    rows = Entry.objects.filter(position__gte=start, position__lt=end)
    return list(rows.order_by("position"))


def _edge(size: int) -> dict[tiles.TileId, bytes]:
    wanted = [tuple(tile) for tile in tiles.edge_of(size)]
    rows = Tile.objects.filter(pk__in=wanted) if wanted else ()
    return {tiles.TileId(row.level, row.n): bytes(row.data) for row in rows}
