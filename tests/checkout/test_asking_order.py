"""What a till waits for comes first: the phone, the answer, then the workers."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient

from checkout.models import Terminal
from checkout.proving import prove
from common import afterwards
from tests import make
from tests.checkout.tills import Till


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


@pytest.mark.parametrize("is_awake", [True, False])
def test_the_workers_are_told_after_a_phone_that_is_awake(
    till: Till,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    *,
    is_awake: bool,
) -> None:
    done: list[str] = []
    ours = "checkout.services.asking"
    monkeypatch.setattr(f"{ours}.hub.publish", lambda _channel: is_awake)
    monkeypatch.setattr(
        f"{ours}.hinting.hint_deliveries", lambda *_what: done.append("hint")
    )

    with afterwards.Errands() as errands:
        with django_capture_on_commit_callbacks(execute=True):
            assert till.post(till.body()).status_code == 202
        done.append("answered")
    errands.do()

    assert done == (["answered", "hint"] if is_awake else ["hint", "answered"])


@pytest.mark.database
@pytest.mark.parametrize("seconds", [None, 10, 90])
def test_a_terminal_is_known_as_its_row_says(till: Till, seconds: int | None) -> None:
    seen = None if seconds is None else timezone.now() - timedelta(seconds=seconds)
    Terminal.objects.update(last_seen_at=seen)
    row = Terminal.objects.select_related("company").get()
    headers = make.signed(b"{}", till.secret)

    proven = prove(str(row.pk), b"{}", headers, now=timezone.now().timestamp())

    terminal = proven.terminal
    assert terminal == row
    assert (terminal.company, terminal.company.name) == (row.company, row.company.name)
    assert terminal.last_seen_at == row.last_seen_at
    # What was not read with the keys is read when it is asked for.
    assert (terminal.label, terminal.created_at) == (row.label, row.created_at)
