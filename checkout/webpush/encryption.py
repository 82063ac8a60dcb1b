"""
A payload that only one phone can read: `aes128gcm`. Pure.

Sources: RFC 8291 (Web Push), sections 3 and 4; RFC 8188 (the coding), section 2;
RFC 5869 (HKDF). Appendix A of RFC 8291 comes out byte for byte.
"""

import os
from typing import NamedTuple, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from checkout.webpush import base64url

CURVE = ec.SECP256R1()
# All in bytes. A push service must take bodies of 4096 (RFC 8030, section 7.2).
POINT_SIZE = 65
AUTH_SIZE = 16
SALT_SIZE = 16
RECORD_SIZE = 4096
HEADER_SIZE = SALT_SIZE + 4 + 1 + POINT_SIZE
TAG_SIZE = 16
# The byte that ends the last record, RFC 8188, section 2.
LAST = b"\x02"
MAX_PLAIN_SIZE = RECORD_SIZE - HEADER_SIZE - TAG_SIZE - len(LAST)


class PhoneKeys(NamedTuple):
    """What a phone gave with its subscription: its point, and a shared secret."""

    public: ec.EllipticCurvePublicKey
    auth: bytes

    @classmethod
    def read(cls, p256dh: str, auth: str) -> Self:
        """
        Return the keys of a subscription, both as base64url.

        Raise `ValueError` unless `p256dh` is an uncompressed point on P-256 (65 bytes)
        and `auth` has 16 bytes.
        """
        point, secret = base64url.decoded(p256dh), base64url.decoded(auth)
        if len(point) != POINT_SIZE or len(secret) != AUTH_SIZE:
            raise ValueError("not the keys of a push subscription")
        # A point that is not on the curve would give our own key away piece by piece.
        return cls(ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point), secret)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the 65 bytes of an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    plain: bytes,
    phone: PhoneKeys,
    *,
    private: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """
    Return the body of a push message, at most 4096 bytes.

    `plain` has at most `MAX_PLAIN_SIZE` bytes, or `ValueError` is raised. The private
    key and the salt (16 bytes) are drawn anew for each message; giving them is for
    published vectors.
    """
    if len(plain) > MAX_PLAIN_SIZE:
        raise ValueError("the payload is too large for a push message")
    private = private or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(SALT_SIZE)
    ours, theirs = point_of(private.public_key()), point_of(phone.public)
    shared = private.exchange(ec.ECDH(), phone.public)
    secret = _derived(
        shared, salt=phone.auth, info=b"WebPush: info\0" + theirs + ours, size=32
    )
    key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", size=16)
    nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\0", size=12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([POINT_SIZE]) + ours
    return header + AESGCM(key).encrypt(nonce, plain + LAST, None)


def _derived(secret: bytes, *, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(hashes.SHA256(), size, salt, info).derive(secret)
