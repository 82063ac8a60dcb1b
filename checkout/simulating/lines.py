"""
HTTP/1.1 over plain streams of asyncio: kept alive, and light enough for thousands.

Only what our own server answers: a body of known length, in chunks, or to the end.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10.0
# A stream's comments come every fifteen seconds: after three of them the line is dead.
SILENCE_SECONDS = 45.0
MAX_HEAD_BYTES = 65_536
CLOSED_EARLY = (ConnectionError, asyncio.IncompleteReadError)
UNREACHED = (OSError, EOFError, asyncio.LimitOverrunError)

Reader = asyncio.StreamReader
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class NotReached(Exception):
    """The server does not answer, or does not speak HTTP; the text says why."""


class Refused(Exception):
    """The server answered with a problem (RFC 9457)."""

    def __init__(self, answer: "Answer") -> None:
        self.answer = answer
        self.status = answer.status
        self.code = str(answer.member("code") or "")
        detail = answer.member("detail") or answer.member("title")
        super().__init__(str(detail or f"HTTP {answer.status}"))


class Answer(NamedTuple):
    """What came back: names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def content(self) -> dict[str, Any]:
        """Return the JSON object of a good answer. Raise `Refused` for any other."""
        if not 200 <= self.status < 300:
            raise Refused(self)
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    def member(self, name: str) -> Any:
        """Return a member of the JSON object, if it is one and has it."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found.get(name) if isinstance(found, dict) else None


class Event(NamedTuple):
    """One server-sent event, or a comment, whose name is empty."""

    name: str
    data: str


class Server:
    """One server, and the connections to it that are kept for the next request."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{base_url!r} is no address of a server")
        is_safe = parts.scheme == "https"
        self.base_url = base_url.rstrip("/")
        self._address = (parts.hostname, parts.port or (443 if is_safe else 80))
        self._host = parts.netloc.rpartition("@")[2]
        self._root = parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if is_safe else None
        self._idle: list[Connection] = []

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = PATIENCE_SECONDS,
    ) -> Answer:
        """Ask once, whatever the answer is. Raise `NotReached` when there is none."""
        request = self._head(method, path, body, headers or {}) + (body or b"")
        try:
            async with asyncio.timeout(seconds):
                return await self._asked(request)
        except UNREACHED as error:
            raise self._not_reached(error) from error

    async def events(
        self, path: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Event]:
        """
        Yield a line's events and comments until the server ends it.

        Raise `Refused` when it does not open, `NotReached` when it breaks.
        """
        asked = {"Accept": "text/event-stream", **(headers or {})}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader, writer = await self._opened()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    writer.write(self._head("GET", path, None, asked))
                    status, known = await _read_head(reader)
                if status != 200:
                    body = await _read_body(reader, status, known)
                    raise Refused(Answer(status, known, body))
                async for event in _events(reader, known):
                    yield event
            finally:
                writer.close()
        except UNREACHED as error:
            raise self._not_reached(error) from error

    async def close(self) -> None:
        """Let the kept connections go."""
        while self._idle:
            _reader, writer = self._idle.pop()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _asked(self, request: bytes) -> Answer:
        while self._idle:
            kept = self._idle.pop()
            # The server may have closed it meanwhile: nobody has read the request.
            with contextlib.suppress(*CLOSED_EARLY):
                return await self._exchanged(kept, request)
        return await self._exchanged(await self._opened(), request)

    async def _exchanged(self, connection: Connection, request: bytes) -> Answer:
        reader, writer = connection
        is_kept = False
        try:
            writer.write(request)
            await writer.drain()
            status, headers = await _read_head(reader)
            body = await _read_body(reader, status, headers)
            is_kept = headers.get("connection", "").lower() != "close" and (
                "content-length" in headers or "transfer-encoding" in headers
            )
        finally:
            if is_kept:
                self._idle.append(connection)
            else:
                writer.close()
        return Answer(status, headers, body)

    async def _opened(self) -> Connection:
        host, port = self._address
        return await asyncio.open_connection(
            host, port, ssl=self._tls, limit=MAX_HEAD_BYTES
        )

    def _head(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        lines = [f"{method} {self._root}{path} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode()

    def _not_reached(self, error: BaseException) -> NotReached:
        why = str(error) or type(error).__name__
        return NotReached(f"{self.base_url}: {why}")


async def _read_head(reader: Reader) -> tuple[int, dict[str, str]]:
    start = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = start.rstrip("\r\n").split("\r\n")
    version, _space, rest = first.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
        raise ConnectionAbortedError("this is not HTTP")
    pairs = (line.partition(":") for line in lines)
    return int(rest[:3]), {name.lower(): value.strip() for name, _, value in pairs}


async def _read_body(reader: Reader, status: int, headers: Mapping[str, str]) -> bytes:
    if status in (204, 304):
        return b""
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") == "chunked":
        return b"".join([chunk async for chunk in _chunks(reader)])
    return await reader.read()


async def _chunks(reader: Reader) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(SILENCE_SECONDS):
            size = int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16)
            chunk = await reader.readexactly(size + 2)
        if size == 0:
            return
        yield chunk[:-2]


async def _pieces(reader: Reader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    if headers.get("transfer-encoding") == "chunked":
        async for chunk in _chunks(reader):
            yield chunk
        return
    while piece := await asyncio.wait_for(reader.read(65_536), SILENCE_SECONDS):
        yield piece


async def _events(reader: Reader, headers: Mapping[str, str]) -> AsyncIterator[Event]:
    left = b""
    async for piece in _pieces(reader, headers):
        *blocks, left = (left + piece).split(b"\n\n")
        for block in blocks:
            yield _event(block.decode())


def _event(block: str) -> Event:
    name, data = "", []
    for line in block.split("\n"):
        field, _colon, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data.append(value.removeprefix(" "))
    return Event(name, "\n".join(data))
