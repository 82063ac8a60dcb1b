"""One question to the outside, whatever comes back: bounded in time and in bytes."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanning.outside import client
from scanning.outside.client import NoAnswer, TooLarge
from tests.scanning.outside_server import Catalogue, serving


@pytest.fixture
def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, type[Catalogue]]]:
    """Lend a server whose certificate the client trusts."""
    with serving(tmp_path) as (address, certificate, handler):
        context = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(client, "trusted", lambda: context)
        yield address, handler


def get(address: str) -> client.Answer:
    return client.get(address, "/x?y=1", user_agent="Test/1 (https://a.example)")


def test_an_answer_comes_with_status_body_and_the_wish_to_wait(
    served: tuple[str, type[Catalogue]],
) -> None:
    address, handler = served
    handler.status, handler.body = 429, b"slow down"
    handler.headers_sent = {"Retry-After": "7"}

    assert get(address) == (429, b"slow down", "7")
    path, headers = handler.asked[0]
    assert path == "/x?y=1"
    assert headers["User-Agent"] == "Test/1 (https://a.example)"


def test_a_redirect_is_an_answer_and_not_followed(
    served: tuple[str, type[Catalogue]],
) -> None:
    address, handler = served
    handler.status, handler.headers_sent = 302, {"Location": f"{address}/elsewhere"}

    assert get(address).status == 302
    assert len(handler.asked) == 1


@pytest.mark.parametrize("claimed", [None, 10], ids=["honest", "lying"])
def test_an_answer_that_is_too_large_is_left_alone(
    served: tuple[str, type[Catalogue]], claimed: int | None
) -> None:
    address, handler = served
    handler.body = b"x" * (client.MAX_BYTES + 1)
    handler.claims_length = claimed

    if claimed is None:
        with pytest.raises(TooLarge):
            get(address)
    else:
        assert get(address).body == b"x" * claimed


def test_an_answer_of_the_limit_s_size_is_taken(
    served: tuple[str, type[Catalogue]],
) -> None:
    address, handler = served
    handler.body = b"x" * client.MAX_BYTES

    assert len(get(address).body) == client.MAX_BYTES


@pytest.mark.parametrize("in_the_head", [False, True], ids=["body", "head"])
def test_a_byte_now_and_then_holds_nobody(
    served: tuple[str, type[Catalogue]],
    monkeypatch: pytest.MonkeyPatch,
    in_the_head: bool,
) -> None:
    address, handler = served
    monkeypatch.setattr(client, "READ_SECONDS", 0.3)
    handler.drip, handler.body, handler.drip_head = 0.02, b"x" * 1_000, in_the_head
    started = time.monotonic()

    with pytest.raises(NoAnswer, match="timeout"):
        get(address)

    assert time.monotonic() - started < 3


def test_an_answer_that_ends_too_early_is_worth_another_try(
    served: tuple[str, type[Catalogue]],
) -> None:
    address, handler = served
    handler.body, handler.claims_length = b"{", 1_000

    with pytest.raises(NoAnswer):
        get(address)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with (
        serving(tmp_path) as (address, _certificate, handler),
        pytest.raises(NoAnswer, match="tls"),
    ):
        get(address)

    assert handler.asked == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://127.0.0.1:9", "network"),
    ],
)
def test_who_cannot_be_asked_gives_no_answer(address: str, reason: str) -> None:
    with pytest.raises(NoAnswer, match=reason):
        get(address)
