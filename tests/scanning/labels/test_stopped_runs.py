"""Runs of labels that something stops: a kill, a person, a full disk, a misread."""

import errno
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from kombu.exceptions import OperationalError

from scanning import label_tasks
from scanning.labels import files, making
from scanning.labels.making import _make
from scanning.labels.symbols import qr_modules
from scanning.models import LabelRun
from scanning.services.labelling import cancel_labels

pytestmark = pytest.mark.django_db

Order = Callable[..., LabelRun]
Made = Callable[[LabelRun], bytes]
A4 = (595.276, 841.89)


class Killed(BaseException):
    """Stands for a worker that is there no more."""


def author_of(run: LabelRun) -> User:
    """Return who asked for a run."""
    assert run.asked_by is not None
    return run.asked_by


def dies_after(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the worker when it has written so many parts, before the row knows."""
    write = files.write_part
    written = []

    def write_and_die(*arguments: Any) -> None:
        write(*arguments)
        written.append(arguments)
        if len(written) == chunks:
            raise Killed

    monkeypatch.setattr(files, "write_part", write_and_die)


@pytest.mark.parametrize("layout", ["a4-70x37", "png-50x30"])
@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_a_killed_run_goes_on_and_gives_the_same_file(
    order: Order,
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    layout: str,
    chunks: int,
) -> None:
    run = order(300, layout=layout)
    whole = made(run)
    LabelRun.objects.filter(pk=run.pk).update(
        state="waiting", done=0, finished_at=None, file_name="", heartbeat_at=None
    )
    files.discard(run.pk)

    with monkeypatch.context() as patch:
        dies_after(chunks, patch)
        with pytest.raises(Killed):
            making.work()
    run.refresh_from_db()
    assert (run.done, run.state) == ((chunks - 1) * 120, "running")
    # A killed worker lets nothing go; it is only silent.
    silent_since = timezone.now() - timedelta(minutes=2)
    LabelRun.objects.update(claim="dead", heartbeat_at=silent_since)
    assert made(run) == whole


def test_a_dead_worker_s_run_is_taken_up_later_only(order: Order) -> None:
    run = order(3)
    LabelRun.objects.filter(pk=run.pk).update(
        state="running", claim="dead", heartbeat_at=timezone.now()
    )
    assert making.work() is False
    run.refresh_from_db()
    assert run.done == 0

    LabelRun.objects.filter(pk=run.pk).update(
        heartbeat_at=timezone.now() - timedelta(minutes=2)
    )
    label_tasks.make_labels()
    run.refresh_from_db()
    assert run.state == "done"


def test_a_worker_that_was_taken_for_dead_changes_nothing(
    order: Order, made: Made
) -> None:
    run = order(130)
    whole = made(run)
    LabelRun.objects.filter(pk=run.pk).update(
        state="running", claim="other", done=0, finished_at=None
    )
    run.refresh_from_db()

    # It writes its late part, then learns that the run is another's.
    with pytest.raises(making._Lost):
        _make(run, "mine", until=float("inf"))

    LabelRun.objects.filter(pk=run.pk).update(claim="")
    assert made(run) == whole


def test_a_cancelled_run_stops_between_chunks_and_leaves_nothing(
    order: Order, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    run = order(300)
    write = files.write_part

    def cancel_meanwhile(*arguments: Any) -> None:
        write(*arguments)
        if arguments[1] == 120:
            cancel_labels(run=run, author=author_of(run))

    monkeypatch.setattr(files, "write_part", cancel_meanwhile)
    assert making.work() is False

    run.refresh_from_db()
    assert (run.state, run.done) == ("cancelled", 120)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EIO, "file_error"),
    ],
    ids=["full", "quota", "broken"],
)
def test_a_disk_that_takes_no_more_ends_the_run_in_words(
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    number: int,
    code: str,
) -> None:
    run = order(300)
    fsync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 2:
            raise OSError(number, "no")
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", full)
    making.work()

    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", code)
    assert list(folder.iterdir()) == []


def test_a_symbol_that_reads_back_wrong_stops_the_run(
    order: Order, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    run = order(30)

    def wrong(text: str, level: str) -> Any:
        return qr_modules(text.replace("AB00017", "AB00071"), level)

    monkeypatch.setattr("scanning.labels.symbols.qr_modules", wrong)
    making.work()

    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "read_back_failed")
    assert run.error_label.endswith("/21/AB00017")
    assert not folder.exists()


def test_a_run_that_kills_its_workers_is_given_up(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = order(3)
    monkeypatch.setattr(files, "write_part", lambda *_: (_ for _ in ()).throw(Killed()))
    for _ in range(5):
        with pytest.raises(Killed):
            making.work()

    assert making.work() is False
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "gave_up")


def test_a_dead_broker_delays_labels_and_loses_none(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, other = order(3), order(3)

    def refuse(**_options: Any) -> None:
        raise OperationalError("no broker")

    with monkeypatch.context() as patch:
        patch.setattr(label_tasks.make_labels, "apply_async", refuse)
        label_tasks.make_labels()
    run.refresh_from_db()
    assert run.state == "done"

    # The next sweep.
    label_tasks.make_labels()
    other.refresh_from_db()
    assert other.state == "done"
