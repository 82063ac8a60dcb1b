"""The process that keeps the log: when it works, and what does not stop it."""

import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections

from ledger import hinting, keeping, sequencing, witnessing
from ledger.keeping import LogKeeper
from ledger.models import Entry, Witness
from ledger.sequencing import Sequenced
from tests.ledger import making

pytestmark = pytest.mark.django_db(transaction=True)
# Patience, and no measure.
PATIENCE_SECONDS = 60.0


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("FIRST_PAUSE_SECONDS", "LONGEST_PAUSE_SECONDS", "BREATH_SECONDS"):
        monkeypatch.setattr(keeping, name, 0.0)
    yield
    hinting.woken.clear()


def kept_until_placed() -> list[Sequenced]:
    """Run a keeper until it has placed something; return what it said."""
    said: list[Sequenced] = []

    def stop(done: Sequenced) -> None:
        said.append(done)
        keeper.stop()

    keeper = LogKeeper(say=stop)
    keeper.run()
    return said


def test_what_waits_is_placed() -> None:
    making.append(3)

    assert kept_until_placed() == [(3, 3)]

    making.require_whole()


def test_a_commit_wakes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a hint, nothing would come for an hour.
    monkeypatch.setattr(keeping, "TICK_SECONDS", 3600.0)
    has_looked, is_placed = threading.Event(), threading.Event()
    has_pending = sequencing.has_pending

    def look() -> bool:
        found = has_pending()
        has_looked.set()
        return found

    monkeypatch.setattr(sequencing, "has_pending", look)
    keeper = LogKeeper(say=lambda _done: is_placed.set())
    thread = threading.Thread(target=keeper.run)
    thread.start()
    try:
        assert has_looked.wait(PATIENCE_SECONDS)
        making.append(1)
        assert is_placed.wait(PATIENCE_SECONDS)
    finally:
        keeper.stop()
        thread.join(PATIENCE_SECONDS)

    assert not thread.is_alive()
    assert Entry.objects.placed().count() == 1


@pytest.mark.parametrize("error", [OperationalError, ValueError])
def test_a_failure_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    making.append(1)
    has_pending, failures = sequencing.has_pending, [error(), error()]

    def fail() -> bool:
        if failures:
            raise failures.pop()
        return has_pending()

    monkeypatch.setattr(sequencing, "has_pending", fail)

    assert kept_until_placed() == [(1, 1)]


def test_a_long_backlog_is_taken_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BACKLOG_SECONDS", -1.0)
    monkeypatch.setattr(sequencing, "BATCH", 2)
    sequence = sequencing.sequence
    monkeypatch.setattr(sequencing, "sequence", lambda: sequence(2))
    making.append(3)
    never = threading.Event()

    turns = [keeping.sequence_waiting(never) for _ in range(3)]

    assert [turn.is_behind for turn in turns] == [True, False, False]
    assert [turn.done for turn in turns] == [(2, 2), (1, 3), (0, 3)]


def test_witnesses_are_asked_of_a_new_head(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def collect() -> int:
        asked.append(Entry.objects.placed().count())
        raise ValueError  # which must stop nothing

    monkeypatch.setattr(witnessing, "collect", collect)
    making.append(2)
    kept_until_placed()
    assert asked == []

    Witness.objects.create(vkey="w+1+1", url="https://w.example")
    making.append(2)
    kept_until_placed()

    assert asked == [4]


def test_an_idle_one_says_now_and_then_that_it_lives() -> None:
    keeper = LogKeeper()

    assert keeper._tick() is keeping.NOTHING
    first = sequencing.last_look()
    keeper._tick()

    assert first is not None
    assert sequencing.last_look() == first


def test_the_command_places_what_waits_and_ends() -> None:
    making.append(2)
    printed = StringIO()

    call_command("sequence_log", "--once", stdout=printed)
    call_command("sequence_log", "--once", stdout=printed)

    assert printed.getvalue() == "2 placed, 2 in the log\n"
    connections.close_all()
