"""Scans in memory: what the thread does, and what the database's absence costs."""

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import IntegrityError, OperationalError
from structlog.testing import capture_logs

from scanning import counting
from scanning.counting import Note
from scanning.counting import buffering as module
from scanning.counting.buffering import Buffer
from scanning.counting.notes import believed
from tests import make

PATIENCE_SECONDS = 5.0


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[list[Note]]:
    """Write batches into a list; what matters here is when, and what of it."""
    batches: list[list[Note]] = []
    monkeypatch.setattr(module, "write", lambda batch: batches.append(list(batch)))
    return batches


@pytest.fixture
def buffer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Buffer]:
    """Return a buffer with a thread, in a hurry, that ends with the test."""
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 0.05)
    buffer = Buffer()
    yield buffer
    buffer.stop()


def note() -> Note:
    return Note(make.gtin(), True, believed(None))


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def away(_batch: Sequence[Note]) -> None:
    raise OperationalError("connection refused")


def test_the_thread_writes_what_is_noted(
    buffer: Buffer, written: list[list[Note]]
) -> None:
    first, second = note(), note()
    buffer.add(first)
    until(lambda: written)
    buffer.add(second)
    until(lambda: len(written) == 2)

    assert written == [[first], [second]]


def test_many_scans_do_not_wait_for_the_clock(
    written: list[list[Note]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_SECONDS", 60.0)
    monkeypatch.setattr(module, "BATCH", 3)
    buffer = Buffer()
    for _ in range(3):
        buffer.add(note())

    until(lambda: written)
    monkeypatch.setattr(module, "EVERY_SECONDS", 1.0)
    buffer.stop()


def test_stopping_writes_what_is_left(
    written: list[list[Note]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_SECONDS", 60.0)
    buffer = Buffer()
    buffer.add(note())
    thread = buffer._thread
    assert thread is not None

    buffer.stop()

    assert [len(batch) for batch in written] == [1]
    assert not thread.is_alive()


def test_what_cannot_be_written_now_is_written_later(
    buffer: Buffer, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Sequence[Note]] = []
    monkeypatch.setattr(module, "write", away)
    with capture_logs() as lines:
        buffer.add(note())
        until(lambda: [line for line in lines if line["event"] == "scans.waiting"])
        assert len(buffer) == 1
        monkeypatch.setattr(module, "write", written.append)
        until(lambda: written)

    assert len(buffer) == 0


def test_the_oldest_give_way_and_their_number_is_said(
    written: list[list[Note]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMIT", 3)
    buffer = Buffer()
    buffer.is_automatic = False
    notes = [note() for _ in range(5)]
    for one in notes:
        buffer.add(one)

    buffer.flush()
    with capture_logs() as lines:
        buffer._say_what_was_lost()
        buffer._say_what_was_lost()

    assert written == [notes[2:]]
    assert [(line["event"], line["number"]) for line in lines] == [("scans.lost", 2)]


def test_a_failed_batch_keeps_its_place_and_loses_only_the_oldest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LIMIT", 3)
    buffer = Buffer()
    buffer.is_automatic = False
    notes = [note() for _ in range(5)]

    def away_while_more_arrive(_batch: Sequence[Note]) -> None:
        for one in notes[3:]:
            buffer.add(one)
        raise OperationalError

    for one in notes[:3]:
        buffer.add(one)
    monkeypatch.setattr(module, "write", away_while_more_arrive)
    with pytest.raises(OperationalError):
        buffer.flush()

    assert list(buffer._notes) == notes[2:]


def test_one_scan_that_cannot_be_written_takes_no_other_with_it(
    written: list[list[Note]], monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = Buffer()
    buffer.is_automatic = False
    good, bad, better = note(), note(), note()

    def picky(batch: Sequence[Note]) -> None:
        if bad in batch:
            raise IntegrityError
        written.append(list(batch))

    monkeypatch.setattr(module, "write", picky)
    for one in (good, bad, better):
        buffer.add(one)

    with capture_logs() as lines:
        assert buffer.flush() == 2

    assert written == [[good], [better]]
    assert [line["gtin"] for line in lines] == [bad.gtin]


def test_an_end_without_database_says_how_many_are_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "write", away)
    buffer = Buffer()
    buffer.is_automatic = False
    buffer.add(note())

    with capture_logs() as lines:
        buffer.stop()

    assert [(line["event"], line["number"]) for line in lines] == [("scans.lost", 1)]


def test_a_process_without_a_thread_to_spare_keeps_the_scan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    buffer = Buffer()
    buffer.add(note())

    assert len(buffer) == 1


def test_a_forked_child_begins_with_nothing_and_its_own_thread() -> None:
    counting.buffer.add(note())
    readable, writable = os.pipe()
    with warnings.catch_warnings():
        # Later Pythons warn of forks among threads, which is what this is about.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        # Only the child's own memory is looked at: no database, no thread.
        state = (len(counting.buffer), counting.buffer._thread)
        os.write(writable, repr(state).encode())
        os._exit(0)
    os.close(writable)
    os.waitpid(child, 0)

    assert os.read(readable, 100) == b"(0, None)"
    assert len(counting.buffer) == 1
    os.close(readable)
