"""Alive and able."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from checkout.models import SweeperSign
from scanning import photos
from tests.ledger import making

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_alive(client: Client) -> None:
    body = client.get("/healthz").json()

    assert (body["status"], body["engines"]) == ("ok", photos.available())
    assert body["engines"]
    assert body["worker"] is None


def test_a_service_that_sweeps_is_ready(client: Client) -> None:
    SweeperSign.objects.create(at=timezone.now())

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["ready"]) == (200, True)


@pytest.mark.filterwarnings("ignore::Warning")
def test_a_sweep_that_is_late_is_not_ready(client: Client) -> None:
    SweeperSign.objects.create(at=timezone.now() - timedelta(minutes=1))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["sweep"]) == (503, False)


def test_a_database_that_fails_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", fail)

    assert client.get("/readyz").json()["checks"]["database"] is False


@pytest.mark.parametrize(
    ("there", "is_able"),
    [([], False), (["opencv"], False), (["zxing-cpp"], True), (["pyzbar"], True)],
)
def test_without_a_decoder_no_photo_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch, there: list[str], is_able: bool
) -> None:
    monkeypatch.setattr(photos, "available", lambda: there)

    assert client.get("/readyz").json()["checks"]["engine"] is is_able


def test_a_log_that_waits_is_said_and_keeps_nobody_away(client: Client) -> None:
    SweeperSign.objects.create(at=timezone.now())
    making.append(1)

    waiting = client.get("/readyz")
    making.sequence()
    placed = client.get("/healthz")

    assert waiting.status_code == 200
    assert waiting.json()["ledger"]["sequences"] is False
    assert waiting.json()["ledger"]["oldest_pending_seconds"] >= 0
    assert placed.json()["sequencer"] is None
    assert placed.json()["ledger"] == {"sequences": True, "oldest_pending_seconds": 0.0}


def test_health_takes_no_post(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_without_a_database_the_process_is_alive_and_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr("config.health.last_sign", fail)
    monkeypatch.setattr("ledger.sequencing.last_look", fail)

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.json()["sweeps"]) == (200, False)
    assert alive.json()["ledger"]["sequences"] is False
    assert (ready.status_code, ready.json()["checks"]["sweep"]) == (503, False)
