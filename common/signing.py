"""
Standard Webhooks 1.0 signatures, verified strictly. Pure.

Source: the Standard Webhooks specification: `v1` is HMAC-SHA256, `v1a` is Ed25519, over
`id.timestamp.body`. Stricter than the specification in one point: one malformed or
unknown item refuses the whole signature list.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

TOLERANCE_SECONDS = 300
MAX_SIGNATURES = 5

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
TIMESTAMP = re.compile(r"[0-9]{10}")
ITEM = re.compile(r"(v1a?),([A-Za-z0-9+/]{43,86}={0,2})")


class SignatureRefused(Exception):
    """The request is not proven to come from the holder of the key."""


def verify(
    body: bytes,
    headers: Mapping[str, str],
    keys: Iterable[str],
    *,
    now: float,
    tolerance: int = TOLERANCE_SECONDS,
) -> str:
    """
    Return the `webhook-id` of a request whose signature one of `keys` proves.

    `headers` has lower-case names; `keys` are `whsec_` secrets or `whpk_` public keys;
    `now` is the verifier's clock in epoch seconds; `tolerance` holds for the past and
    the future, in seconds. Raise `SignatureRefused`, and nothing else, otherwise.
    """
    identifier = _match(ID, headers.get("webhook-id"))
    timestamp = _match(TIMESTAMP, headers.get("webhook-timestamp"))
    signatures = _signatures(headers.get("webhook-signature"))
    if abs(now - int(timestamp)) > tolerance:
        raise SignatureRefused("timestamp outside the window")
    content = b".".join((identifier.encode(), timestamp.encode(), body))
    # Every key is tried, so that the time does not tell which one was right.
    results = [_proves(key, content, signatures) for key in keys]
    if not any(results):
        raise SignatureRefused("no key proves this signature")
    return identifier


def sign(body: bytes, *, identifier: str, timestamp: int, key: str) -> str:
    """
    Return one item of a signature list: `v1,…` by a `whsec_`, `v1a,…` by a `whsk_` key.

    `timestamp` is in epoch seconds. Raise `ValueError` for any other key.
    """
    content = b".".join((identifier.encode(), str(timestamp).encode(), body))
    if key.startswith("whsec_"):
        return "v1," + base64.b64encode(_hmac(_decoded(key), content)).decode()
    if key.startswith("whsk_"):
        private = Ed25519PrivateKey.from_private_bytes(_decoded(key)[:32])
        return "v1a," + base64.b64encode(private.sign(content)).decode()
    raise ValueError("A signing key starts with whsec_ or whsk_")


def _match(pattern: re.Pattern[str], value: str | None) -> str:
    if value is None or not pattern.fullmatch(value):
        raise SignatureRefused("header missing or malformed")
    return value


def _signatures(header: str | None) -> list[tuple[str, bytes]]:
    items = (header or "").split(" ")
    if len(items) > MAX_SIGNATURES:
        raise SignatureRefused("too many signatures")
    signatures = []
    for item in items:
        matched = ITEM.fullmatch(item)
        if matched is None:
            raise SignatureRefused("malformed signature")
        try:
            value = base64.b64decode(matched[2], validate=True)
        except binascii.Error as error:
            raise SignatureRefused("malformed base64") from error
        signatures.append((matched[1], value))
    return signatures


def _proves(key: str, content: bytes, signatures: list[tuple[str, bytes]]) -> bool:
    if key.startswith("whpk_"):
        public = Ed25519PublicKey.from_public_bytes(_decoded(key))
        return any(
            _is_ed25519(public, value, content)
            for version, value in signatures
            if version == "v1a"
        )
    expected = _hmac(_decoded(key), content)
    return any(
        hmac.compare_digest(expected, value)
        for version, value in signatures
        if version == "v1"
    )


def _is_ed25519(public: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        public.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _hmac(secret: bytes, content: bytes) -> bytes:
    return hmac.new(secret, content, hashlib.sha256).digest()


def _decoded(key: str) -> bytes:
    """Return the key's bytes: base64 after the prefix, padded or not."""
    text = key.partition("_")[2]
    return base64.b64decode(text + "=" * (-len(text) % 4))
