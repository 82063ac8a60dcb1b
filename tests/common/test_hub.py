"""Wake-ups: they reach every waiter of a channel, from any thread or process."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as current
from pytest_django import Settings
from structlog.testing import capture_logs

from common import hub
from common.hub import Relay, subscribe

LONG = 5.0


@pytest.fixture(autouse=True)
def no_redis(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Serve one process, unless the test needs the real server."""
    if request.node.get_closest_marker("services") is None:
        settings.REDIS_URL = ""


@pytest.fixture
def fresh_relays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without a relay, and leave none behind."""
    monkeypatch.setattr(hub, "_relays", {})


def run(main: Callable[[], Awaitable[Any]]) -> Any:
    """Run `main` in a loop of its own, ending what it left running."""

    async def wrapped() -> Any:
        return await main()

    return asyncio.run(wrapped())


def test_a_waiter_is_woken_from_another_thread() -> None:
    async def main() -> bool:
        async with subscribe("a") as waiter:
            thread = threading.Thread(target=hub.publish, args=["a"])
            thread.start()
            woken = await waiter.wait(LONG)
            thread.join()
            return woken

    assert run(main) is True


def test_two_waiters_of_one_channel_are_both_woken() -> None:
    async def main() -> list[bool]:
        async with subscribe("a") as one, subscribe("a") as two:
            hub.publish("a")
            return [await one.wait(LONG), await two.wait(LONG)]

    assert run(main) == [True, True]


def test_another_channel_wakes_nobody() -> None:
    async def main() -> bool:
        async with subscribe("a") as waiter:
            hub.publish("b")
            return await waiter.wait(0.02)

    assert run(main) is False


def test_a_wake_up_before_the_wait_is_not_lost_until_it_is_cleared() -> None:
    async def main() -> list[bool]:
        async with subscribe("a") as waiter:
            hub.publish("a")
            first = await waiter.wait(LONG)
            still = await waiter.wait(LONG)
            waiter.clear()
            return [first, still, await waiter.wait(0.02)]

    assert run(main) == [True, True, False]


def test_everyone_is_woken_when_something_may_have_been_missed() -> None:
    async def main() -> list[bool]:
        async with subscribe("a") as one, subscribe("b") as two:
            hub.wake_everyone()
            return [await one.wait(LONG), await two.wait(LONG), one.is_closed]

    assert run(main) == [True, True, False]


def test_who_is_closed_stays_awake() -> None:
    async def main() -> list[bool]:
        async with subscribe("a") as one, subscribe("b") as two:
            threading.Thread(target=hub.close_all).start()
            woken = [await one.wait(LONG), await two.wait(LONG)]
            one.clear()
            return [*woken, await one.wait(LONG), one.is_closed and two.is_closed]

    assert run(main) == [True, True, True, True]


def test_who_left_is_counted_no_more() -> None:
    before = hub.open_count()

    async def main() -> int:
        async with subscribe("a"), subscribe("a"), subscribe("b"):
            return hub.open_count()

    assert run(main) == before + 3
    assert hub.open_count() == before
    assert "a" not in hub._waiters


def test_a_waiter_whose_loop_has_ended_is_no_obstacle() -> None:
    left: list[hub.Waiter] = []

    async def main() -> None:
        left.append(hub.Waiter("a"))

    run(main)

    left[0].wake()


class FakeRelay:
    """A relay that only counts how often it was started."""

    started: list[tuple[asyncio.AbstractEventLoop, str]] = []

    def __init__(self, loop: asyncio.AbstractEventLoop, url: str) -> None:
        self.started.append((loop, url))

    async def is_listening(self, seconds: float) -> bool:
        await asyncio.sleep(0.01)
        return seconds > 0


@pytest.fixture
def counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[tuple[asyncio.AbstractEventLoop, str]]]:
    """Pretend that there is a Redis, and count the relays."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(hub, "_relays", {})
    monkeypatch.setattr(hub, "Relay", FakeRelay)
    FakeRelay.started = []
    yield FakeRelay.started
    FakeRelay.started = []


def test_fifty_phones_at_once_start_one_relay(
    counted: list[tuple[asyncio.AbstractEventLoop, str]],
) -> None:
    async def phone(number: int) -> int:
        async with subscribe(f"phone.{number}"):
            return hub.open_count()

    async def main() -> list[int]:
        return await asyncio.gather(*(phone(number) for number in range(50)))

    assert max(run(main)) >= 50
    assert [url for _loop, url in counted] == ["redis://127.0.0.1:1/0"]


def test_another_loop_has_a_relay_of_its_own_and_forgets_the_dead(
    counted: list[tuple[asyncio.AbstractEventLoop, str]],
) -> None:
    async def main() -> None:
        async with subscribe("a"):
            pass

    run(main)
    run(main)

    assert len(counted) == 2
    assert len(hub._relays) == 1


def test_a_redis_that_is_gone_costs_a_line_in_the_log(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with capture_logs() as logged:
        hub.publish("a")

    assert [line["event"] for line in logged] == ["hub.publish_failed"]


def test_the_channel_is_published_to_the_other_processes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[tuple[str, str]] = []

    class Publisher:
        def publish(self, topic: str, channel: str) -> None:
            published.append((topic, channel))

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(hub, "_publisher", lambda _url: Publisher())

    hub.publish("shopper.1")

    assert published == [(hub.TOPIC, "shopper.1")]


class FakeServer:
    """Stands for `redis.asyncio.Redis`: one script of messages per connection."""

    def __init__(self, *scripts: list[Any]) -> None:
        self.scripts = list(scripts)

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

    async def listen(self) -> AsyncIterator[dict[str, Any]]:
        for step in self.scripts.pop(0):
            if isinstance(step, Exception):
                raise step
            yield step
        await asyncio.Event().wait()


SUBSCRIBED = {"type": "subscribe", "data": 1}


def relayed(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    server: FakeServer,
    *,
    seconds: float,
) -> tuple[bool, bool]:
    """Say whether a waiter on "a" was woken, and whether its relay listens."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(redis.asyncio, "Redis", server)
    monkeypatch.setattr(hub, "RECONNECT_SECONDS", 0.01)
    monkeypatch.setattr(hub, "RELAY_PATIENCE_SECONDS", 0.01)

    async def main() -> tuple[bool, bool]:
        async with subscribe("a") as waiter:
            woken = await waiter.wait(seconds)
            relay = hub._relays[asyncio.get_running_loop()]
            return woken, await relay.is_listening(0.01)

    answer: tuple[bool, bool] = run(main)
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
        assert run(main) == [True, False, True]
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
        assert run(main) == [True, True, True]
    finally:
        client.close()
