"""Telling others' servers something: which of them, with which words, how much back."""

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common import outgoing
from common.outgoing import Answer, NoAnswer
from tests.common.https_server import Answering, serving

AGENT = "Test/1 (https://a.example)"
PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.7"
# Ways to write an address that is ours, or nobody's.
HOSTILE = [
    "http://hooks.example/",
    "ftp://hooks.example/",
    "//hooks.example/",
    "https:///",
    "https://",
    "https://hooks.example:22/",
    "https://hooks.example:80/",
    "https://hooks.example:8080/",
    "https://hooks.example:99999/",
    "https://user:word@hooks.example/",
    "https://93.184.216.34@127.0.0.1/",
    "https://hooks.example/#@127.0.0.1",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://127.0.0.0x1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.192/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[100::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[ff0e::1]/",
    "https://127。0。0。1/",
    "https://127\uff0e0\uff0e0\uff0e1/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://loca\tlhost/",
    "https://hooks.example\r\nX: y/",
    "https://localhost/",
    "https://127.0.0.1./",
    "https://hooks.example./",
    "https://hooks..example/",
    "https://[127.0.0.1]/",
    "https://[v1.fe80::a+en1]/",
    "https://inside.example/",
    "https://unknown.example/",
]


class Net:
    """Names and what they lead to; and who was connected to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names = {"hooks.example": [PUBLIC], "inside.example": [PRIVATE]}
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self._numbers = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(socket, "create_connection", self._connect)

    def _look_up(self, name: str, port: int, **_kwargs: object) -> list[object]:
        self.asked.append(name)
        if name in self.names:
            return [(2, 1, 6, "", (found, port)) for found in self.names[name]]
        # As the system reads numbers: no one is asked.
        return list(
            self._numbers(name, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
        )

    def _connect(self, address: tuple[str, int], **_kwargs: object) -> None:
        self.connected.append(address)
        raise ConnectionRefusedError


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    """Lend a net of two names."""
    return Net(monkeypatch)


def tell(url: str, **headers: str) -> Answer:
    return outgoing.post(*outgoing.split(url), b"{}", headers=headers, user_agent=AGENT)


@pytest.mark.parametrize("url", HOSTILE, ids=[ascii(url) for url in HOSTILE])
def test_an_address_that_is_not_another_s_server_is_refused_both_times(
    net: Net, url: str
) -> None:
    with pytest.raises(NoAnswer) as at_registration:
        outgoing.check_url(url)
    with pytest.raises(NoAnswer) as at_sending:
        tell(url)

    assert str(at_registration.value) == str(at_sending.value)
    assert net.connected == []


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example",
        "https://hooks.example/a/b?c=d",
        "https://HOOKS.example:443/",
        "https://hooks.example:8443/x",
        f"https://{PUBLIC}/",
        "https://[2606:4700::1111]:8443/",
    ],
)
def test_another_s_server_is_told(net: Net, url: str) -> None:
    outgoing.check_url(url)

    with pytest.raises(NoAnswer, match="network"):
        tell(url)

    assert len(net.connected) == 1


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(net: Net) -> None:
    outgoing.check_url("https://hooks.example/")
    answers = iter([[PUBLIC], [PRIVATE], [PRIVATE]])

    class Rebinding(dict[str, list[str]]):
        def __getitem__(self, _name: str) -> list[str]:
            return next(answers)

    net.names = Rebinding(net.names)
    net.asked.clear()
    with pytest.raises(NoAnswer, match="network"):
        tell("https://hooks.example/")

    assert (net.asked, net.connected) == (["hooks.example"], [(PUBLIC, 443)])
    with pytest.raises(NoAnswer, match="private_address"):
        tell("https://hooks.example/")
    assert len(net.connected) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-id", "a\r\nHost: inside.example"),
        ("x-id", "a\nb"),
        ("x-id", "a\rb"),
        ("x-id", "a\x00b"),
        ("x-id", "é"),
        ("x-id", " a"),
        ("x-id", ""),
        ("x-id\r\nX", "a"),
        ("x id", "a"),
        ("", "a"),
        ("Host", "inside.example"),
        ("content-length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
    ],
)
def test_a_header_says_nothing_but_one_header(net: Net, name: str, value: str) -> None:
    with pytest.raises(NoAnswer, match="not_a_header"):
        tell("https://hooks.example/", **{name: value})

    assert net.asked == []


@pytest.fixture
def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, type[Answering]]]:
    """Lend a server whose certificate the client trusts."""
    with serving(tmp_path) as (address, certificate, handler):
        context = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(outgoing, "trusted", lambda: context)
        host = frozenset([address.removeprefix("https://")])
        monkeypatch.setattr(outgoing, "allowed_private", host)
        yield address, handler


def test_what_is_told_arrives_as_it_is(
    served: tuple[str, type[Answering]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, handler = served
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    handler.status, handler.body = 202, b"thanks"
    body = "{« 1 »}".encode()

    answer = outgoing.post(
        address, "/x?y=1", body, headers={"X-Id": "a b"}, user_agent=AGENT
    )

    assert answer[:3] == (202, b"thanks", None)
    [(path, headers)] = handler.asked
    assert (path, headers["X-Id"], headers["User-Agent"]) == ("/x?y=1", "a b", AGENT)
    assert handler.bodies == [body]
    assert "Cookie" not in headers


def test_a_redirect_is_an_answer(served: tuple[str, type[Answering]]) -> None:
    address, handler = served
    handler.status, handler.headers_sent = 307, {"Location": f"{address}/elsewhere"}

    assert tell(address).status == 307
    assert len(handler.asked) == 1


@pytest.mark.parametrize("more", [0, 1, 1_000_000])
def test_of_a_long_answer_the_beginning_is_read(
    served: tuple[str, type[Answering]], more: int
) -> None:
    address, handler = served
    handler.body = b"x" * (outgoing.MAX_REPLY_BYTES + more)

    answer = tell(address)

    assert (answer.status, len(answer.body)) == (200, outgoing.MAX_REPLY_BYTES)


def test_an_answer_that_ends_too_early_is_none(
    served: tuple[str, type[Answering]],
) -> None:
    address, handler = served
    handler.body, handler.claims_length = b"{", 1_000

    with pytest.raises(NoAnswer, match="network"):
        tell(address)


@pytest.mark.parametrize("in_the_head", [False, True], ids=["body", "head"])
def test_a_byte_now_and_then_holds_nobody(
    served: tuple[str, type[Answering]], in_the_head: bool
) -> None:
    address, handler = served
    handler.drip, handler.body, handler.drip_head = 0.02, b"x" * 1_000, in_the_head

    with pytest.raises(NoAnswer, match="timeout"):
        outgoing.post(address, "/", b"", headers={}, user_agent=AGENT, seconds=0.3)


@pytest.mark.parametrize(
    "text",
    [
        f"Mon, 01 Jan {10**20} 00:00:00 GMT",
        f"Mon, 01 Jan 2030 {10**20}:00:00 GMT",
        f"Mon, 01 Jan 2030 00:00:00 +{10**20}",
        "soon",
        "",
    ],
    ids=["year", "hour", "zone", "word", "nothing"],
)
def test_a_wish_to_wait_that_is_no_time_is_none(text: str) -> None:
    assert Answer(503, b"", text).asked_pause(timedelta(hours=1)) is None


def test_a_wish_to_wait_is_heeded_within_limits() -> None:
    longest = timedelta(hours=1)

    assert Answer(503, b"", "9" * 5_000).asked_pause(longest) == longest
    assert Answer(503, b"", "Mon, 01 Jan 9999 00:00:00 GMT").asked_pause(longest) == (
        longest
    )
