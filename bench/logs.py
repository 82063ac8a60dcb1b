"""What the measurements of the log have in common: a database, entries, an audit."""

import contextlib
import os
import tempfile
import uuid
from bisect import bisect_right
from collections.abc import Iterator
from statistics import quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.models import Entry

# As much as `append_entries` is given at once where a backlog is made.
AT_ONCE = 1_000


@contextlib.contextmanager
def standing(*, sqlite: bool = False) -> Iterator[None]:
    """Lend an empty database of our own, durable as in production, with its tables."""
    from config.testing.postgres import FOR_TESTS, postgres

    durable = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on")
    with tempfile.TemporaryDirectory(prefix="flashsesame-log-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        with contextlib.ExitStack() as stack:
            if sqlite:
                os.environ.pop("FLASHSESAME_DATABASE_URL", None)
            else:
                settings = {**FOR_TESTS, **durable}
                url = stack.enter_context(postgres(settings))
                os.environ["FLASHSESAME_DATABASE_URL"] = url
            _begin()
            from django.db import connections

            try:
                yield
            finally:
                connections.close_all()


def _begin() -> None:
    import django

    django.setup()
    import logging

    import structlog
    from django.db import connections

    from bench import databases

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    logging.disable(logging.WARNING)
    databases.prepare()
    connections.close_all()


def append(count: int) -> "list[Entry]":
    """Append entries of as many subjects in one transaction, as a room would."""
    from django.db import transaction

    from ledger import leaves
    from ledger.services import Draft, append_entries

    actor, salt = uuid.uuid4(), leaves.new_salt()
    drafts = [
        Draft(leaves.Kind.SHEET_REVISION, b'{"n":%d}' % number, salt, actor)
        for number in range(count)
    ]
    with transaction.atomic():
        return append_entries(drafts)


def fill(count: int) -> None:
    """Append a backlog."""
    for begun in range(0, count, AT_ONCE):
        append(min(AT_ONCE, count - begun))


def drain(limit: int) -> int:
    """Sequence what waits in batches of `limit`; return how many entries that were."""
    from ledger import sequencing

    count = 0
    while placed := sequencing.sequence(limit).placed:
        count += placed
    return count


def wrongs(known: set[int]) -> list[str]:
    """
    Recompute the whole log from its leaves; return what is not as it should be.

    `known` are the numbers of entries whose commit somebody saw.
    """
    from ledger import log_keys, merkle, notes
    from ledger.models import Checkpoint, Entry

    rows = Entry.objects.placed().values_list("position", "pk", "leaf", "leaf_hash")
    found = list(rows)
    hashes = [merkle.leaf_hash(bytes(leaf)) for _at, _pk, leaf, _hash in found]
    wrong = []
    if [at for at, *_ in found] != list(range(len(found))):
        wrong.append("positions have a gap, or one is doubled")
    if lost := known - {pk for _at, pk, *_ in found}:
        wrong.append(f"{len(lost)} committed entries are not in the log")
    if any(bytes(row[3]) != one for row, one in zip(found, hashes, strict=True)):
        wrong.append("a leaf hash is not of its leaf")
    for head in Checkpoint.objects.order_by("-size")[:3]:
        opened = notes.open_note(head.note.encode(), log_keys.known_keys())
        said = notes.parse_checkpoint(opened.text)
        if said.root != merkle.root_of(hashes[: said.size]) or said.size != head.size:
            wrong.append(f"the head of size {head.size} has another root")
    newest = Checkpoint.objects.order_by("-size").first()
    if (newest.size if newest else 0) != len(found):
        wrong.append("the newest head is not of every entry that has a place")
    return wrong + _tree_wrongs(hashes)


def _tree_wrongs(hashes: list[bytes]) -> list[str]:
    from ledger import tiles
    from ledger.models import Tile

    grown = tiles.grow(0, {}, hashes).tiles
    rows = Tile.objects.values_list("level", "n", "data")
    stored = {tiles.TileId(level, n): bytes(data) for level, n, data in rows}
    return [] if stored == grown else ["the stored tiles are not of these leaves"]


def delays() -> list[float]:
    """Return for each entry the seconds from when it was made to when it was public."""
    from ledger.models import Checkpoint, Entry

    heads = list(
        Checkpoint.objects.exclude(published_at=None)
        .order_by("size")
        .values_list("size", "published_at")
    )
    sizes = [size for size, _at in heads]
    rows = Entry.objects.placed().values_list("position", "created_at")
    return [
        (heads[bisect_right(sizes, at or 0)][1] - made).total_seconds()  # type: ignore[operator]
        for at, made in rows
    ]


def percentiles(values: list[float]) -> tuple[float, float]:
    """Return the median, and what 99 of 100 do not exceed."""
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    hundredths = quantiles(values, n=100)
    return hundredths[49], hundredths[98]
