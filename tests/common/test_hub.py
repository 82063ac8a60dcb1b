"""Wake-ups: they reach every waiter of a channel, from any thread or process."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from common import hub
from common.hub import subscribe

LONG = 5.0


@pytest.fixture(autouse=True)
def no_redis(settings: Settings) -> None:
    """Serve one process."""
    settings.REDIS_URL = ""


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


def test_who_publishes_learns_whether_somebody_waits_here() -> None:
    async def main() -> list[bool]:
        async with subscribe("a"):
            return [hub.publish("a"), hub.publish("b")]

    assert run(main) == [True, False]
    assert not hub.publish("a")


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
