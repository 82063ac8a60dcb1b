"""
The load: a few connections kept alive, each asking again once it is answered.

Raw sockets, so that this process is not what is measured. Every answer is checked
against the status and the length that the same address gave before.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import quantiles
from typing import NamedTuple

LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)
HEAD = re.compile(rb"HTTP/1\.1 ([0-9]{3}) ")
ETAG = re.compile(rb"\r\netag: *(\S+)\r\n", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"
NOT_MODIFIED = 304
# A server that starts, or one that is very slow, is waited for; then it is an error.
PATIENCE_SECONDS = 60.0
START_PAUSE_SECONDS = 0.05


class Request(NamedTuple):
    """What is sent, and what must come back."""

    head: bytes
    status: int
    length: int


class Answer(NamedTuple):
    """What came back."""

    status: int
    etag: str
    body: bytes


class Load(NamedTuple):
    """What one round showed: answers, wrong or missing ones, and times in seconds."""

    answered: int
    errors: int
    seconds: float
    latencies: list[float]

    def percentile(self, percent: int) -> float:
        """Return the latency that `percent` of the answers kept, in milliseconds."""
        if len(self.latencies) < 2:
            return 0.0
        return quantiles(self.latencies, n=100)[percent - 1] * 1000


def head(path: str, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def put(port: int, requests: Sequence[Request], *, seconds: float, width: int) -> Load:
    """Ask for the requests in turn, over `width` connections, for some seconds."""
    return asyncio.run(_put(port, requests, seconds, width))


def ask(port: int, request: bytes) -> Answer:
    """Ask once and return the answer, whatever it is."""
    return asyncio.run(_ask(port, request))


async def _put(
    port: int, requests: Sequence[Request], seconds: float, width: int
) -> Load:
    loop = asyncio.get_running_loop()
    endless = itertools.cycle(requests)
    started = time.perf_counter()
    lines = [_Line(endless, until=started + seconds) for _ in range(width)]
    for line in lines:
        await loop.create_connection(lambda line=line: line, "127.0.0.1", port)  # type: ignore[misc]
    async with asyncio.timeout(seconds + PATIENCE_SECONDS):
        await asyncio.gather(*(line.ended for line in lines))
    spent = time.perf_counter() - started
    latencies = [latency for line in lines for latency in line.latencies]
    errors = sum(line.errors for line in lines)
    return Load(len(latencies), errors, spent, latencies)


async def _ask(port: int, request: bytes) -> Answer:
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await _opened(port)
        writer.write(request)
        start = await reader.readuntil(END_OF_HEAD)
        status, length = _described(start)
        body = await reader.readexactly(length)
        writer.close()
    found = ETAG.search(start)
    return Answer(status, found[1].decode() if found else "", body)


async def _opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect, however long the server takes to start."""
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(START_PAUSE_SECONDS)


def _described(start: bytes) -> tuple[int, int]:
    """Return the status and the body's length that the head of an answer says."""
    found = HEAD.match(start)
    status = int(found[1]) if found else 0
    if status == NOT_MODIFIED:
        return status, 0
    found = LENGTH.search(start)
    # Our servers always say it; whoever does not cannot be measured.
    return (status, int(found[1])) if found else (0, 0)


class _Line(asyncio.Protocol):
    """One connection: it asks, waits for the whole answer, and asks again."""

    def __init__(self, requests: Iterator[Request], *, until: float) -> None:
        self.latencies: list[float] = []
        self.errors = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._until = until
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(END_OF_HEAD)
        if end < 0:
            return
        status, length = _described(self._received[: end + 2])
        if len(self._received) < end + len(END_OF_HEAD) + length:
            return
        now = time.perf_counter()
        self.latencies.append(now - self._asked_at)
        self.errors += (status, length) != (self._asked.status, self._asked.length)
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        # An early end costs the rest of the round, which shows as well.
        self.errors += error is not None or time.perf_counter() < self._until
        if not self.ended.done():
            self.ended.set_result(None)

    def _ask(self) -> None:
        self._received = b""
        self._asked = next(self._requests)
        self._asked_at = time.perf_counter()
        self._transport.write(self._asked.head)
