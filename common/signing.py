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
from typing import NamedTuple

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


class Claim(NamedTuple):
    """What the headers of a request say, each of them well formed."""

    identifier: str
    timestamp: str
    signatures: list[tuple[str, bytes]]


# Tried instead of headers that say nothing, so that these cost as much as any others.
NO_CLAIM = Claim("msg", "0000000000", [("v1", bytes(32))])


def verify(
    body: bytes,
    headers: Mapping[str, str],
    keys: Iterable[str],
    *,
    now: float,
    tolerance: int = TOLERANCE_SECONDS,
    decoys: Iterable[str] = (),
) -> str:
    """
    Return the `webhook-id` of a request whose signature one of `keys` proves.

    `headers` has lower-case names; `keys` are `whsec_` secrets or `whpk_` public keys;
    `now` is the verifier's clock in epoch seconds; `tolerance` holds for the past and
    the future, in seconds. Raise `SignatureRefused`, and nothing else, otherwise.

    Every key is tried in every case: the time tells neither which one was right nor
    what was wrong. `decoys` are tried as well, and prove nothing.
    """
    refusal = ""
    try:
        claim = _claim(headers)
    except SignatureRefused as error:
        claim, refusal = NO_CLAIM, str(error)
    if not refusal and abs(now - int(claim.timestamp)) > tolerance:
        refusal = "timestamp outside the window"
    said = (claim.identifier.encode(), claim.timestamp.encode(), body)
    content = b".".join(said)
    results = [_proves(key, content, claim.signatures) for key in keys]
    for decoy in decoys:
        _proves(decoy, content, claim.signatures)
    if refusal or not any(results):
        raise SignatureRefused(refusal or "no key proves this signature")
    return claim.identifier


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


def _claim(headers: Mapping[str, str]) -> Claim:
    return Claim(
        _match(ID, headers.get("webhook-id")),
        _match(TIMESTAMP, headers.get("webhook-timestamp")),
        _signatures(headers.get("webhook-signature")),
    )


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
