"""
Our own key for push messages, made when it is first needed.

Phones subscribe to one public key, so there must be one from the start: the number of
its row is what two processes compete for, and who is second reads the first one's.
"""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, transaction

from checkout.models import PushKey
from checkout.webpush import vapid
from common import sealing


def private_key() -> ec.EllipticCurvePrivateKey:
    """Return the key that signs; raise `SealBroken` when it does not open."""
    return _opened(_row().sealed_private)


def public_key() -> str:
    """Return what phones subscribe with: 65 bytes as base64url."""
    return _row().public_key


def _row() -> PushKey:
    newest = PushKey.objects.order_by("-pk").first()
    if newest is not None:
        return newest
    private = vapid.new_private_text()
    try:
        with transaction.atomic():
            return PushKey.objects.create(
                pk=1,
                sealed_private=sealing.seal(private),
                public_key=vapid.public_text(vapid.private_key(private)),
            )
    except IntegrityError:
        return PushKey.objects.get(pk=1)


@lru_cache(maxsize=1)
def _opened(sealed: str) -> ec.EllipticCurvePrivateKey:
    return vapid.private_key(sealing.unseal(sealed))
