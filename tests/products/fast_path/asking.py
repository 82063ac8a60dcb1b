"""Asking both doors, and Django behind them, the same questions."""

import asyncio
from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

from asgiref.testing import ApplicationCommunicator

from products.fast_path import SheetFirst, SheetFirstWsgi, Sheets
from products.fast_path.shelf import Shelf

communicator: Any = ApplicationCommunicator
HANDED_ON = 299


class Answer(NamedTuple):
    """What came back; the names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def sheets(*, max_bytes: int = 10**7, seconds: float = 2, **more: Any) -> Sheets:
    """Return what reads sheets, with a shelf of its own and nobody who listens."""
    return Sheets(Shelf(max_bytes=max_bytes, seconds=seconds, **more))


async def handed_on(_scope: Any, _receive: Any, send: Any) -> None:
    """Stand for Django: whoever sees this status was handed on."""
    await send({"type": "http.response.start", "status": HANDED_ON, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def handed_on_wsgi(_environ: Any, start_response: Any) -> Iterable[bytes]:
    """Stand for Django, behind the other door."""
    start_response(f"{HANDED_ON} Handed On", [])
    return [b""]


def ask(application: Any, path: str, method: str = "GET", **members: Any) -> Answer:
    """Send one request to an ASGI application."""
    given = {"host": "localhost", **members.pop("headers", {})}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        **members,
    }

    async def talk() -> Answer:
        line = communicator(application, scope)
        await line.send_input({"type": "http.request", "body": b""})
        start = await line.receive_output(5)
        body, more = b"", True
        while more:
            part = await line.receive_output(5)
            body, more = body + part.get("body", b""), part.get("more_body", False)
        await line.wait(5)
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        lower = {name.lower(): value for name, value in headers.items()}
        return Answer(start["status"], lower, body)

    return asyncio.run(talk())


def ask_wsgi(
    application: Any, path: str, method: str = "GET", **members: Any
) -> Answer:
    """Send one request to a WSGI application; `members` are those of ASGI."""
    given = {"host": "localhost", **members.pop("headers", {})}
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": members.pop("query_string", b"").decode(),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": members.pop("scheme", "http"),
        "wsgi.input": BytesIO(),
        **{f"HTTP_{as_in_wsgi(name)}": value for name, value in given.items()},
        **members,
    }
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        started.extend([status, headers])

    body = b"".join(application(environ, start_response))
    status, headers = started
    lower = {name.lower(): value for name, value in headers}
    return Answer(int(status[:3]), lower, body)


def as_in_wsgi(name: str) -> str:
    return name.upper().replace("-", "_")


def first(path: str, method: str = "GET", **members: Any) -> Answer:
    """Ask the ASGI door alone."""
    return ask(SheetFirst(handed_on, sheets()), path, method, **members)


def first_wsgi(path: str, method: str = "GET", **members: Any) -> Answer:
    """Ask the WSGI door alone."""
    return ask_wsgi(SheetFirstWsgi(handed_on_wsgi, sheets()), path, method, **members)


def url(gtin: str) -> str:
    """Return the address of a sheet."""
    return f"/api/v1/products/{gtin}"
