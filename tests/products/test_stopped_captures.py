"""A kill in the middle, a full disk, a cancellation: whole, or nothing, and once."""

import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from companies.models import Act
from products.capturing import checking, files, recording, working
from products.errors import CaptureIsFinal, CaptureNotKept
from products.models import Capture, Event, EventThing
from products.services import ask_capture, cancel_capture
from products.services.capturing import Way
from tests import make
from tests.products.event_documents import document, life

pytestmark = pytest.mark.django_db

COUNT = 8


@pytest.fixture(autouse=True)
def small_pieces(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the documents apart, in many pieces."""
    settings.CAPTURES_DIR = tmp_path / "captures"
    monkeypatch.setattr(checking, "PART", 3)


def asked(behaviour: str = "rollback") -> Capture:
    """Send a document that nobody works on yet: its message is never sent."""
    gtin = make.gtin()
    events = [*life(gtin), *life(gtin, lot="LOT-2", serial="B1")]
    return ask_capture(
        company=make.company(),
        chunks=[document(*events)],
        way=Way(door="api", name="x", behaviour=behaviour),
    )


def worked(capture: Capture) -> None:
    """Work until it is done."""
    capture.refresh_from_db()
    while capture.is_worked_on:
        working.work()
        capture.refresh_from_db()


def killed_at(patched: pytest.MonkeyPatch, owner: Any, name: str, turn: int) -> None:
    """Let the process die when `name` is called for the time numbered `turn`."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == turn:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    patched.setattr(owner, name, dying)


def died(capture: Capture) -> None:
    """Leave a capture as a killed worker does: claimed, and silent for long."""
    long_ago = timezone.now() - timedelta(minutes=5)
    Capture.objects.filter(pk=capture.pk).update(claim="dead", heartbeat_at=long_ago)


@pytest.mark.parametrize(
    ("owner", "name", "turn"),
    [
        pytest.param(checking, "_keep_errors", 1, id="after-reading"),
        pytest.param(checking, "_check_part", 2, id="checking"),
        pytest.param(recording, "_write", 2, id="recording"),
        pytest.param(recording, "note_act", 1, id="at-the-very-end"),
    ],
)
@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_killed_worker_loses_and_doubles_nothing(
    owner: Any, name: str, turn: int, behaviour: str
) -> None:
    capture = asked(behaviour)
    with pytest.MonkeyPatch.context() as patched:
        killed_at(patched, owner, name, turn)
        with pytest.raises(KeyboardInterrupt):
            worked(capture)
    if behaviour == "rollback":
        assert not Event.objects.exists()
    died(capture)

    worked(capture)

    assert (capture.state, capture.added, capture.done) == ("done", COUNT, COUNT)
    assert Event.objects.count() == COUNT
    assert Act.objects.filter(kind="capture.done").count() == 1


def test_a_living_worker_is_left_alone() -> None:
    capture = asked()
    Capture.objects.update(claim="alive", heartbeat_at=timezone.now())

    assert not working.work()

    capture.refresh_from_db()
    assert (capture.claim, capture.state) == ("alive", "waiting")


def test_what_kills_every_worker_is_given_up() -> None:
    capture = asked()
    Capture.objects.update(attempts=working.MAX_ATTEMPTS)

    worked(capture)

    assert (capture.state, capture.error_code) == ("refused", "gave_up")


def test_a_deadlock_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    capture = asked()
    with monkeypatch.context() as patched:

        def deadlock(*_args: Any) -> None:
            raise OperationalError("deadlock detected")

        patched.setattr(recording, "_write", deadlock)
        while working.work():
            pass
    assert not Event.objects.exists()

    worked(capture)

    assert capture.state == "done"


def test_a_full_disk_is_said_before_anything_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("common.private_files.write", full)
        with pytest.raises(CaptureNotKept):
            asked()
    assert not Capture.objects.exists()


def test_a_disk_that_fills_up_meanwhile_refuses_the_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    capture = asked()

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("common.private_files.write", full)
        worked(capture)

    assert (capture.state, capture.error_code) == ("refused", "disk_full")
    assert not EventThing.objects.exists()


def test_what_is_cancelled_is_not_recorded() -> None:
    capture = asked()

    cancel_capture(capture=capture, author=None)

    assert not working.work()
    assert not Event.objects.exists()
    with pytest.raises(CaptureIsFinal):
        cancel_capture(capture=capture, author=None)


def test_what_is_cancelled_in_the_hands_of_a_worker_is_not_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    capture = asked()
    decide = checking._decide

    def cancelled_then(held: Any) -> None:
        cancel_capture(capture=capture, author=None)
        decide(held)

    monkeypatch.setattr(checking, "_decide", cancelled_then)

    worked(capture)

    capture.refresh_from_db()
    assert capture.state == "cancelled"
    assert not Event.objects.exists()
    assert [one.name for one in files.folder(capture.pk).iterdir()] == ["document"]
