"""
What no sheet can beat on its server: constant bytes, and one bare select.

Neither has a framework, a log or a check: they say what HTTP and the database cost. The
select is prepared once; under WSGI it goes to libpq itself, under ASGI to asyncpg.
"""

import os
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from common.asgi import Receive, Scope, Send

LENGTH = "BENCH_LENGTH"

# What `products.lookup` asks, written by hand and prepared once.
SELECT = """
    SELECT sheet.body, live.alternatives, live.stock
      FROM products_sheet sheet
      LEFT JOIN products_livedocument live
        ON live.product_id = sheet.product_id AND live.language = sheet.language
     WHERE sheet.product_id = $1 AND sheet.language = 'fr'
     ORDER BY sheet.revision DESC LIMIT 1
"""

Fetch = Callable[[str], Any]
AsyncFetch = Callable[[str], Awaitable[Any]]


async def constant(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
    """Answer the same bytes, as many as a sheet has."""
    if scope["type"] == "http":
        await _send(send, CONSTANT)


def constant_wsgi(_environ: Any, start_response: Any) -> Iterable[bytes]:
    """Answer the same bytes, as many as a sheet has."""
    return _start(start_response, CONSTANT)


async def one_select(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
    """Answer the stored sheet with its live parts, and check nothing."""
    if scope["type"] == "http":
        fetch = await async_fetch()
        await _send(send, joined(*await fetch(_gtin(scope["path"]))))


def one_select_wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Answer the stored sheet with its live parts, and check nothing."""
    found = _of_this_thread()(_gtin(environ["PATH_INFO"]))
    return _start(start_response, joined(*found))


def joined(sheet: bytes, others: bytes, stock: bytes) -> bytes:
    """Return the whole sheet."""
    return b'%b,"alternatives":%b,"stock":%b}}' % (sheet[:-2], others, stock)


async def async_fetch() -> AsyncFetch:
    """Return what fetches a sheet on the loop's one connection, made at first use."""
    if not _async_fetches:
        _async_fetches.append(await _async_connected())
    return _async_fetches[0]


def _gtin(path: str) -> str:
    return path.rpartition("/")[2]


async def _send(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _start(start_response: Any, body: bytes) -> Iterable[bytes]:
    start_response(
        "200 OK",
        [("Content-Type", "application/json"), ("Content-Length", str(len(body)))],
    )
    return [body]


def _of_this_thread() -> Fetch:
    fetch: Fetch | None = getattr(_threads, "fetch", None)
    if fetch is None:
        fetch = _threads.fetch = _connected()
    return fetch


def _connected() -> Fetch:
    url = os.environ.get("FLASHSESAME_DATABASE_URL")
    if not url:
        return _from_sqlite()
    import psycopg

    server = psycopg.connect(url, autocommit=True)
    server.pgconn.prepare(b"sheet", SELECT.encode())

    def fetch(gtin: str) -> list[bytes | None]:
        result = server.pgconn.exec_prepared(b"sheet", [gtin.encode()], None, 1)
        return [result.get_value(0, column) for column in range(3)]

    return fetch


async def _async_connected() -> AsyncFetch:
    url = os.environ.get("FLASHSESAME_DATABASE_URL")
    if url:
        import asyncpg

        pool = await asyncpg.create_pool(url, min_size=4, max_size=4)

        async def fetch(gtin: str) -> Any:
            async with pool.acquire() as server:
                return await server.fetchrow(SELECT, gtin)

        return fetch
    select = _from_sqlite()

    async def select_here(gtin: str) -> Any:
        return select(gtin)

    return select_here


def _from_sqlite() -> Fetch:
    from config import settings

    file = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    statement = SELECT.replace("$1", "?")
    return lambda gtin: file.execute(statement, [gtin]).fetchone()


CONSTANT = b"x" * int(os.environ.get(LENGTH, "0"))
_threads = threading.local()
_async_fetches: list[AsyncFetch] = []
