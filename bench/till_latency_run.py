"""
Signed request → verified, stored, committed → the phone's line, and its parts.

One prompt after the other, each kind in turn, so that all meet the same noise.
"""

import asyncio
import contextlib
import json
import os
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.paying import HEADING, Ground, Times, Web, ground, on_loop, web, worker
from bench.tables import say

WARM_UP = 10
PATIENCE_SECONDS = 20.0
CHANNEL = "bench:bare"
# On a busy two-core host, at p50.
BARS_MS = {"direct": 11.0, "hints": 15.0}
TITLES = {
    "direct": "request → phone, direct",
    "hints": "request → phone, through Celery",
}


class Round(NamedTuple):
    """Seconds from the request to the phone's line, and to the till's 202."""

    heard: float
    accepted: float


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a prompt is not heard."""
    parser = ArgumentParser(
        prog="till_latency.py", description="From the till to the phone's line."
    )
    parser.add_argument("--prompts", type=int, default=150, help="of each kind")
    parser.add_argument("--thorough", action="store_true", help="600 of each kind")
    options = parser.parse_args(arguments)
    count = 600 if options.thorough else options.prompts
    with (
        tempfile.TemporaryDirectory() as folder,
        ground(Path(folder)) as on,
        worker(on),
        web(on, "direct") as direct,
        web(on, "hints") as hints,
    ):
        load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
        say(f"{os.cpu_count()} processors, load average {load}; {count} of each kind")
        till = _till()
        on_loop(_measured(on, {"direct": direct, "hints": hints}, till, count))


def _till() -> tuple[str, str]:
    from checkout.services import register_terminal
    from tests import make

    company = make.company("Magasin X")
    make.rate(company, 64)
    registered = register_terminal(company=company, label="Caisse 1")
    return str(registered.terminal.pk), registered.secret


async def _measured(
    on: Ground, webs: dict[str, Web], till: tuple[str, str], count: int
) -> None:
    bare: list[float] = []
    rounds: dict[str, list[Round]] = {kind: [] for kind in webs}
    async with contextlib.AsyncExitStack() as stack:
        pairs = {
            kind: await stack.enter_async_context(_Pair.standing(one, till))
            for kind, one in webs.items()
        }
        message = await stack.enter_async_context(_Bare.open(on.redis_url))
        for number in range(count + WARM_UP):
            spent = await message.once()
            paid = {kind: await pair.once() for kind, pair in pairs.items()}
            if number >= WARM_UP:
                bare.append(spent)
                for kind, one in paid.items():
                    rounds[kind].append(one)
    _print(bare, rounds)


def _print(bare: list[float], rounds: dict[str, list[Round]]) -> None:
    base = Times.of(bare)
    say(HEADING)
    say(base.line("bare Redis, publish → subscriber"))
    for kind, found in rounds.items():
        heard = Times.of([one.heard for one in found])
        say(heard.line(TITLES[kind], base))
        say(Times.of([one.accepted for one in found]).line("  its 202", base))
        bar = BARS_MS[kind]
        reached = "reached" if heard.p50 <= bar else "MISSED"
        say(f"  bar at p50: {bar:g} ms  {reached}")


class _Pair:
    """A till and a phone that has its line open, at one server."""

    def __init__(self, server: Web, till: tuple[str, str]) -> None:
        from checkout.simulating.phone import AsyncPhone
        from checkout.simulating.till import AsyncTill

        self.till = AsyncTill(server.address, *till)
        self.phone = AsyncPhone(server.address)
        self.opened = asyncio.Event()
        self.heard: asyncio.Queue[tuple[float, str]] = asyncio.Queue()

    @classmethod
    @contextlib.asynccontextmanager
    async def standing(
        cls, server: Web, till: tuple[str, str]
    ) -> AsyncIterator["_Pair"]:
        """Lend a pair whose phone listens."""
        pair = cls(server, till)
        await pair.phone.sign_up()
        listening = asyncio.create_task(pair._listen())
        await pair.opened.wait()
        try:
            yield pair
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            await pair.till.close()
            await pair.phone.close()

    async def _listen(self) -> None:
        async for event in self.phone.listen():
            self.opened.set()
            if event.name == "prompt":
                self.heard.put_nowait((time.perf_counter(), event.data))

    async def once(self) -> Round:
        """Ask once, answer, and return how long it took to be heard."""
        body = self.till.question(await self.phone.mint_pass(), 1299, "EUR")
        headers = self.till.signed(body)
        begun = time.perf_counter()
        answer = await self.till.post(body, headers=headers)
        accepted = time.perf_counter() - begun
        identifier = answer.content()["id"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            heard_at, data = await self.heard.get()
        card = json.loads(data)
        assert card["id"] == identifier, "another prompt was heard"
        await self.phone.decide(card, approve=True)
        return Round(heard_at - begun, accepted)


class _Bare:
    """One publisher and one subscriber, with nothing around them."""

    def __init__(self, publisher: object, heard: "asyncio.Queue[float]") -> None:
        self.publisher, self.heard = publisher, heard

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["_Bare"]:
        """Lend a line that is subscribed."""
        import redis.asyncio

        heard: asyncio.Queue[float] = asyncio.Queue()
        async with (
            redis.asyncio.Redis.from_url(url) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.subscribe(CHANNEL)

            async def listen() -> None:
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        heard.put_nowait(time.perf_counter())

            listening = asyncio.create_task(listen())
            try:
                yield cls(client, heard)
            finally:
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listening

    async def once(self) -> float:
        """Return how long one message took."""
        begun = time.perf_counter()
        await self.publisher.publish(CHANNEL, b"x")  # type: ignore[attr-defined]
        return await self.heard.get() - begun
