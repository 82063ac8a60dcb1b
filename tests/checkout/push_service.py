"""
A push service, and the phone behind it, for tests.

It looks at what RFC 8030, 8291 and 8292 say with code of its own: nothing here comes
from `checkout.webpush`.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common import outgoing
from common.outgoing import Answer

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/phone-1"
DAY_SECONDS = 24 * 3600


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hmac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


class Phone:
    """What a browser keeps of its subscription."""

    def __init__(
        self, private: ec.EllipticCurvePrivateKey | None = None, auth: bytes = b"a" * 16
    ) -> None:
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        self.auth = auth

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint,
        )

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": b64url(self.point), "auth": b64url(self.auth)}

    def read(self, body: bytes) -> bytes:
        """Decrypt a message of one record, with HMAC and nothing else."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, cipher = body[21 : 21 + length], body[21 + length :]
        assert len(body) <= size == 4096
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + self.point + sender + b"\1"
        prk = _hmac(salt, _hmac(_hmac(self.auth, shared), info))
        key = _hmac(prk, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = _hmac(prk, b"Content-Encoding: nonce\0\1")[:12]
        plain = AESGCM(key).decrypt(nonce, cipher, None)
        assert plain.endswith(b"\2")
        return plain[:-1]


class Received(NamedTuple):
    """One request to the service."""

    base_url: str
    path: str
    body: bytes
    headers: Mapping[str, str]


class PushService:
    """Takes what `outgoing.post` would send, and answers what a test has set."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        # One for each request; then 201.
        self.answers: list[Answer | Exception] = []

    def answer(self, status: int, *, retry_after: str | None = None) -> None:
        """Answer the next request so."""
        self.answers.append(Answer(status, b"why not", retry_after))

    def post(
        self, base_url: str, path: str, body: bytes, *, headers: Any, **_limits: Any
    ) -> Answer:
        """Stand for `outgoing.post`."""
        self.received.append(Received(base_url, path, body, headers))
        told = self.answers.pop(0) if self.answers else Answer(201, b"", None)
        if isinstance(told, Exception):
            raise told
        return told

    def payloads(self, phone: Phone) -> list[dict[str, str]]:
        """Return what the phone reads of all that came."""
        return [json.loads(phone.read(one.body)) for one in self.received]


def check_sender(received: Received, *, now: float) -> str:
    """Check the `Authorization` as a push service does; return the sender's key."""
    scheme, _space, rest = received.headers["Authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, body, signature = parts["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), from_b64url(parts["k"])
    )
    raw = from_b64url(signature)
    assert len(raw) == 64
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    try:
        key.verify(
            encode_dss_signature(r, s),
            f"{head}.{body}".encode(),
            ec.ECDSA(hashes.SHA256()),
        )
    except InvalidSignature:
        pytest.fail("the signature is not right")
    assert json.loads(from_b64url(head)) == {"typ": "JWT", "alg": "ES256"}
    claims = json.loads(from_b64url(body))
    assert claims["aud"] == received.base_url == _origin(received)
    assert now < claims["exp"] <= now + DAY_SECONDS
    assert claims["sub"].startswith(("mailto:", "https://"))
    return parts["k"]


def _origin(received: Received) -> str:
    parts = urlsplit(received.base_url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def push_service(monkeypatch: pytest.MonkeyPatch) -> PushService:
    """Stand between us and every push service."""
    service = PushService()
    monkeypatch.setattr(outgoing, "post", service.post)
    return service
