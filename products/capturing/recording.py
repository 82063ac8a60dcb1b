"""
Recording what was checked.

Where a document is refused as a whole, it is recorded as a whole: one transaction, of
pieces that each take little memory. Otherwise a piece is a transaction, with the count
of events that are done: killed in the middle, it leaves nothing, and who takes the
capture next records it once. Rights are asked again, under the company's lock: what was
free when it was checked may have been declared by another company since.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from common.claims import Held, Lost
from companies.acts import note_act
from companies.models import Company
from products import entering
from products.capturing import checking, due, files, places, rights
from products.capturing.checking import Refused
from products.epcis.events import Event
from products.epcis.instants import instant
from products.models import Capture, EventCorrection, EventThing
from products.models import Event as Row


class Recorded(NamedTuple):
    """What a piece came to."""

    added: int
    corrected: int
    unchanged: int


def record(held: Held[Capture], until: float) -> None:
    """Record on until the moment `until` of the monotonic clock."""
    capture = held.row
    if capture.behaviour == Capture.Behaviour.ROLLBACK:
        _record_whole(held)
        return
    while capture.done < capture.readable and time.monotonic() < until:
        with transaction.atomic():
            _lock(held)
            _record_next(held)
            held.move(**_figures(capture))
    if capture.done >= capture.readable:
        with transaction.atomic():
            _finish(held)


@transaction.atomic
def _record_whole(held: Held[Capture]) -> None:
    capture = held.row
    _lock(held)
    while capture.done < capture.readable:
        _record_next(held)
    _finish(held)


def _lock(held: Held[Capture]) -> None:
    """
    Lock the capture, then the company, until the transaction ends.

    Who cancels waits for the end of the piece; who took the capture over is seen here.
    """
    capture = held.row
    locked = held.rows().select_for_update().filter(done=capture.done)
    if not locked.exists():
        raise Lost
    Company.objects.select_for_update().get(pk=capture.company_id)


def _record_next(held: Held[Capture]) -> None:
    capture = held.row
    start = capture.done
    events = checking.read_part(capture, files.CHECKED, start)
    refusals = list(rights.foreign(events, capture.company_id))
    if refusals and capture.behaviour == Capture.Behaviour.ROLLBACK:
        raise Refused(refusals[0].code, **refusals[0].values)
    foreign = {one.event for one in refusals}
    found = _write(capture, [one for one in events if one.index not in foreign])
    capture.added += found.added
    capture.corrected += found.corrected
    capture.unchanged += found.unchanged
    capture.failed += len(foreign)
    capture.done = min(start + checking.PART, capture.readable)


def _figures(capture: Capture) -> dict[str, int]:
    names = ("done", "added", "corrected", "unchanged", "failed")
    return {name: getattr(capture, name) for name in names}


def _finish(held: Held[Capture]) -> None:
    capture = held.row
    places.keep(capture, files.read_part(capture.pk, files.HEADER, 0))
    held.move(
        **_figures(capture) | {"done": capture.total},
        state=Capture.State.DONE,
        finished_at=timezone.now(),
        claim="",
    )
    note_act(
        company=capture.company,
        actor=capture.asked_by,
        kind="capture.done",
        subject=f"{capture.name}: {capture.added + capture.corrected}",
        subject_id=capture.pk,
    )


def _write(capture: Capture, events: Sequence[Event]) -> Recorded:
    """Write the events that are not there yet, and what they speak of."""
    # In the order of their keys, so that two who write the same wait in a line.
    by_hash = {rights.hexadecimal(one.event_hash): one for one in reversed(events)}
    known = set(Row.objects.filter(hash__in=by_hash).values_list("hash", flat=True))
    new = {key: by_hash[key] for key in sorted(by_hash.keys() - known)}
    entering.record_events(_row(capture, key, event) for key, event in new.items())
    EventThing.objects.bulk_create(
        (thing for key, event in new.items() for thing in _things(key, event)),
        ignore_conflicts=True,
    )
    mine = set(
        Row.objects.filter(hash__in=new, capture=capture).values_list("hash", flat=True)
    )
    wrong = _correct(capture, events)
    due.mark(_keys(events, mine | {key for key, _at in wrong}))
    told = {
        rights.hexadecimal(one.event_hash)
        for one in events
        if not one.is_error_declaration
    }
    added = len(mine & told)
    return Recorded(added, len(wrong), len(events) - added - len(wrong))


def _keys(events: Iterable[Event], hashes: set[str]) -> set[str]:
    return {
        one.thing.key
        for event in events
        if rights.hexadecimal(event.event_hash) in hashes
        for one in event.mentions
    }


def _row(capture: Capture, key: str, event: Event) -> Row:
    content = {
        name: value
        for name, value in event.content.items()
        if name != "errorDeclaration"
    }
    return Row(
        hash=key,
        company_id=capture.company_id,
        capture=capture,
        event_id=event.event_id,
        type=event.type,
        action=event.action,
        time=event.event_time,
        offset=event.offset,
        biz_step=event.biz_step,
        disposition=event.disposition,
        body=content,
        namespaces=dict(event.namespaces),
    )


def _things(key: str, event: Event) -> Iterable[EventThing]:
    seen = {(one.role, one.thing.key): one for one in event.mentions}
    for (role, thing_key), mention in sorted(seen.items()):
        yield EventThing(
            event_id=key,
            role=role,
            key=thing_key,
            gtin=mention.thing.gtin,
            lot=mention.thing.lot,
            serial=mention.thing.serial,
            is_made=rights.makes(event, role),
            time=event.event_time,
        )


def _correct(capture: Capture, events: Sequence[Event]) -> set[tuple[str, datetime]]:
    """Write which events are declared wrong; return those that were not so before."""
    declared = {}
    for event in events:
        if event.is_error_declaration:
            key = rights.hexadecimal(event.event_hash)
            declared[key, _declared_at(event)] = event
    if not declared:
        return set()
    keys = {key for key, _at in declared}
    known = set(
        EventCorrection.objects.filter(event__in=keys).values_list(
            "event", "declared_at"
        )
    )
    new = {pair: one for pair, one in declared.items() if pair not in known}
    entering.record_corrections(
        EventCorrection(
            event_id=key,
            capture=capture,
            declared_at=at,
            body=event.content["errorDeclaration"],
        )
        for (key, at), event in sorted(new.items(), key=lambda item: item[0])
    )
    return set(new)


def _declared_at(event: Event) -> datetime:
    text = event.content["errorDeclaration"].get("declarationTime", "")
    return instant(text) if text else event.event_time
