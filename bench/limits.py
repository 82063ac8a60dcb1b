"""
What no sheet can beat on this server: constant bytes, and one bare select.

Neither has a framework, a log or a check: they say what HTTP and the database cost.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

from common.asgi import Receive, Scope, Send

LENGTH = "BENCH_LENGTH"

# What `products.lookup` asks, written by hand and prepared once.
SELECT = """
    SELECT sheet.body, stock.body
      FROM products_sheet sheet
      LEFT JOIN products_stockdocument stock
        ON stock.product_id = sheet.product_id AND stock.language = sheet.language
     WHERE sheet.product_id = %s AND sheet.language = 'fr'
     ORDER BY sheet.revision DESC LIMIT 1
"""

Select = Callable[[Sequence[str]], Any]


async def constant(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
    """Answer the same bytes, as many as a sheet has."""
    if scope["type"] == "http":
        await _answer(send, CONSTANT)


async def one_select(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
    """Answer the stored sheet with its live stock, and check nothing."""
    if scope["type"] == "http":
        gtin = scope["path"].rpartition("/")[2]
        sheet, stock = _select()([gtin])
        await _answer(send, b'%b,"stock":%b}}' % (bytes(sheet)[:-2], bytes(stock)))


async def _answer(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _select() -> Select:
    if not _selects:
        _selects.append(_connected())
    return _selects[0]


def _connected() -> Select:
    from config import settings

    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        import sqlite3

        file = sqlite3.connect(database["NAME"])
        statement = SELECT.replace("%s", "?")
        return lambda values: file.execute(statement, values).fetchone()
    import psycopg

    server = psycopg.connect(settings.DATABASE_URL, autocommit=True)
    return lambda values: server.execute(SELECT, values, prepare=True).fetchone()


CONSTANT = b"x" * int(os.environ.get(LENGTH, "0"))
_selects: list[Select] = []
