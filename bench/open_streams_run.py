"""
One web process that holds many lines open, and what they cost it.

It publishes nothing itself (`bench.paying_app`, `none`): each message comes from here,
so the time is that of the fan-out, with the reading of the row that it causes.
"""

import asyncio
import contextlib
import os
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bench.paying import HEADING, Ground, Times, Web, ground, on_loop, web
from bench.tables import say

T = TypeVar("T")

AT_ONCE = 20
PATIENCE_SECONDS = 60.0
SETTLE_SECONDS = 2.0
BAR_KIB = 60.0
# The listener and what publishes; besides, one for each thread that counts requests.
BAR_REDIS = 4
LONGEST_WAIT = 30


class Held(NamedTuple):
    """What a web process holds at a moment."""

    kib: int
    threads: int
    redis: int


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a line costs more than it may."""
    parser = ArgumentParser(prog="open_streams.py", description="Many open lines.")
    parser.add_argument("--lines", type=int, default=1_000)
    parser.add_argument("--heard", type=int, default=200, help="how many are woken")
    options = parser.parse_args(arguments)
    _raise_limit(options.lines * 2 + 200)
    with (
        tempfile.TemporaryDirectory() as folder,
        ground(Path(folder)) as on,
        web(on, "none") as server,
    ):
        load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
        say(f"{options.lines} lines, load average {load}")
        people, terminal = _people(options.lines)
        bench = _Bench(on, server, terminal, min(options.heard, options.lines))
        is_right = on_loop(bench.run(people))
    sys.exit(not is_right)


def _web_threads() -> int:
    from django.conf import settings

    return int(settings.WEB_THREADS)


def _raise_limit(files: int) -> None:
    # The web process inherits it.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        most = hard if hard != resource.RLIM_INFINITY else files
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, most), hard))


def _people(count: int) -> tuple[list[tuple[str, str]], tuple[str, str]]:
    """Return each shopper's channel and token, and a terminal's credentials."""
    from django.db import transaction

    from checkout.services import register_terminal
    from shoppers.services import register_shopper
    from tests import make

    with transaction.atomic():
        registered = [register_shopper(language="fr") for _ in range(count)]
    terminal = register_terminal(company=make.company("Magasin X"), label="Caisse 1")
    people = [(one.shopper.channel, one.token) for one in registered]
    return people, (str(terminal.terminal.pk), terminal.secret)


class _Bench:
    """The measurement of one server."""

    def __init__(
        self, on: Ground, server: Web, terminal: tuple[str, str], heard: int
    ) -> None:
        import redis.asyncio

        from checkout.simulating.till import AsyncTill

        self.on, self.server, self.woken = on, server, heard
        self.till = AsyncTill(server.address, *terminal)
        self.redis = redis.asyncio.Redis.from_url(on.redis_url)

    async def run(self, people: list[tuple[str, str]]) -> bool:
        """Measure streams, then polls, and say whether the bars are kept."""
        # Whatever the process makes at its first prompt, it has before it is weighed.
        await self._ask(people[0][1])
        before = await self._held()
        is_right = await self._streams(people, before)
        return await self._polls(people, await self._settled()) and is_right

    async def _streams(self, people: list[tuple[str, str]], before: Held) -> bool:
        phones = [_Line(self.server.address, token) for _channel, token in people]
        begun = time.perf_counter()
        await _few_at_once(phone.open() for phone in phones)
        say(f"\nstreams: opened in {time.perf_counter() - begun:.1f} s")
        is_right = self._told(before, await self._settled(), len(phones))
        # The first one has its prompt already.
        times = []
        for (channel, token), phone in list(zip(people, phones, strict=True))[
            1 : self.woken + 1
        ]:
            await self._ask(token)
            published = time.perf_counter()
            await self._publish(channel)
            async with asyncio.timeout(PATIENCE_SECONDS):
                times.append(await phone.heard - published)
        say(HEADING)
        say(Times.of(times).line("publish → phone's line"))
        await asyncio.gather(*(phone.close() for phone in phones))
        return is_right

    async def _polls(self, people: list[tuple[str, str]], before: Held) -> bool:
        asked: list[Any] = []

        async def ask(token: str) -> None:
            asked.append((await self._ask(token), token))

        # Those who were asked before have a pending prompt.
        await _few_at_once(ask(token) for _channel, token in people[self.woken + 1 :])
        begun = time.perf_counter()
        polls = [asyncio.create_task(self._poll(prompt)) for prompt, _token in asked]
        await asyncio.sleep(SETTLE_SECONDS)
        say(f"\nlong polls: {len(polls)} asked in {time.perf_counter() - begun:.1f} s")
        is_right = self._told(before, await self._held(), len(polls))
        times = []
        for (prompt, token), poll in list(zip(asked, polls, strict=True))[: self.woken]:
            await self._approve(token)
            published = time.perf_counter()
            await self._publish(f"prompt.{prompt.id}")
            times.append((await poll) - published)
        say(HEADING)
        say(Times.of(times).line("publish → till's poll"))
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
        return is_right

    async def _poll(self, prompt: Any) -> float:
        await self.till.read(prompt, wait=LONGEST_WAIT)
        return time.perf_counter()

    async def _ask(self, token: str) -> Any:
        from checkout.simulating.phone import AsyncPhone

        phone = AsyncPhone(self.server.address, token, server=self.till.server)
        return await self.till.ask(await phone.mint_pass(), 1299, "EUR")

    async def _approve(self, token: str) -> None:
        from checkout.simulating.phone import AsyncPhone

        phone = AsyncPhone(self.server.address, token, server=self.till.server)
        [card] = await phone.pending()
        await phone.decide(card, approve=True)

    async def _publish(self, channel: str) -> None:
        from common import hub

        await self.redis.publish(hub.TOPIC, channel)

    def _told(self, before: Held, now: Held, lines: int) -> bool:
        kib = (now.kib - before.kib) / lines
        verdict = "reached" if kib <= BAR_KIB else "MISSED"
        say(f"{kib:.1f} KiB a line, bar {BAR_KIB:g}  {verdict}")
        say(f"threads {before.threads} → {now.threads}")
        say(f"Redis connections of the process {before.redis} → {now.redis}")
        return kib <= BAR_KIB and now.redis <= BAR_REDIS + _web_threads()

    async def _settled(self) -> Held:
        await asyncio.sleep(SETTLE_SECONDS)
        return await self._held()

    async def _held(self) -> Held:
        return Held(
            self.server.resident_kib,
            self.server.threads,
            # This process has one of its own, with which it asks.
            len(await self.redis.client_list()) - 1,
        )


class _Line:
    """One phone that listens, until it hears its first prompt."""

    def __init__(self, address: str, token: str) -> None:
        from checkout.simulating.phone import AsyncPhone

        self.phone = AsyncPhone(address, token)
        self.heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.opened = asyncio.Event()

    async def open(self) -> None:
        """Return once the line stands."""
        self.listening = asyncio.create_task(self._listen())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.opened.wait()

    async def _listen(self) -> None:
        async for event in self.phone.listen():
            self.opened.set()
            if event.name == "prompt" and not self.heard.done():
                self.heard.set_result(time.perf_counter())

    async def close(self) -> None:
        """Hang up."""
        self.listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.listening


async def _few_at_once(jobs: Iterable[Awaitable[T]]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(job: Awaitable[T]) -> None:
        async with gate:
            await job

    await asyncio.gather(*map(one, jobs))
