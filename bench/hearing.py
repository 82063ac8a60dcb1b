"""
A server beside the measurement: that of the tills, and the one that wakes phones.

It keeps all that it was told, and when.
"""

import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from common import signing
from tests.checkout.push_service import Phone
from tests.common.https_server import Answering, serving

TILLS = "/tills"
PHONES = "/phones/"


class Heard(NamedTuple):
    """One request: when it came, in epoch seconds, and what it said."""

    at: float
    path: str
    headers: Mapping[str, str]
    body: bytes


class Told(NamedTuple):
    """One proven webhook."""

    at: float
    identifier: str
    state: str


class Ear:
    """What was told here."""

    def __init__(self, address: str, certificate: Path) -> None:
        self.address, self.certificate = address, certificate
        self.heard: list[Heard] = []
        # Whom a message to this path wakes.
        self.wakes: dict[str, Callable[[], object]] = {}
        # Why something was no message of ours.
        self.wrong: list[str] = []

    @property
    def host(self) -> str:
        """Return `host:port`."""
        return self.address.removeprefix("https://")

    def take(self, one: Heard) -> None:
        """Keep what came, and wake whom it is for."""
        self.heard.append(one)
        wake = self.wakes.get(one.path)
        if wake is not None:
            wake()

    def outcomes(self, public_key: str) -> dict[str, list[Told]]:
        """Return what tills' servers were told, by prompt."""
        told: dict[str, list[Told]] = defaultdict(list)
        for one in self.heard:
            if not one.path.startswith(TILLS):
                continue
            try:
                at = float(one.headers["webhook-timestamp"])
                identifier = signing.verify(one.body, one.headers, [public_key], now=at)
            except (KeyError, signing.SignatureRefused) as error:
                self.wrong.append(f"a webhook that is not proven: {error!r}")
                continue
            data = json.loads(one.body)["data"]
            told[data["id"]].append(Told(one.at, identifier, data["state"]))
        return told

    def messages(self, phones: Mapping[str, Phone]) -> dict[str, set[str]]:
        """Return which prompts each phone was woken for, by path."""
        read: dict[str, set[str]] = defaultdict(set)
        for one in self.heard:
            if one.path not in phones:
                continue
            try:
                content: Any = json.loads(phones[one.path].read(one.body))
            except Exception as error:
                self.wrong.append(f"a message that no phone reads: {error!r}")
                continue
            if one.headers["topic"] != content["id"]:
                self.wrong.append(f"{content['id']} under {one.headers['topic']}")
            read[one.path].add(content["id"])
        return read


@contextlib.contextmanager
def listening(folder: Path) -> Iterator[Ear]:
    """Lend a server with a certificate of its own."""
    with serving(folder) as (address, certificate, handler):
        ear = Ear(address, certificate)

        def take(request: Answering) -> None:
            length = int(request.headers["Content-Length"])
            body = request.rfile.read(length)
            headers = {name.lower(): value for name, value in request.headers.items()}
            ear.take(Heard(time.time(), request.path, headers, body))
            is_push = request.path.startswith(PHONES)
            request.send_response(201 if is_push else 200)
            request.send_header("Content-Length", "0")
            request.end_headers()

        handler.do_POST = take  # type: ignore[assignment]
        yield ear
