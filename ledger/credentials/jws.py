"""
One JWS in compact form around one credential: VC-JOSE-COSE. Pure.

The payload is the credential itself. What the header may say is listed here; nothing it
says chooses a key or an algorithm of its own.
"""

import base64
import re
from datetime import datetime
from typing import Any, NamedTuple

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from ledger.credentials import strict_json
from ledger.credentials.did_web import Document, assertion_key
from ledger.credentials.refusals import Refused

# `EdDSA` is an old name (RFC 9864 deprecates it): taken with an Ed25519 key only.
ALGORITHMS = {"ES256": "ES256", "Ed25519": "Ed25519", "EdDSA": "Ed25519"}
TYPE = "vc+jwt"
CONTENT_TYPES = (None, "vc")

MAX_TOKEN_LENGTH = 256 * 1024
MAX_HEADER_LENGTH = 4 * 1024
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class Token(NamedTuple):
    """A token that could be read. Nothing in it is believed before `check`."""

    algorithm: str
    kid: str
    issuer: str
    credential: dict[str, Any]
    signed: bytes
    signature: bytes


def read(text: str, *, most: int = MAX_TOKEN_LENGTH) -> Token:
    """
    Return what a token says, unverified; `most` is in characters.

    Raise `Refused` when it is no signed credential of our profile.
    """
    if len(text) > most:
        raise Refused("credential_too_large")
    segments = text.split(".")
    if len(segments) != 3 or not all(map(_SEGMENT.fullmatch, segments)):
        raise Refused("credential_malformed")
    if len(segments[0]) > MAX_HEADER_LENGTH:
        raise Refused("credential_too_large")
    head, body, signature = map(from_base64url, segments)
    header = strict_json.loads(head, refusal="credential_malformed")
    _check_header(header)
    credential = strict_json.loads(body, refusal="credential_malformed")
    issuer = _issuer(credential)
    kid = header.get("kid")
    if not isinstance(kid, str) or kid.partition("#")[0] != issuer or kid == issuer:
        raise Refused("credential_kid_foreign")
    signed = f"{segments[0]}.{segments[1]}".encode()
    return Token(header["alg"], kid, issuer, credential, signed, signature)


def check(token: Token, document: Document, *, at: datetime) -> None:
    """
    Raise `Refused` unless the issuer of `document` signed `token`.

    The key must sign assertions at the instant `at`; the times that the credential
    gives itself are `check_times`.
    """
    if token.issuer != document.did:
        raise Refused("credential_kid_foreign")
    key = assertion_key(document, token.kid, at=at)
    algorithm = JWSRegistry.algorithms[ALGORITHMS[token.algorithm]]
    try:
        algorithm.check_key(key)
        is_right = algorithm.verify(token.signed, token.signature, key)
    except (JoseError, ValueError) as error:
        raise Refused("credential_signature") from error
    if not is_right:
        raise Refused("credential_signature")


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding; one text per value, no other."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Refused("credential_malformed") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Refused("credential_malformed")
    return data


def _check_header(header: dict[str, Any]) -> None:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Refused("credential_algorithm")
    if header.get("typ") != TYPE or header.get("cty") not in CONTENT_TYPES:
        raise Refused("credential_typ")
    # Both change what the signature covers, or what must be understood.
    if "crit" in header or "b64" in header:
        raise Refused("credential_malformed")


def _issuer(credential: dict[str, Any]) -> str:
    if "vc" in credential or "vp" in credential:
        raise Refused("credential_vc_claim")
    issuer = credential.get("issuer")
    if isinstance(issuer, dict):
        issuer = issuer.get("id")
    if not isinstance(issuer, str) or not issuer:
        raise Refused("credential_malformed")
    if credential.get("iss", issuer) != issuer:
        raise Refused("credential_issuer_differs")
    return issuer
