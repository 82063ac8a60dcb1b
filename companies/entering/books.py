"""
How the rows of a table are logged, whatever the table.

Rows of one subject follow one another: a book says which row comes before another, and
its caller holds the lock under which nobody else adds one. A row that is older than the
log is entered first, so that no version is left out.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from django.db import models, transaction
from django.db.models import Q

from ledger.contents import Content, Source
from ledger.leaves import Kind, new_salt
from ledger.models import Entry
from ledger.services import Draft, append_entries

M = TypeVar("M", bound=models.Model)
_ROWS = 500


def _nothing(_rows: Sequence[Any]) -> None:
    """Need nothing of other tables."""


def _anew(_row: Any) -> Entry | None:
    """Begin a subject."""
    return None


@dataclass(frozen=True)
class Book(Generic[M]):
    """How the rows of one table are logged."""

    name: str
    model: type[M]
    kinds: frozenset[Kind]
    kind: Callable[[M], Kind]
    content: Callable[[M], bytes]
    actor: Callable[[M], uuid.UUID | None]
    # The row before each of these in its subject, if there is one.
    before: Callable[[Sequence[M]], Sequence[M | None]]
    # Holds up whoever would add to the subjects of these rows, in the order of keys.
    lock: Callable[[Sequence[M]], None]
    # Enters and loads what the contents of these rows name.
    prepare: Callable[[Sequence[M]], None] = _nothing
    # What a row follows that has no row before it.
    begin: Callable[[M], Entry | None] = _anew
    # Which rows are logged at all.
    among: Q = field(default_factory=Q)
    # What to load with a row that is read, and what never to load.
    related: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()
    entry: str = "entry"
    salt: str = "salt"

    @property
    def rows(self) -> models.QuerySet[M]:
        """Return all rows, loaded as composing their contents needs it."""
        rows = self.model._default_manager.order_by("pk").defer(*self.deferred)
        return rows.select_related(*self.related) if self.related else rows

    @property
    def backlog(self) -> models.QuerySet[M]:
        """Return the rows that have no entry yet."""
        return self.rows.filter(self.among, **{self.entry: None})


def record(
    book: Book[M], rows: Iterable[M], *, before: Sequence[M | None] | None = None
) -> list[M]:
    """
    Insert rows with their entries, in the caller's transaction, and return them.

    A few queries, however many rows. `before` spares the question which rows come
    before; none of the rows may come before another of them.
    """
    made = list(rows)
    with transaction.atomic():
        _enter(book, made, before)
        return book.model._default_manager.bulk_create(made, batch_size=_ROWS)


def catch_up(book: Book[M], keys: Iterable[Any]) -> None:
    """
    Enter rows that are there already, after those before them that are not entered.

    Nothing is done to a row that has its entry. The caller holds the subjects' locks.
    """
    waves = []
    missing = _unentered(book, keys)
    while missing:
        waves.append(missing)
        earlier = [row.pk for row in book.before(missing) if row is not None]
        missing = _unentered(book, earlier)
    done: set[Any] = set()
    for wave in reversed(waves):
        rows = [row for row in wave if row.pk not in done]
        _enter(book, rows)
        names = [book.entry, book.salt]
        book.model._default_manager.bulk_update(rows, names, batch_size=_ROWS)
        done |= {row.pk for row in rows}


@transaction.atomic
def work_off(book: Book[M], count: int) -> int:
    """Enter up to `count` of the oldest rows that have no entry; return how many."""
    rows = list(book.backlog[:count])
    if rows:
        book.lock(rows)
        catch_up(book, [row.pk for row in rows])
    return len(rows)


def source(book: Book[M]) -> Source:
    """Return what audits must know of a table."""

    def read(entries: Sequence[int]) -> Mapping[int, Content]:
        rows = book.rows.filter(**{f"{book.entry}__in": list(entries)})
        return {
            getattr(row, f"{book.entry}_id"): Content(
                bytes(getattr(row, book.salt)), book.content(row)
            )
            for row in rows
            # Erased, it has none, and its content is not what it was.
            if getattr(row, book.salt)
        }

    return Source(book.name, book.kinds, read, lambda: book.backlog.count())


def _unentered(book: Book[M], keys: Iterable[Any]) -> list[M]:
    return list(book.backlog.filter(pk__in=list(keys)))


def _enter(
    book: Book[M], rows: Sequence[M], before: Sequence[M | None] | None = None
) -> None:
    """Append an entry for each row, and tell the rows, which are not saved by that."""
    if not rows:
        return
    book.prepare(rows)
    before = book.before(rows) if before is None else before
    entries = _entries(book, [row for row in before if row is not None])
    drafts = []
    for row, previous in zip(rows, before, strict=True):
        if not getattr(row, book.salt):
            setattr(row, book.salt, new_salt())
        drafts.append(
            Draft(
                book.kind(row),
                book.content(row),
                bytes(getattr(row, book.salt)),
                book.actor(row),
                entries[previous.pk] if previous else book.begin(row),
            )
        )
    for row, entry in zip(rows, append_entries(drafts), strict=True):
        setattr(row, book.entry, entry)


def _entries(book: Book[M], rows: Sequence[M]) -> dict[Any, Entry]:
    """Return the entry of each row by the row's key, entering those that have none."""
    column = cast("models.ForeignKey[Any]", book.model._meta.get_field(book.entry))
    found = {
        row.pk: getattr(row, book.entry)
        for row in rows
        if getattr(row, f"{book.entry}_id") and column.is_cached(row)
    }
    keys = [row.pk for row in rows if row.pk not in found]
    if keys:
        # Read anew: another may have entered them since they were loaded.
        found |= _stored(book, keys)
    if missing := [key for key in keys if found[key] is None]:
        catch_up(book, missing)
        found |= _stored(book, missing)
    return found


def _stored(book: Book[M], keys: Sequence[Any]) -> dict[Any, Entry | None]:
    rows = book.model._default_manager.filter(pk__in=keys).only("pk", book.entry)
    return {row.pk: getattr(row, book.entry) for row in rows.select_related(book.entry)}
