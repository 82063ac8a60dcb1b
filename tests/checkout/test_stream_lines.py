"""Whom an open line serves, until when, and what it holds meanwhile."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, cast

import pytest
from asgiref.testing import ApplicationCommunicator
from django.utils import timezone
from pytest_django import Settings

from checkout.models import PaymentPrompt, Terminal
from checkout.services import decide
from checkout.views.streams import events
from common import handler, hub
from common.waiting import in_pool
from config.asgi import django_application
from shoppers.models import Device
from shoppers.services import Registered
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10
HEARTBEAT = b": still here\n\n"

Line = AsyncGenerator[bytes, None]


@pytest.fixture
def terminal(transactional_db: None) -> Terminal:
    return make.terminal(make.company("Magasin X")).terminal


@pytest.fixture
def shopper(transactional_db: None) -> Registered:
    return make.shopper()


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await scenario()

    asyncio.run(limited())


async def opened(who: Registered, *, last_id: str = "") -> Line:
    line = cast(Line, events(who.device, last_id=last_id))
    assert (await anext(line)).startswith(b"retry: ")
    return line


async def told(line: Line) -> tuple[str, dict[str, Any]]:
    """Return the next event, heartbeats apart."""
    while (chunk := await anext(line)) == HEARTBEAT:
        pass
    fields = dict(row.split(": ", 1) for row in chunk.decode().strip().split("\n"))
    return fields["event"], json.loads(fields["data"])


def revoke(device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(revoked_at=timezone.now())


def end(prompt: PaymentPrompt, who: Registered) -> None:
    decide(shopper=who.shopper, prompt_id=prompt.pk, is_approved=True)


def test_a_line_ends_when_its_phone_is_revoked(
    shopper: Registered, settings: Settings
) -> None:
    settings.STREAM_HEARTBEAT_SECONDS = 0.2

    async def scenario() -> None:
        line = await opened(shopper)
        assert await anext(line) == HEARTBEAT
        await in_pool(revoke, shopper.device)

        assert [chunk async for chunk in line] in ([], [HEARTBEAT])

    run(scenario)


def test_a_revoked_phone_is_not_told_what_comes(
    terminal: Terminal, shopper: Registered
) -> None:
    async def scenario() -> None:
        line = await opened(shopper)
        other = await in_pool(Device.objects.create, shopper=shopper.shopper)
        waiting = asyncio.ensure_future(anext(line, b"ended"))
        await in_pool(revoke, shopper.device)
        await in_pool(make.prompt, terminal, shopper.shopper)

        assert await waiting == b"ended"
        assert other.revoked_at is None

    run(scenario)


def test_a_phone_that_comes_back_learns_how_the_prompt_ended(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    end(prompt, shopper)

    async def scenario() -> None:
        line = await opened(shopper, last_id=prompt.pk)

        assert await told(line) == (
            "prompt.closed",
            {"id": prompt.pk, "state": "approved"},
        )
        await line.aclose()

    run(scenario)


def test_what_is_still_pending_is_told_again_to_who_comes_back(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        line = await opened(shopper, last_id=prompt.pk)

        event, card = await told(line)
        assert (event, card["id"]) == ("prompt", prompt.pk)
        await line.aclose()

    run(scenario)


@pytest.mark.parametrize(
    "last_id", ["a b", "x" * 65, "é", "12.3", "unknown", "' OR 1=1"]
)
def test_any_other_last_id_changes_nothing(
    terminal: Terminal, shopper: Registered, settings: Settings, last_id: str
) -> None:
    settings.STREAM_HEARTBEAT_SECONDS = 0.1

    async def scenario() -> None:
        line = await opened(shopper, last_id=last_id)
        assert await anext(line) == HEARTBEAT
        await line.aclose()

    run(scenario)


def test_a_stranger_s_prompt_is_nobody_else_s_end(
    terminal: Terminal, shopper: Registered, settings: Settings
) -> None:
    settings.STREAM_HEARTBEAT_SECONDS = 0.1
    prompt = make.prompt(terminal, shopper.shopper)
    end(prompt, shopper)
    stranger = make.shopper()

    async def scenario() -> None:
        line = await opened(stranger, last_id=prompt.pk)
        assert await anext(line) == HEARTBEAT
        await line.aclose()

    run(scenario)


def test_while_nobody_can_wake_it_a_line_looks_for_itself(
    terminal: Terminal,
    shopper: Registered,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Redis is away, and another process has asked."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(hub, "_relays", {})
    monkeypatch.setattr(hub, "DEAF_SECONDS", 0.1)

    async def scenario() -> None:
        line = await opened(shopper)
        waiting = asyncio.ensure_future(told(line))
        monkeypatch.setattr(hub, "wake_here", lambda _channel: None)
        prompt = await in_pool(make.prompt, terminal, shopper.shopper)

        event, card = await waiting
        assert (event, card["id"]) == ("prompt", prompt.pk)
        await line.aclose()
        for relay in hub._relays.values():
            relay.task.cancel()

    run(scenario)


@pytest.mark.database
def test_an_open_line_holds_no_thread(shopper: Registered) -> None:
    """Django's own handler keeps one for each request, as long as it is answered."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/v1/me/stream",
        "raw_path": b"/api/v1/me/stream",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {shopper.token}".encode())],
    }

    async def scenario() -> None:
        # Those that all requests share are there.
        await in_pool(threading.get_ident)
        handler._errands.submit(threading.get_ident).result()
        before = set(threading.enumerate())
        client: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call]
            django_application, scope
        )
        await client.send_input({"type": "http.request", "body": b""})
        start = await client.receive_output(PATIENCE_SECONDS)
        body = await client.receive_output(PATIENCE_SECONDS)

        assert start["status"] == 200
        assert body["body"].startswith(b"retry: ")
        fresh = set(threading.enumerate()) - before
        assert {thread.name.partition("_")[0] for thread in fresh} <= {"waiting"}
        await client.send_input({"type": "http.disconnect"})
        await client.wait(PATIENCE_SECONDS)

    run(scenario)
    assert hub.open_count() == 0
