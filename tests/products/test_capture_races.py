"""The same document twice at once, workers at once: every event is one row."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from companies.models import Company
from products.capturing import working
from products.models import Capture, Event, EventThing
from products.services import ask_capture
from products.services.capturing import Way
from tests import make
from tests.products.event_documents import document, life

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def small_pieces(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the documents apart, and let nobody work on them before the test does."""
    settings.CAPTURES_DIR = tmp_path / "captures"
    monkeypatch.setattr("products.capturing.checking.PART", 3)
    monkeypatch.setattr("products.tasks.capturing.hint_captures", lambda: None)
    monkeypatch.setattr("products.tasks.hint_captures", lambda: None)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do `work` in `count` threads from the same moment on."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=10)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def asked(company: Company, body: bytes, behaviour: str = "rollback") -> Capture:
    """Send a document that nobody works on yet."""
    way = Way(door="api", name="x", behaviour=behaviour)
    return ask_capture(company=company, chunks=[body], way=way)


def work_until_done(_number: int) -> None:
    """Work as a worker does, for as long as anything is left."""
    deadline = time.monotonic() + 30
    waiting = ["waiting", "checking", "recording"]
    while time.monotonic() < deadline and Capture.objects.filter(state__in=waiting):
        working.work()


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_the_same_document_twice_at_once_is_recorded_once(behaviour: str) -> None:
    company = make.company()
    gtin = make.gtin()
    events = [one for number in range(3) for one in life(gtin, serial=f"S{number}")]
    body = document(*events)

    at_once(2, lambda _number: asked(company, body, behaviour))
    at_once(3, work_until_done)

    captures = list(Capture.objects.all())
    assert [one.state for one in captures] == ["done", "done"]
    count = Event.objects.count()
    assert sum(one.added for one in captures) == count
    assert sum(one.added + one.unchanged for one in captures) == 2 * len(events)
    assert EventThing.objects.count() == _things_of(company, body)


def _things_of(company: Company, body: bytes) -> int:
    """Return how many rows of things a document has when it comes alone."""
    Event.objects.all().delete()
    asked(company, body)
    work_until_done(0)
    return EventThing.objects.count()


def test_two_who_write_the_same_events_at_once_write_them_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As when a worker that was taken for dead comes back: both are writing.
    monkeypatch.setattr(
        "products.models.captures.CaptureQuerySet.being_worked_on",
        lambda self: self.none(),
    )
    gtin = make.gtin()
    events = life(gtin)
    for order in (events, events[::-1]):
        asked(make.company(f"Atelier {order[0]['type']}"), document(*order))

    at_once(2, work_until_done)

    captures = list(Capture.objects.all())
    assert [one.state for one in captures] == ["done", "done"]
    assert Event.objects.count() == len(events)
    assert sum(one.added for one in captures) == len(events)
