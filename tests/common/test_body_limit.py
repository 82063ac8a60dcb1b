"""The limit on bodies: refused while bytes arrive, whatever the length claims."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from common.asgi import LimitBody, Message, Receive, Scope, Send

LIMIT = 10


class Echo:
    """An application that reads the whole body and answers its length."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope["type"])
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(len(body)).encode()})


def request(
    *chunks: bytes, length: bytes | None = None, kind: str = "http"
) -> tuple[list[str], list[dict[str, Any]]]:
    """Send a body in chunks; return what the application saw and what was sent."""
    headers = [(b"accept", b"*/*")]
    if length is not None:
        headers.append((b"content-length", length))
    messages = iter(_messages(chunks))
    sent: list[dict[str, Any]] = []
    echo = Echo()

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(dict(message))

    scope: Scope = {"type": kind, "headers": headers}
    asyncio.run(LimitBody(echo, limit=LIMIT)(scope, receive, send))
    return echo.seen, sent


def _messages(chunks: Sequence[bytes]) -> list[Message]:
    return [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]


def assert_refused(sent: list[dict[str, Any]]) -> None:
    start, body = sent
    headers = dict(start["headers"])
    assert start["status"] == 413
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"connection"] == b"close"
    assert int(headers[b"content-length"]) == len(body["body"])
    problem = json.loads(body["body"])
    assert problem["status"] == 413
    assert problem["code"] == "body_too_large"
    assert str(LIMIT) in problem["detail"]


@pytest.mark.parametrize("length", [None, b"10"])
def test_a_body_of_exactly_the_limit_passes(length: bytes | None) -> None:
    _seen, sent = request(b"12345", b"67890", length=length)

    assert sent[-1]["body"] == b"10"


@pytest.mark.parametrize("length", [b"11", b"9" * 5000], ids=["11", "5000 digits"])
def test_a_length_beyond_the_limit_is_refused_unread(length: bytes) -> None:
    seen, sent = request(b"", length=length)

    assert seen == []
    assert_refused(sent)


@pytest.mark.parametrize("length", [None, b"2", b"-5", b"x", b""])
def test_a_stream_beyond_the_limit_is_refused_whatever_it_claims(
    length: bytes | None,
) -> None:
    _seen, sent = request(b"123456", b"78901", b"never read", length=length)

    assert_refused(sent)


def test_what_is_not_http_passes_untouched() -> None:
    seen, sent = request(kind="lifespan", length=b"11")

    assert seen == ["lifespan"]
    assert sent == []
