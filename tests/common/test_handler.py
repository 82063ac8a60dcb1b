"""Django behind ASGI: in which threads a request is answered, and what it leaves."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import connection
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import path
from pytest_django import Settings

from common import afterwards
from common.handler import Handler

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10
closed: list[str] = []
done: "queue.Queue[str]" = queue.Queue()


def where(_request: HttpRequest) -> HttpResponse:
    """Say which thread answers, with which connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    made = {"thread": threading.current_thread().name, "id": id(connection.connection)}
    return JsonResponse(made, headers={"X-Made": "here"})


def file(_request: HttpRequest) -> FileResponse:
    """Hand a file out, as Django does from one thread."""
    return FileResponse(BytesIO(b"a file"), filename="a.txt")


def pieces(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream pieces, for ever."""

    async def for_ever() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"piece"
                await asyncio.sleep(0)
        finally:
            closed.append("pieces")

    return StreamingHttpResponse(for_ever())


def breaks(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream one piece, and fail."""

    async def failing() -> AsyncIterator[bytes]:
        yield b"piece"
        raise LookupError("in the middle")

    return StreamingHttpResponse(failing())


def leaves_an_errand(_request: HttpRequest) -> HttpResponse:
    """Answer, and leave something to be done."""
    afterwards.run(lambda: done.put(threading.current_thread().name))
    return JsonResponse({"done": done.qsize()})


async def waits(_request: HttpRequest) -> HttpResponse:
    """Answer on the loop."""
    return JsonResponse({"thread": threading.current_thread().name})


async def fails(_request: HttpRequest) -> HttpResponse:
    """Fail on the loop."""
    raise LookupError("on the loop")


urlpatterns = [
    path("where", where),
    path("file", file),
    path("pieces", pieces),
    path("breaks", breaks),
    path("errand", leaves_an_errand),
    path("waits", waits),
    path("fails", fails),
]


@pytest.fixture(autouse=True)
def addresses(settings: Settings) -> None:
    """Serve the views above."""
    settings.ROOT_URLCONF = __name__
    closed.clear()


def line(address: str, **members: Any) -> Any:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", b"localhost")],
        **members,
    }
    return ApplicationCommunicator(Handler(), scope)  # type: ignore[no-untyped-call]


async def opened(address: str, **members: Any) -> tuple[Any, dict[str, Any]]:
    client = line(address, **members)
    await client.send_input({"type": "http.request", "body": b""})
    return client, await client.receive_output(PATIENCE_SECONDS)


def get(address: str, **members: Any) -> tuple[int, dict[str, str], bytes]:
    async def whole() -> tuple[int, dict[str, str], bytes]:
        client, start = await opened(address, **members)
        headers = {
            name.decode().lower(): value.decode() for name, value in start["headers"]
        }
        body = b""
        while True:
            part = await client.receive_output(PATIENCE_SECONDS)
            body += part.get("body", b"")
            if not part.get("more_body"):
                await client.wait(PATIENCE_SECONDS)
                return start["status"], headers, body

    return asyncio.run(whole())


def test_an_errand_is_done_once_the_answer_is_sent() -> None:
    status, _headers, body = get("/errand")

    assert (status, body) == (200, b'{"done": 0}')
    assert done.get(timeout=PATIENCE_SECONDS).startswith("web_")


@pytest.mark.database
def test_a_synchronous_request_runs_in_a_thread_that_keeps_its_connection() -> None:
    answers = [get("/where") for _ in range(40)]

    assert {status for status, _headers, _body in answers} == {200}
    assert all(b'"web_' in body for _status, _headers, body in answers)
    # As many connections as threads, and not as requests.
    assert len({body for _status, _headers, body in answers}) <= 16


def test_every_middleware_stands_in_front_of_it() -> None:
    status, headers, _body = get("/where")

    assert status == 200
    assert headers["x-made"] == "here"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]


def test_a_view_that_waits_stays_on_the_loop_with_the_same_headers() -> None:
    status, headers, body = get("/waits")

    assert (status, body) == (200, b'{"thread": "MainThread"}')
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-language"] == "fr"
    assert headers["x-request-id"]


def test_what_fails_on_the_loop_is_a_500() -> None:
    assert get("/fails")[0] == 500


def test_an_address_that_nobody_has_is_a_404() -> None:
    assert get("/nowhere")[0] == 404


@pytest.mark.parametrize("address", ["/where", "/waits"])
def test_a_host_that_is_not_ours_is_refused_by_both(
    address: str, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["ours.example"]

    assert get(address, headers=[(b"host", b"theirs.example")])[0] == 400


def test_a_path_that_is_not_utf_8_is_refused() -> None:
    assert get("/where", headers=[(b"host", b"\xff")])[0] == 400


def test_a_file_arrives_whole() -> None:
    status, headers, body = get("/file")

    assert (status, body) == (200, b"a file")
    assert headers["content-length"] == "6"
    assert 'filename="a.txt"' in headers["content-disposition"]


def test_a_stream_ends_when_its_reader_leaves() -> None:
    async def scenario() -> None:
        client, start = await opened("/pieces")
        assert start["status"] == 200
        assert (await client.receive_output(PATIENCE_SECONDS))["body"] == b"piece"
        await client.send_input({"type": "http.disconnect"})
        await client.wait(PATIENCE_SECONDS)

    asyncio.run(scenario())

    assert closed == ["pieces"]


def test_a_stream_that_breaks_is_told_to_the_server() -> None:
    async def scenario() -> None:
        client, _start = await opened("/breaks")
        await client.receive_output(PATIENCE_SECONDS)
        await client.wait(PATIENCE_SECONDS)

    with pytest.raises(LookupError, match="in the middle"):
        asyncio.run(scenario())


def test_who_leaves_before_the_body_is_there_gets_nothing() -> None:
    async def scenario() -> bool:
        client = line("/where")
        await client.send_input({"type": "http.disconnect"})
        await client.wait(PATIENCE_SECONDS)
        return bool(await client.receive_nothing())

    assert asyncio.run(scenario())


def test_nothing_but_http_is_answered() -> None:
    async def never(*_message: Any) -> Any:
        raise AssertionError

    async def scenario() -> None:
        await Handler()({"type": "websocket", "path": "/where"}, never, never)

    with pytest.raises(ValueError, match="HTTP"):
        asyncio.run(scenario())
