"""Who works on imports: the hint after an upload, and the sweep when it was lost."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from companies.models import ImportRun, Statement
from companies.services.importing import confirm_import
from companies.tasks import importing
from tests import make
from tests.companies.imports.runs import csv_file, uploaded

pytestmark = pytest.mark.django_db

DATA = csv_file([("enps", "5")], ("fact", "value"))


def test_an_upload_and_a_confirmation_are_worked_on_at_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    company = make.company()
    editor = make.member(company)

    with django_capture_on_commit_callbacks(execute=True):
        run = uploaded(DATA, company, editor)
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED
    with django_capture_on_commit_callbacks(execute=True):
        confirm_import(run=run, author=editor)

    assert Statement.objects.get().value == 5


def test_the_checks_are_hinted_once_something_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hints: list[str] = []
    monkeypatch.setattr(importing, "hint_checks", lambda: hints.append("checks"))
    company = make.company()
    editor = make.member(company)
    run = uploaded(DATA, company, editor)

    importing.import_statements()
    assert hints == []
    confirm_import(run=run, author=editor)
    importing.import_statements()

    assert hints == ["checks"]


def test_without_a_broker_an_upload_waits_for_the_sweep(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def down(**_options: object) -> None:
        raise ConnectionError

    company = make.company()
    with monkeypatch.context() as patched:
        patched.setattr(importing.import_statements, "apply_async", down)
        with django_capture_on_commit_callbacks(execute=True):
            run = uploaded(DATA, company, make.member(company))
    assert run.state == ImportRun.State.WAITING

    importing.import_statements()

    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_the_purge_runs_twice() -> None:
    importing.purge_imports()
    importing.purge_imports()
