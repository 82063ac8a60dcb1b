"""How events of the supply chain are logged, and that one was declared wrong."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from companies.entering import Book, catch_up, lock_companies, record, written
from ledger.leaves import Kind
from ledger.models import Entry
from products.models import Event, EventCorrection

R = TypeVar("R", Event, EventCorrection)


def _event(event: Event) -> bytes:
    return written(
        {
            "hash": event.hash,
            "event_id": event.event_id,
            "event": event.body,
            "namespaces": event.namespaces,
        }
    )


EVENTS = Book(
    name="products.events",
    model=Event,
    kinds=frozenset({Kind.SUPPLY_EVENT}),
    kind=lambda _row: Kind.SUPPLY_EVENT,
    content=_event,
    actor=lambda row: row.company_id,
    before=lambda rows: [None] * len(rows),
    lock=lambda rows: lock_companies(row.company_id for row in rows),
)


def _correction(correction: EventCorrection) -> bytes:
    # To the microsecond: by it, one declaration is told from another.
    declared_at = correction.declared_at.astimezone(UTC)
    return written(
        {
            "hash": correction.event_id,
            "declared_at": declared_at.isoformat(timespec="microseconds"),
            "declaration": correction.body,
        }
    )


def _corrections_before(
    rows: Sequence[EventCorrection],
) -> list[EventCorrection | None]:
    """Return the correction recorded before each, of the same event."""
    known = EventCorrection.objects.filter(event__in={row.event_id for row in rows})
    earlier = list(known.only("event", "entry").order_by("-pk"))
    return [
        next(
            (
                one
                for one in earlier
                if one.event_id == row.event_id
                and (row._state.adding or one.pk < row.pk)
            ),
            None,
        )
        for row in rows
    ]


def _enter_events(rows: Sequence[EventCorrection]) -> None:
    """Give each row its event with its entry, which the first correction follows."""
    catch_up(EVENTS, {row.event_id for row in rows})
    events = Event.objects.select_related("entry").only("entry")
    known = events.in_bulk({row.event_id for row in rows})
    for row in rows:
        row.event = known[row.event_id]


def _begin(correction: EventCorrection) -> Entry | None:
    return correction.event.entry


CORRECTIONS = Book(
    name="products.corrections",
    model=EventCorrection,
    kinds=frozenset({Kind.SUPPLY_EVENT}),
    kind=lambda _row: Kind.SUPPLY_EVENT,
    content=_correction,
    actor=lambda row: row.capture.company_id,
    before=_corrections_before,
    lock=lambda rows: lock_companies(row.capture.company_id for row in rows),
    prepare=_enter_events,
    begin=_begin,
    related=("capture",),
)


def record_events(made: Iterable[Event]) -> None:
    """
    Insert events that nobody had captured a moment ago, each with its entry.

    Another company may capture the same ones at the same moment: whose are stored is
    then seen afterwards, and only those are entered.
    """
    rows = list(made)
    try:
        with transaction.atomic():
            record(EVENTS, rows)
    except IntegrityError:
        stored = _insert(Event, rows).filter(pk__in=[row.pk for row in rows])
        catch_up(EVENTS, list(stored.values_list("pk", flat=True)))


def record_corrections(made: Iterable[EventCorrection]) -> None:
    """Insert that events were declared wrong, each with its entry, in the same way."""
    rows = list(made)
    try:
        with transaction.atomic():
            record(CORRECTIONS, rows)
    except IntegrityError:
        keys = {row.event_id for row in rows}
        stored = _insert(EventCorrection, rows).filter(event__in=keys)
        catch_up(CORRECTIONS, list(stored.values_list("pk", flat=True)))


def _insert(model: type[R], rows: Sequence[R]) -> QuerySet[R]:
    """Insert what is not there yet, without entry; return what these captures wrote."""
    for row in rows:
        row.entry, row.salt = None, None
    model._default_manager.bulk_create(rows, ignore_conflicts=True)
    captures = {row.capture_id for row in rows}
    return model._default_manager.filter(capture__in=captures)
