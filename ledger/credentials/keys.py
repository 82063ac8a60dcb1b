"""
The two kinds of public keys that sign credentials: P-256 and Ed25519. Pure.

A DID document gives them as `publicKeyJwk` or as `publicKeyMultibase`; joserfc takes
them as JWK.
"""

import base64
import re
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from ledger.credentials.refusals import Refused

PublicKey = ECKey | OKPKey

JWK_TYPES = ("JsonWebKey", "JsonWebKey2020")
COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Multicodec prefixes, as varints: ed25519-pub and p256-pub.
ED25519 = b"\xed\x01"
P256 = b"\x80\x24"


def public_key(method: dict[str, Any]) -> PublicKey:
    """Return the key of a verification method; raise `Refused` for any other kind."""
    kind = method.get("type")
    if kind in JWK_TYPES:
        jwk = method.get("publicKeyJwk")
    elif kind == "Multikey":
        jwk = _jwk_of_multikey(method.get("publicKeyMultibase"))
    else:
        jwk = None
    if not isinstance(jwk, dict) or "d" in jwk or jwk.get("use", "sig") != "sig":
        # `d` is the private half: a key that everybody has signs for nobody.
        raise Refused("did_document_malformed")
    return _imported(jwk)


def _imported(jwk: dict[str, Any]) -> PublicKey:
    names = {("EC", "P-256"): ("x", "y"), ("OKP", "Ed25519"): ("x",)}
    coordinates = names.get((_word(jwk, "kty"), _word(jwk, "crv")), ())
    if not coordinates or not all(
        COORDINATE.fullmatch(_word(jwk, n)) for n in coordinates
    ):
        raise Refused("did_document_malformed")
    # Only what makes the key: hints such as `alg` or `key_ops` are not its owner's say.
    bare: dict[str, str | list[str]] = {
        name: _word(jwk, name) for name in ("kty", "crv", *coordinates)
    }
    try:
        if len(coordinates) == 2:
            return ECKey.import_key(bare)
        return OKPKey.import_key(bare)
    except (JoseError, ValueError) as error:
        raise Refused("did_document_malformed") from error


def _word(jwk: dict[str, Any], name: str) -> str:
    value = jwk.get(name)
    return value if isinstance(value, str) else ""


def _jwk_of_multikey(text: Any) -> dict[str, str]:
    """Return the JWK of a `z…` multibase key: base58btc, two bytes of kind, the key."""
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 100:
        raise Refused("did_document_malformed")
    data = _from_base58(text[1:])
    if data.startswith(ED25519) and len(data) == 34:
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(data[2:])}
    if data.startswith(P256) and len(data) == 35:
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), data[2:]
            ).public_numbers()
        except ValueError as error:
            raise Refused("did_document_malformed") from error
        x, y = (_base64url(one.to_bytes(32, "big")) for one in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    raise Refused("did_document_malformed")


def _from_base58(text: str) -> bytes:
    number = 0
    for character in text:
        figure = BASE58.find(character)
        if figure < 0:
            raise Refused("did_document_malformed")
        number = number * 58 + figure
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
