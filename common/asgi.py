"""
A limit on request bodies, in front of Django.

Django's ASGI handler stores a whole body before any view runs, however long; a length
that lies, or no length at all, would fill the disk. Here the refusal comes while bytes
arrive, as a problem of the API.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


MAX_DIGITS = 18


class BodyTooLarge(Exception):
    """More bytes arrived than the limit."""


class LimitBody:
    """Refuse with 413 what is larger than `limit` bytes."""

    def __init__(self, application: Application, *, limit: int) -> None:
        self.application = application
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        if _declared_length(scope) > self.limit:
            await _refuse(send, self.limit)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise BodyTooLarge
            return message

        try:
            await self.application(scope, counted, send)
        except BodyTooLarge:
            await _refuse(send, self.limit)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            # A number of many digits would not even be parsed.
            digits = value.lstrip(b"0")[:MAX_DIGITS]
            return int(digits) if digits.isdigit() else 0
    return 0


async def _refuse(send: Send, limit: int) -> None:
    problem = json.dumps(
        {
            "type": "urn:flashsesame:problem:body_too_large",
            "title": "Content Too Large",
            "status": 413,
            "code": "body_too_large",
            "detail": f"La requête dépasse {limit} octets.",
        },
        ensure_ascii=False,
    ).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(problem)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": problem})
