"""How many lines one phone keeps open, and which of too many ends."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import cast

import pytest

from checkout.models import Terminal
from checkout.views import crowding
from checkout.views.streams import events
from common import hub
from common.waiting import in_pool
from shoppers.models import Device
from shoppers.services import Registered
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10

Line = AsyncGenerator[bytes, None]


@pytest.fixture
def shopper(transactional_db: None) -> Registered:
    return make.shopper()


@pytest.fixture
def terminal(transactional_db: None) -> Terminal:
    return make.terminal(make.company("Magasin X")).terminal


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await scenario()

    asyncio.run(limited())


async def opened(device: Device) -> Line:
    line = cast(Line, events(device))
    assert (await anext(line)).startswith(b"retry: ")
    return line


async def close(*lines: Line) -> None:
    for line in lines:
        await line.aclose()


def test_of_too_many_lines_the_oldest_ends_and_says_why(shopper: Registered) -> None:
    async def scenario() -> None:
        lines = [await opened(shopper.device) for _ in range(crowding.MOST_LINES)]
        newest = await opened(shopper.device)

        [last] = [chunk async for chunk in lines[0]]

        fields = dict(row.split(": ", 1) for row in last.decode().strip().split("\n"))
        assert fields["event"] == "problem"
        assert json.loads(fields["data"])["code"] == "too_many_streams"
        assert int(fields["retry"]) >= 30_000
        assert hub.open_count() == crowding.MOST_LINES
        await close(*lines[1:], newest)

    run(scenario)


@pytest.mark.database
def test_the_newest_are_told_what_comes(
    shopper: Registered, terminal: Terminal
) -> None:
    async def scenario() -> None:
        lines = [await opened(shopper.device) for _ in range(crowding.MOST_LINES + 2)]
        kept = lines[2:]
        waiting = [asyncio.ensure_future(anext(line)) for line in kept]
        await in_pool(make.prompt, terminal, shopper.shopper)

        told = await asyncio.gather(*waiting)

        assert {chunk.split(b"\n")[0] for chunk in told} == {b"event: prompt"}
        await close(*lines)

    run(scenario)


def test_the_shoppers_other_phone_has_lines_of_its_own(shopper: Registered) -> None:
    other = Device.objects.create(shopper=shopper.shopper, token_digest="other")

    async def scenario() -> None:
        lines = [await opened(shopper.device) for _ in range(crowding.MOST_LINES)]
        lines += [await opened(other) for _ in range(crowding.MOST_LINES)]

        assert hub.open_count() == 2 * crowding.MOST_LINES
        await close(*lines)

    run(scenario)


def test_a_line_that_was_hung_up_leaves_its_place(shopper: Registered) -> None:
    async def scenario() -> None:
        lines = [await opened(shopper.device) for _ in range(crowding.MOST_LINES)]
        await close(lines[0])
        newest = await opened(shopper.device)

        assert hub.open_count() == crowding.MOST_LINES
        await close(*lines, newest)
        assert not crowding._lines
        assert not crowding._crowded_out

    run(scenario)


def test_a_server_that_stops_says_nothing_of_crowds(shopper: Registered) -> None:
    async def scenario() -> None:
        line = await opened(shopper.device)
        hub.close_all()

        assert [chunk async for chunk in line] == []

    run(scenario)
