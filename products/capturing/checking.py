"""
Checking a document: read at once, then piece by piece against what is known.

Nothing is recorded here. What is right of the document is kept in pieces beside it, for
whoever records it.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.claims import Held, Lost
from products.capturing import files, places, rights
from products.capturing.refusals import Refusal, words
from products.epcis import reading
from products.epcis.events import Event, Mention, restore
from products.epcis.identifiers import Thing
from products.epcis.problems import Problem
from products.models import Capture, CaptureError
from products.models import Event as Row

# How many events a piece has, and a batch that is recorded at once.
PART = 200
# So many errors are kept to be shown; all of them are counted.
MAX_KEPT = 1_000
PLACE_OF_EVENT = re.compile(r"(?:eventList|^\$)\[([0-9]+)\]")
# Columns of an event, with what they hold at most.
LENGTHS = {"event_id": 300, "biz_step": 200, "disposition": 200}
MAX_KEY = 300
MAX_NUMBER = 60
# All of a document is recorded in one transaction, well within the time of a task.
MAX_THINGS = 50_000


class Refused(Exception):
    """The document as a whole is refused."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def check(held: Held[Capture], until: float) -> None:
    """Check on until the moment `until` of the monotonic clock."""
    capture = held.row
    if capture.state == Capture.State.WAITING:
        _read(held)
        return
    while capture.done < capture.readable and time.monotonic() < until:
        _check_part(held)
    if capture.done >= capture.readable:
        _decide(held)


def _read(held: Held[Capture]) -> None:
    """Read the whole document: what is wrong in one event may only show in another."""
    capture = held.row
    body = files.source(capture.pk)
    document = reading.read(body, now=timezone.now())
    refusals = [_refusal(problem) for problem in document.problems]
    if not document.total:
        problem = document.problems[0] if document.problems else None
        code = problem.code if problem else "no_events"
        raise Refused(code, **(problem.values if problem else {}))
    things = sum(len(one.mentions) for one in document.events)
    if things > MAX_THINGS:
        raise Refused("too_many_things", things=things, most=MAX_THINGS)
    for start in range(0, len(document.events), PART):
        part = [_as_json(one) for one in document.events[start : start + PART]]
        files.write_part(capture.pk, files.RAW, start, part)
    files.write_part(capture.pk, files.HEADER, 0, places.described(body))
    failed = document.total - len(document.events)
    with transaction.atomic():
        # Read again after a crash, the errors of then are written anew.
        CaptureError.objects.filter(capture=capture).delete()
        _keep_errors(held, refusals)
        held.move(
            state=Capture.State.CHECKING,
            total=document.total,
            readable=len(document.events),
            done=0,
            added=0,
            unchanged=0,
            corrected=0,
            failed=failed,
        )


def _refusal(problem: Problem) -> Refusal:
    found = PLACE_OF_EVENT.search(problem.path)
    index = int(found[1]) if found else None
    return Refusal(index, problem.path, problem.code, problem.values)


def _check_part(held: Held[Capture]) -> None:
    capture = held.row
    events = read_part(capture, files.RAW, capture.done)
    refusals = [
        *_too_long(events),
        *rights.foreign(events, capture.company_id),
    ]
    refused = {one.event for one in refusals}
    allowed = [one for one in events if one.index not in refused]
    files.write_part(
        capture.pk, files.CHECKED, capture.done, [_as_checked(one) for one in allowed]
    )
    added, corrected = _news(allowed)
    with transaction.atomic():
        moved = held.rows().update(
            done=F("done") + len(events),
            added=F("added") + added,
            corrected=F("corrected") + corrected,
            unchanged=F("unchanged") + len(allowed) - added - corrected,
            failed=F("failed") + len(refused),
            heartbeat_at=timezone.now(),
            attempts=0,
        )
        if moved != 1:
            raise Lost
        _keep_errors(held, refusals)
    capture.done += len(events)
    capture.added += added
    capture.corrected += corrected
    capture.failed += len(refused)


def _news(events: Sequence[Event]) -> tuple[int, int]:
    """Return how many events are new, and how many declare one wrong."""
    wrong = [one for one in events if one.is_error_declaration]
    hashes = [rights.hexadecimal(one.event_hash) for one in events]
    known = set(Row.objects.filter(hash__in=hashes).values_list("hash", flat=True))
    told = {
        rights.hexadecimal(one.event_hash)
        for one in events
        if not one.is_error_declaration
    }
    return len(told - known), len(wrong)


def _decide(held: Held[Capture]) -> None:
    """Refuse the document, let it be recorded, or leave it at that."""
    capture = held.row
    is_whole = capture.behaviour == Capture.Behaviour.ROLLBACK
    is_wrong = bool(capture.failed) or capture.errors.exists()
    if is_wrong and is_whole and not capture.is_dry_run:
        raise Refused("events_refused")
    if capture.is_dry_run:
        now = timezone.now()
        held.move(
            state=Capture.State.CHECKED,
            done=capture.total,
            finished_at=now,
            claim="",
        )
        return
    if capture.failed >= capture.total:
        raise Refused("nothing_valid")
    held.move(state=Capture.State.RECORDING, done=0, added=0, corrected=0, unchanged=0)


def read_part(capture: Capture, kind: str, start: int) -> list[Event]:
    """Return the events of a piece, with their places in the document."""
    return [_from_json(*one) for one in files.read_part(capture.pk, kind, start)]


def _as_json(event: Event) -> list[Any]:
    return [event.content, dict(event.namespaces), event.index]


def _as_checked(event: Event) -> list[Any]:
    """Return an event with what is costly to find: recording is writing alone."""
    mentions = [[one.role, list(one.thing)] for one in event.mentions]
    return [*_as_json(event), event.event_hash, mentions]


def _from_json(
    content: dict[str, Any],
    namespaces: dict[str, str],
    index: int,
    event_hash: str = "",
    mentions: Sequence[Any] = (),
) -> Event:
    event = replace(restore(content, namespaces), index=index)
    if event_hash:
        # As if they had been asked for before: both are cached where they are found.
        event.__dict__["event_hash"] = event_hash
        event.__dict__["mentions"] = tuple(
            Mention(role, Thing(*thing)) for role, thing in mentions
        )
    return event


def _too_long(events: Sequence[Event]) -> Iterator[Refusal]:
    for event in events:
        for name, most in LENGTHS.items():
            if len(getattr(event, name)) > most:
                yield Refusal(event.index, "", "text_too_long", {"most": str(most)})
        things = [one.thing for one in event.mentions]
        if any(len(one.key) > MAX_KEY for one in things):
            yield Refusal(event.index, "", "text_too_long", {"most": str(MAX_KEY)})
        if any(len(one.lot + one.serial) > MAX_NUMBER for one in things):
            yield Refusal(event.index, "", "text_too_long", {"most": str(MAX_NUMBER)})


def _keep_errors(held: Held[Capture], refusals: Sequence[Refusal]) -> None:
    capture = held.row
    room = MAX_KEPT - CaptureError.objects.filter(capture=capture).count()
    CaptureError.objects.bulk_create(
        CaptureError(
            capture=capture,
            event=one.event,
            path=_path(one)[:300],
            code=one.code[:40],
            text=words(one.code, one.values)[:500],
        )
        for one in refusals[: max(room, 0)]
    )


def _path(refusal: Refusal) -> str:
    if refusal.path.startswith("$") or refusal.event is None:
        return refusal.path
    return f"$.epcisBody.eventList[{refusal.event}]{refusal.path}"
