"""The relay: one listener on Redis, which comes back whatever happens to it."""

import asyncio
from typing import Any

import pytest
import redis
from django.conf import settings as current
from pytest_django import Settings
from structlog.testing import capture_logs

from common import hub
from common.hub import Relay, subscribe

LONG = 5.0


@pytest.fixture
def fresh_relays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without a relay, and leave none behind."""
    monkeypatch.setattr(hub, "_relays", {})


class FakeServer:
    """Stands for `redis.asyncio.Redis`: one script of messages per connection."""

    def __init__(self, *scripts: list[Any]) -> None:
        self.scripts = list(scripts)
        self.script: list[Any] = []
        self.pings = 0

    def from_url(self, *_: Any, **__: Any) -> "FakeServer":
        return self

    def pubsub(self) -> "FakeServer":
        return self

    async def __aenter__(self) -> "FakeServer":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def subscribe(self, topic: str) -> None:
        assert topic == hub.TOPIC

        self.script = self.scripts.pop(0)

    async def get_message(self, *, timeout: float) -> dict[str, Any] | None:
        if not self.script:
            # As a server that says nothing any more, not even what it was asked.
            await asyncio.sleep(timeout)
            return None
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        await asyncio.sleep(0)
        return dict(step)

    async def ping(self) -> None:
        self.pings += 1


SUBSCRIBED = {"type": "subscribe", "data": 1}


def relayed(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    server: FakeServer,
    *,
    seconds: float,
    turns: int = 1,
) -> tuple[bool, bool]:
    """Say whether a waiter on "a" was woken each time, and its relay listens."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(redis.asyncio, "Redis", server)
    monkeypatch.setattr(hub, "RECONNECT_SECONDS", 0.01)
    monkeypatch.setattr(hub, "RELAY_PATIENCE_SECONDS", 0.01)

    async def main() -> tuple[bool, bool]:
        async with subscribe("a") as waiter:
            woken = True
            for _turn in range(turns):
                woken &= await waiter.wait(seconds)
                waiter.clear()
            relay = hub._relays[asyncio.get_running_loop()]
            return woken, await relay.is_listening(0.01)

    answer: tuple[bool, bool] = asyncio.run(main())
    return answer


@pytest.mark.usefixtures("fresh_relays")
def test_a_new_subscription_wakes_everyone_since_something_may_be_missed(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    server = FakeServer([SUBSCRIBED])

    assert relayed(monkeypatch, settings, server, seconds=LONG) == (True, True)


@pytest.mark.usefixtures("fresh_relays")
def test_a_relay_that_is_cut_off_connects_again(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    server = FakeServer(
        [redis.ConnectionError("cut")],
        [OSError("cut")],
        [{"type": "other"}, {"type": "message", "data": b"a"}],
    )

    with capture_logs() as logged:
        woken, listens = relayed(monkeypatch, settings, server, seconds=LONG)

    assert (woken, listens) == (True, False)
    assert [line["event"] for line in logged] == ["hub.relay_lost"] * 2


@pytest.mark.usefixtures("fresh_relays")
def test_a_message_that_cannot_be_read_does_not_end_the_relay(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    server = FakeServer(
        [{"type": "message", "data": b"\xff"}, {"type": "message", "data": b"a"}],
        [SUBSCRIBED],
    )

    assert relayed(monkeypatch, settings, server, seconds=0.5)[0] is True


@pytest.mark.usefixtures("fresh_relays")
def test_a_channel_that_another_process_wakes_wakes_ours(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    server = FakeServer([{"type": "message", "data": b"b"}])

    assert relayed(monkeypatch, settings, server, seconds=0.05) == (False, False)


@pytest.mark.usefixtures("fresh_relays")
def test_a_server_that_answers_no_ping_is_left(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """A stopped Redis keeps its connections open, and silence alone tells."""
    server = FakeServer([SUBSCRIBED], [SUBSCRIBED] * 50)
    monkeypatch.setattr(hub, "SILENCE_SECONDS", 0.01)

    with capture_logs() as logged:
        relayed(monkeypatch, settings, server, seconds=0.3, turns=3)

    assert server.pings >= 1
    assert {"reason": "TimeoutError"}.items() <= logged[0].items()


@pytest.mark.usefixtures("fresh_relays")
def test_who_cannot_be_woken_looks_for_itself(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Redis is away: a wait that would last for long comes back as though woken."""
    server = FakeServer(*([redis.ConnectionError("away")] for _ in range(1_000)))
    monkeypatch.setattr(hub, "DEAF_SECONDS", 0.05)

    with capture_logs():
        assert relayed(monkeypatch, settings, server, seconds=LONG) == (True, False)


@pytest.mark.usefixtures("fresh_relays")
def test_who_waits_for_long_is_woken_when_the_relay_is_lost(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    server = FakeServer(
        [SUBSCRIBED, redis.ConnectionError("cut")],
        *([redis.ConnectionError("away")] for _ in range(1_000)),
    )

    with capture_logs():
        # Woken by the subscription, and again by its loss.
        assert relayed(monkeypatch, settings, server, seconds=LONG, turns=2)[0]


@pytest.mark.services
@pytest.mark.usefixtures("fresh_relays")
def test_a_real_redis_carries_a_wake_up_between_processes() -> None:
    if not current.REDIS_URL:
        pytest.skip("FLASHSESAME_REDIS_URL names no server")
    client = redis.Redis.from_url(current.REDIS_URL)

    async def main() -> list[bool]:
        async with subscribe("shopper.7") as waiter:
            relay = hub._relays[asyncio.get_running_loop()]
            assert isinstance(relay, Relay)
            listens = await relay.is_listening(LONG)
            # The subscription itself has woken everyone.
            await asyncio.sleep(0.05)
            waiter.clear()
            silent = await waiter.wait(0.1)
            # As another process does: Redis only, nothing in this process's memory.
            await asyncio.to_thread(client.publish, hub.TOPIC, "shopper.7")
            woken = await waiter.wait(LONG)
            relay.task.cancel()
            return [listens, silent, woken]

    try:
        assert asyncio.run(main()) == [True, False, True]
    finally:
        client.close()


@pytest.mark.services
@pytest.mark.usefixtures("fresh_relays")
def test_a_relay_comes_back_after_redis_cuts_it_off() -> None:
    if not current.REDIS_URL:
        pytest.skip("FLASHSESAME_REDIS_URL names no server")
    client = redis.Redis.from_url(current.REDIS_URL)

    async def main() -> list[bool]:
        async with subscribe("shopper.8") as waiter:
            relay = hub._relays[asyncio.get_running_loop()]
            listens = await relay.is_listening(LONG)
            await asyncio.sleep(0.05)
            waiter.clear()
            await asyncio.to_thread(client.client_kill_filter, _type="pubsub")
            # Who was cut off is woken once it listens again.
            woken = await waiter.wait(LONG)
            waiter.clear()
            await asyncio.to_thread(hub.publish, "shopper.8")
            again = await waiter.wait(LONG)
            relay.task.cancel()
            return [listens, woken, again]

    try:
        assert asyncio.run(main()) == [True, True, True]
    finally:
        client.close()
