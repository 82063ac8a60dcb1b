"""The scan's own path: no write, no wait, and no failure because of counting."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from scanning import counting
from scanning.counting import Note, buffering
from scanning.models import DailyScans, HistoryEntry
from scanning.services.history import switch_history
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans"


@pytest.fixture
def thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the thread count, at once, as it does outside tests."""
    monkeypatch.setattr(buffering, "EVERY_SECONDS", 0.01)
    counting.buffer.is_automatic = True
    yield
    counting.buffer.is_automatic = False
    counting.buffer.stop()


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("keeps_history", [True, False])
@pytest.mark.database
def test_a_scan_writes_nothing(
    api: APIClient, bearer: Any, is_known: bool, keeps_history: bool
) -> None:
    shopper = make.shopper()
    if keeps_history:
        switch_history(shopper=shopper.shopper, is_enabled=True)
    gtin = make.product(published=True).gtin if is_known else make.gtin()

    with CaptureQueriesContext(connection) as captured:
        answer = api.post(URL, {"code": gtin}, headers=bearer(shopper.token))

    assert answer.status_code == (200 if is_known else 404)
    statements = {query["sql"].split()[0].upper() for query in captured}
    assert statements == {"SELECT"}
    counting.flush()
    assert DailyScans.objects.get().count == 1
    assert HistoryEntry.objects.count() == keeps_history


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer fsd_nonsense"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer fsd_" + "é" * 9_000},
    ],
    ids=["none", "unknown", "of another kind", "long"],
)
def test_a_token_that_opens_nothing_fails_no_scan(
    api: APIClient, headers: dict[str, str]
) -> None:
    product = make.product(published=True)

    answer = api.post(URL, {"code": product.gtin}, headers=headers)

    assert answer.status_code == 200


@pytest.mark.usefixtures("thread")
def test_a_broken_database_fails_no_scan(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Event()

    def away(_batch: list[Note]) -> None:
        tried.set()
        raise OperationalError("database is locked")

    monkeypatch.setattr(buffering, "write", away)
    product = make.product(published=True)

    answers = []
    for _ in range(5):
        answers.append(api.post(URL, {"code": product.gtin}).status_code)
        tried.wait(5)

    assert answers == [200] * 5
    assert tried.is_set()
    # All are still there for the next try.
    monkeypatch.setattr(buffering, "write", lambda _batch: None)
    counting.buffer.stop()


@pytest.mark.usefixtures("thread")
def test_a_slow_database_makes_no_scan_wait(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_writing, may_go_on = threading.Event(), threading.Event()

    def slow(_batch: list[Note]) -> None:
        is_writing.set()
        assert may_go_on.wait(10)

    monkeypatch.setattr(buffering, "write", slow)
    product = make.product(published=True)
    api.post(URL, {"code": product.gtin})
    assert is_writing.wait(5)

    answer = api.post(URL, {"code": product.gtin})

    # Answered while the first one is still being written.
    assert (answer.status_code, may_go_on.is_set()) == (200, False)
    may_go_on.set()
