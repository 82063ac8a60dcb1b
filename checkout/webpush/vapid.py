"""
Who sends: Voluntary Application Server Identification, RFC 8292. Pure.

A token of twelve hours, for one push service, signed with our own key; RFC 8292 allows
24 hours, and a clock that is wrong by some hours must not matter.
"""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc import jwt
from joserfc.jwk import ECKey

from checkout.webpush import base64url
from checkout.webpush.encryption import CURVE, point_of

LIFETIME_SECONDS = 12 * 3600
SCALAR_SIZE = 32


def new_private_text() -> str:
    """Draw a private key; return its 32 bytes as base64url."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return base64url.encoded(number.to_bytes(SCALAR_SIZE, "big"))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the key that `new_private_text` wrote; `ValueError` for other texts."""
    data = base64url.decoded(text)
    if len(data) != SCALAR_SIZE:
        raise ValueError("not a private key of P-256")
    return ec.derive_private_key(int.from_bytes(data, "big"), CURVE)


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the `applicationServerKey` of a key: 65 bytes as base64url."""
    return base64url.encoded(point_of(key.public_key()))


def authorization(
    key: ec.EllipticCurvePrivateKey, *, origin: str, contact: str, now: float
) -> str:
    """
    Return the value of `Authorization` for one push service.

    `origin` is the scheme and host of the subscription's address, `contact` a mailto:
    or https: address of ours, `now` in epoch seconds.
    """
    # Made anew for each message: a claim left over from another service is refused.
    claims = {"aud": origin, "exp": int(now) + LIFETIME_SECONDS, "sub": contact}
    token = jwt.encode({"alg": "ES256"}, claims, _signing(key), algorithms=["ES256"])
    return f"vapid t={token}, k={public_text(key)}"


def _signing(key: ec.EllipticCurvePrivateKey) -> ECKey:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ECKey.import_key(pem)
