"""A whole payment through real processes: web, Celery worker, PostgreSQL and Redis."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from django.conf import settings
from django.db import connection

from checkout import settling
from checkout.models import Delivery, PaymentPrompt, State, Terminal
from shoppers.models import Shopper
from shoppers.services import Registered
from tests import make

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("worker"),
]
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 20.0


def database_url() -> str:
    """Return the address of this test's own database, for other processes."""
    known = connection.settings_dict
    user, password = quote(known["USER"], safe=""), quote(known["PASSWORD"], safe="")
    host, name = quote(known["HOST"], safe=""), known["NAME"]
    return f"postgres://{user}:{password}@{host}:{known['PORT']}/{name}"


def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FLASHSESAME_DATABASE_URL": database_url(),
        "FLASHSESAME_DATA_DIR": str(tmp_path),
        "FLASHSESAME_SECRET_KEY": settings.SECRET_KEY,
        "FLASHSESAME_BOOTSTRAP": "0",
        # A line reads again at each beat: not before a test has lost its patience.
        "FLASHSESAME_STREAM_HEARTBEAT": f"{PATIENCE_SECONDS + 5:.0f}",
    }


def start(arguments: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env=env)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a Celery worker with a forked pool, as production has it."""
    process = start(
        ["celery", "-A", "config", "worker", "-c", "1", "--loglevel", "WARNING"],
        environment(tmp_path),
    )
    yield process
    stop(process)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """Start a web process, and return its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(
        [
            *("uvicorn", "config.asgi:application", "--port", str(port)),
            # Open lines would keep it until their phones go.
            *("--timeout-graceful-shutdown", "1"),
        ],
        environment(tmp_path),
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            assert httpx.get(f"{address}/healthz").status_code == 200
            break
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the web process never answered"
            time.sleep(0.1)
    yield address
    stop(process)


class Phone:
    """A phone that keeps its line open, in a thread."""

    def __init__(self, address: str, token: str, *, last_id: str = "") -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": last_id}
        self.address = address
        self.opened = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self.opened.wait(PATIENCE_SECONDS)

    def _listen(self) -> None:
        name = ""
        # The line has a deadline of its own: comments keep a read from timing out.
        with httpx.stream(
            "GET", f"{self.address}/api/v1/me/stream", headers=self.headers, timeout=30
        ) as line:
            try:
                for text in line.iter_lines():
                    self.opened.set()
                    if text.startswith("event: "):
                        name = text.removeprefix("event: ")
                    elif text.startswith("data: "):
                        data = json.loads(text.removeprefix("data: "))
                        self.events.append((name, data))
            except httpx.TransportError:
                return

    def heard(self, name: str) -> dict[str, Any]:
        """Wait for an event and return what it carried."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for event, data in list(self.events):
                if event == name:
                    return data
            time.sleep(0.02)
        raise AssertionError(f"no {name} among {self.events}")


def test_a_payment_goes_from_till_to_phone_and_back(
    web: str,
) -> None:
    shop = make.company("Magasin X")
    make.rate(shop, 64)
    terminal, secret = make.terminal(shop)
    shopper = make.shopper()
    phone = Phone(web, shopper.token)

    handle = httpx.post(f"{web}/api/v1/me/pass", headers=phone.headers).json()["pass"]
    body = make.prompt_body(terminal, handle)
    accepted = httpx.post(
        f"{web}/api/v1/terminals/{terminal.pk}/payment-prompts",
        content=body,
        headers={"Content-Type": "application/json", **make.signed(body, secret)},
    )
    assert accepted.status_code == 202, accepted.text
    card = phone.heard("prompt")
    assert card["text"].startswith("Le taux de satisfaction des employés")

    outcome: list[dict[str, Any]] = []

    def poll() -> None:
        till = {"Authorization": f"Bearer {accepted.json()['poll_token']}"}
        address = f"{web}/api/v1/payment-prompts/{card['id']}?wait=25"
        outcome.append(httpx.get(address, headers=till, timeout=30).json())

    polling = threading.Thread(target=poll)
    polling.start()
    time.sleep(0.3)
    decision = httpx.post(
        f"{web}/api/v1/me/prompts/{card['id']}/decision",
        json={"decision": "approve", "digest": card["digest"]},
        headers=phone.headers,
    )
    polling.join(PATIENCE_SECONDS)

    assert decision.json()["state"] == "approved"
    assert outcome[0]["state"] == "approved"
    assert phone.heard("prompt.closed")["state"] == "approved"


def test_celery_alone_brings_a_prompt_to_the_phone(
    web: str,
) -> None:
    """The direct wake-up stays in this process, which has no phone."""
    from checkout import tasks
    from config.celery import app

    terminal = make.terminal(make.company()).terminal
    shopper = make.shopper()
    phone = _phone_that_read(web, terminal, shopper)
    prompt = _quiet_prompt(terminal, shopper.shopper)

    app.conf.task_always_eager = False
    tasks.deliver.delay(Delivery.objects.get().pk)

    assert phone.heard("prompt")["id"] == prompt.pk


def test_the_sweeper_repairs_what_no_message_brought(web: str, tmp_path: Path) -> None:
    terminal = make.terminal(make.company()).terminal
    shopper = make.shopper()
    phone = _phone_that_read(web, terminal, shopper)
    prompt = _quiet_prompt(terminal, shopper.shopper)
    Delivery.objects.update(due_at=prompt.created_at)

    sweeper = start(["manage", "sweep"], environment(tmp_path))
    try:
        assert phone.heard("prompt")["id"] == prompt.pk
    finally:
        stop(sweeper)
    assert sweeper.returncode == 0


def _phone_that_read(web: str, terminal: Terminal, by: Registered) -> Phone:
    """Return a phone whose line has read what there is: only a hint wakes it now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("checkout.settling._tell", lambda *_asked: None)
        ended = _quiet_prompt(terminal, by.shopper)
        settling.settle(ended.pk, State.CANCELED, where=settling.IN_TIME)
    Delivery.objects.all().delete()
    phone = Phone(web, by.token, last_id=ended.pk)
    assert phone.heard("prompt.closed")["id"] == ended.pk
    return phone


def _quiet_prompt(terminal: Terminal, shopper: Shopper) -> PaymentPrompt:
    """Create a prompt of which nobody is told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("checkout.services.asking._tell", lambda *_asked: None)
        return make.prompt(terminal, shopper)
