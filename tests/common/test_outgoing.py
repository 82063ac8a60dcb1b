"""One question to the outside, whatever comes back: bounded in time and in bytes."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common import outgoing
from common.outgoing import NoAnswer, TooLarge
from tests.common.https_server import Answering, serving


def allow(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let a test ask a server on this machine."""
    host = frozenset([address.removeprefix("https://")])
    monkeypatch.setattr(outgoing, "allowed_private", host)


@pytest.fixture
def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, type[Answering]]]:
    """Lend a server whose certificate the client trusts."""
    with serving(tmp_path) as (address, certificate, handler):
        context = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(outgoing, "trusted", lambda: context)
        allow(monkeypatch, address)
        yield address, handler


def get(address: str) -> outgoing.Answer:
    return outgoing.get(address, "/x?y=1", user_agent="Test/1 (https://a.example)")


def test_an_answer_comes_with_status_body_and_the_wish_to_wait(
    served: tuple[str, type[Answering]],
) -> None:
    address, handler = served
    handler.status, handler.body = 429, b"slow down"
    handler.headers_sent = {"Retry-After": "7"}

    assert get(address)[:3] == (429, b"slow down", "7")
    path, headers = handler.asked[0]
    assert path == "/x?y=1"
    assert headers["User-Agent"] == "Test/1 (https://a.example)"


def test_a_redirect_is_an_answer_and_not_followed(
    served: tuple[str, type[Answering]],
) -> None:
    address, handler = served
    handler.status, handler.headers_sent = 302, {"Location": f"{address}/elsewhere"}

    assert get(address).status == 302
    assert len(handler.asked) == 1


@pytest.mark.parametrize("claimed", [None, 10], ids=["honest", "lying"])
def test_an_answer_that_is_too_large_is_left_alone(
    served: tuple[str, type[Answering]], claimed: int | None
) -> None:
    address, handler = served
    handler.body = b"x" * (outgoing.MAX_BYTES + 1)
    handler.claims_length = claimed

    if claimed is None:
        with pytest.raises(TooLarge):
            get(address)
    else:
        assert get(address).body == b"x" * claimed


def test_an_answer_of_the_limit_s_size_is_taken(
    served: tuple[str, type[Answering]],
) -> None:
    address, handler = served
    handler.body = b"x" * outgoing.MAX_BYTES

    assert len(get(address).body) == outgoing.MAX_BYTES


@pytest.mark.parametrize("in_the_head", [False, True], ids=["body", "head"])
def test_a_byte_now_and_then_holds_nobody(
    served: tuple[str, type[Answering]],
    monkeypatch: pytest.MonkeyPatch,
    in_the_head: bool,
) -> None:
    address, handler = served
    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    handler.drip, handler.body, handler.drip_head = 0.02, b"x" * 1_000, in_the_head
    started = time.monotonic()

    with pytest.raises(NoAnswer, match="timeout"):
        get(address)

    assert time.monotonic() - started < 3


def test_an_answer_that_ends_too_early_is_worth_another_try(
    served: tuple[str, type[Answering]],
) -> None:
    address, handler = served
    handler.body, handler.claims_length = b"{", 1_000

    with pytest.raises(NoAnswer):
        get(address)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path) as (address, _certificate, handler):
        allow(monkeypatch, address)
        with pytest.raises(NoAnswer, match="tls"):
            get(address)

    assert handler.asked == []


def test_a_certificate_of_another_name_is_refused(
    served: tuple[str, type[Answering]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, handler = served
    named = address.replace("127.0.0.1", "localhost")
    allow(monkeypatch, named)

    with pytest.raises(NoAnswer, match="tls"):
        get(named)

    assert handler.asked == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://user@register.example", "not_https"),
        ("https://register.example:port", "not_https"),
        ("https://127.0.0.1:9", "network"),
    ],
)
def test_who_cannot_be_asked_gives_no_answer(
    monkeypatch: pytest.MonkeyPatch, address: str, reason: str
) -> None:
    allow(monkeypatch, address)

    with pytest.raises(NoAnswer, match=reason):
        get(address)


@pytest.mark.parametrize("path", ["x", "//a\r\nHost: b", "/é", "/a\x00b"])
def test_a_path_says_nothing_but_a_path(path: str) -> None:
    with pytest.raises(NoAnswer, match="not_a_path"):
        outgoing.get("https://register.example", path, user_agent="Test/1")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "255.255.255.255",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
    ],
)
def test_a_name_that_leads_into_our_own_network_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    connected: list[object] = []
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_args, **_kwargs: [(2, 1, 6, "", (address, 443))],
    )
    monkeypatch.setattr(
        socket, "create_connection", lambda *args, **_k: connected.append(args)
    )

    with pytest.raises(NoAnswer, match="private_address"):
        get("https://register.example")

    assert connected == []


def test_only_the_public_addresses_of_a_name_are_asked_and_by_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], **_kwargs: object) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    found = ["192.168.0.7", "93.184.216.34", "2606:4700::1111"]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_args, **_kwargs: [(2, 1, 6, "", (one, 443)) for one in found],
    )
    monkeypatch.setattr(socket, "create_connection", refuse)

    with pytest.raises(NoAnswer, match="network"):
        get("https://register.example")

    assert asked == [("93.184.216.34", 443), ("2606:4700::1111", 443)]


def test_a_resolver_that_does_not_answer_holds_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken = threading.Event()

    def resolve(*_args: object, **_kwargs: object) -> list[object]:
        woken.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outgoing, "SECONDS", 0.1)

    with pytest.raises(NoAnswer, match="timeout"):
        get("https://register.example")
    woken.set()
