"""HTTP as the simulators speak it: every way in which a server may frame an answer."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from checkout.simulating.lines import Answer, Event, NotReached, Refused, Server
from checkout.simulating.till import AsyncTill, Prompt

Answering = Callable[[bytes], tuple[bytes, bool]]


async def talk(
    answering: Answering, scenario: Callable[[str], Awaitable[object]]
) -> int:
    """Serve what `answering` says (bytes, and whether to go on); count connections."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        goes_on = True
        while goes_on:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            sent, goes_on = answering(head)
            writer.write(sent)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await scenario(f"http://127.0.0.1:{port}")
    return connections


def run(answering: Answering, scenario: Callable[[str], Awaitable[object]]) -> int:
    async def limited() -> int:
        async with asyncio.timeout(20):
            return await talk(answering, scenario)

    return asyncio.run(limited())


def framed(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_one_connection_serves_one_request_after_the_other() -> None:
    async def scenario(url: str) -> None:
        server = Server(url)
        for _ in range(3):
            assert (await server.request("GET", "/")).content() == {"a": 1}
        await server.close()

    assert run(lambda _head: (framed(b'{"a": 1}'), True), scenario) == 1


def test_a_kept_connection_that_the_server_closed_is_replaced() -> None:
    async def scenario(url: str) -> None:
        server = Server(url)
        for _ in range(2):
            assert (await server.request("GET", "/")).status == 200
        await server.close()

    assert run(lambda _head: (framed(b"{}"), False), scenario) == 2


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["chunked", "to the end", "said to close"],
)
def test_a_body_is_read_however_it_is_framed(sent: bytes) -> None:
    async def scenario(url: str) -> None:
        server = Server(url)
        assert (await server.request("GET", "/")).content() == {}
        await server.close()

    run(lambda _head: (sent, False), scenario)


def test_an_answer_without_a_body_waits_for_none() -> None:
    async def scenario(url: str) -> None:
        server = Server(url)
        assert (await server.request("POST", "/", body=b"{}")).body == b""
        await server.close()

    run(lambda _head: (b"HTTP/1.1 204 No Content\r\n\r\n", False), scenario)


@pytest.mark.parametrize("sent", [b"SSH-2.0\r\n\r\n", b""], ids=["no http", "nothing"])
def test_what_is_no_http_is_not_reached(sent: bytes) -> None:
    async def scenario(url: str) -> None:
        with pytest.raises(NotReached):
            await Server(url).request("GET", "/")

    run(lambda _head: (sent, False), scenario)


def test_events_are_read_in_pieces_too() -> None:
    said = b": hi\n\nevent: prompt\nid: 1\ndata: {\ndata: }\n\n"

    async def scenario(url: str) -> None:
        events = [event async for event in Server(url).events("/")]
        assert events == [Event("", ""), Event("prompt", "{\n}")]

    run(lambda _head: (b"HTTP/1.1 200 OK\r\n\r\n" + said, False), scenario)


def test_a_problem_is_refused_with_its_code() -> None:
    body = b'{"code": "busy", "detail": "Later."}'
    with pytest.raises(Refused, match=r"Later\.") as refused:
        Answer(409, {}, body).content()

    assert (refused.value.code, refused.value.status) == ("busy", 409)


@pytest.mark.parametrize("body", [b"<html>", b"[]"], ids=["no json", "a list"])
def test_a_refusal_without_a_problem_says_its_status(body: bytes) -> None:
    with pytest.raises(Refused, match="HTTP 502"):
        Answer(502, {}, body).content()


@pytest.mark.parametrize("address", ["", "ftp://x", "localhost:8000"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(ValueError, match="no address of a server"):
        Server(address)


def test_https_and_a_path_before_all_others_are_understood() -> None:
    server = Server("https://shop.example/api-root/")

    assert server._address == ("shop.example", 443)
    assert server._head("GET", "/x", None, {}).startswith(b"GET /api-root/x HTTP/1.1")


def test_a_till_that_waits_for_an_outcome_stops_at_its_time() -> None:
    pending = b'{"id": "p", "state": "pending", "delivery": "sent"}'

    async def scenario(url: str) -> None:
        till = AsyncTill(url, "t", "whsec_AAAA")
        asked = Prompt({"id": "p", "state": "pending"}, "fst_x")
        assert not (await till.wait(asked, 0.01)).is_final
        await till.close()

    run(lambda _head: (framed(pending), True), scenario)
