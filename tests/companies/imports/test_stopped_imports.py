"""A kill in the middle, a full disk, a cancellation: every line counts once."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from companies.errors import ImportIsFinal, ImportNotToConfirm
from companies.importing import (
    batches,
    checking,
    files,
    forgetting,
    making,
    recording,
)
from companies.models import ImportRun, Statement
from companies.services.importing import cancel_import, confirm_import
from tests import make
from tests.companies.imports.runs import checked, recorded, uploaded, worked
from tests.companies.imports.series import COUNT, many, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_parts")]


def killed_at(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, turn: int
) -> None:
    """Let the process die when `name` is called for the time numbered `turn`."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == turn:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, dying)


def died(run: ImportRun, claim: str = "dead") -> None:
    """Leave a run as a killed worker does: claimed, and silent for long."""
    long_ago = timezone.now() - timedelta(minutes=5)
    ImportRun.objects.filter(pk=run.pk).update(claim=claim, heartbeat_at=long_ago)


@pytest.mark.parametrize("where", ["save", "weighed"])
def test_a_worker_killed_in_the_middle_of_recording_loses_and_doubles_nothing(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)
    confirm_import(run=run, author=editor)
    with monkeypatch.context() as patched:
        killed_at(patched, batches, where, 4)
        with pytest.raises(KeyboardInterrupt):
            making.work()
    assert 0 < Statement.objects.count() < COUNT
    died(run)

    worked(run)

    assert (run.state, run.done, run.news) == (ImportRun.State.DONE, COUNT, COUNT)
    assert values() == [str(number) for number in range(COUNT)]


def test_a_worker_killed_after_its_batch_was_written_leaves_none_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)
    confirm_import(run=run, author=editor)
    with monkeypatch.context() as patched:
        killed_at(patched, checking, "count", 1)
        with pytest.raises(KeyboardInterrupt):
            making.work()
    assert not Statement.objects.exists()
    died(run)

    worked(run)

    assert values() == [str(number) for number in range(COUNT)]


def test_a_worker_killed_while_it_reads_or_checks_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    run = uploaded(many(), company, make.member(company, "editor"))
    for owner, name in ((files, "write_part"), (batches, "weighed")):
        with monkeypatch.context() as patched:
            killed_at(patched, owner, name, 3)
            with pytest.raises(KeyboardInterrupt):
                making.work()
        died(run)

    worked(run)

    assert (run.state, run.total, run.done) == (ImportRun.State.CHECKED, COUNT, COUNT)
    assert (run.added, run.corrected) == (8, COUNT - 8)


def test_a_living_worker_is_left_alone() -> None:
    company = make.company()
    run = uploaded(many(), company, make.member(company))
    ImportRun.objects.filter(pk=run.pk).update(
        state="checking", claim="other", heartbeat_at=timezone.now()
    )

    assert making.work() == (False, False)


def test_who_was_taken_for_dead_records_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)
    confirm_import(run=run, author=editor)
    real = recording._record_batch

    def slow(held: Any) -> None:
        died(run, "another")
        real(held)

    with monkeypatch.context() as patched:
        patched.setattr(recording, "_record_batch", slow)
        making.work()
    run.refresh_from_db()
    assert (run.claim, run.done) == ("another", 0)

    worked(run)

    assert values() == [str(number) for number in range(COUNT)]


def test_what_kills_workers_again_and_again_is_given_up() -> None:
    company = make.company()
    run = uploaded(many(), company, make.member(company))
    ImportRun.objects.filter(pk=run.pk).update(attempts=making.MAX_ATTEMPTS)

    worked(run)

    assert (run.state, run.error_code) == (ImportRun.State.REFUSED, "gave_up")


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    company = make.company()
    run = uploaded(many(), company, make.member(company))

    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_part", full)

    worked(run)

    assert (run.state, run.error_code) == (ImportRun.State.REFUSED, "disk_full")


def test_cancelling_in_the_middle_keeps_what_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)
    confirm_import(run=run, author=editor)
    killed_at(monkeypatch, batches, "weighed", 3)
    with pytest.raises(KeyboardInterrupt):
        making.work()

    cancel_import(run=run, author=editor)
    worked(run)

    assert (run.state, run.news) == (ImportRun.State.CANCELLED, 10)
    assert values() == [str(number) for number in range(10)]
    with pytest.raises(ImportIsFinal):
        cancel_import(run=run, author=editor)


def test_what_was_confirmed_is_not_confirmed_again() -> None:
    company = make.company()
    run = recorded(many(), company)

    with pytest.raises(ImportNotToConfirm):
        confirm_import(run=run, author=make.member(company))


def test_old_files_go_and_the_figures_stay(settings: LazySettings) -> None:
    company = make.company()
    done, forgotten = recorded(many(), company), checked(many(), company)
    fresh = checked(many(), company)
    old = timezone.now() - timedelta(days=8)
    ImportRun.objects.filter(pk__in=[done.pk, forgotten.pk]).update(created_at=old)

    assert forgetting.purge(older_than_days=7) == 2

    assert not files.folder(done.pk).exists()
    assert not files.folder(forgotten.pk).exists()
    assert files.folder(fresh.pk).exists()
    forgotten.refresh_from_db()
    assert (forgotten.state, forgotten.error_code) == ("cancelled", "too_old")
    assert forgetting.purge(older_than_days=7) == 0


def test_a_folder_that_no_run_has_goes_once_it_is_old(settings: LazySettings) -> None:
    import os
    import uuid

    stray, young = files.folder(uuid.uuid4()), files.folder(uuid.uuid4())
    for folder in (stray, young):
        folder.mkdir(parents=True)
    past = time.time() - 2 * files.UPLOAD_SECONDS
    os.utime(stray, (past, past))

    forgetting.purge(older_than_days=7)

    assert (stray.exists(), young.exists()) == (False, True)
