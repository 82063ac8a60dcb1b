"""
Our own DID, and the key that signs for it today: made when it is first needed.

The name of the first key is what two processes compete for; who is second reads the
first one's. Later ones are made under the lock of the one that they replace.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import canonical, sealing
from companies.errors import IssuingKeyLost
from companies.models import IssuingKey
from ledger.credentials import did_web, issuing

FIRST = "k1"


def did() -> str:
    """Return the DID under which this service signs: that of its own address."""
    return did_web.did_of(settings.BASE_URL)


def issuer() -> dict[str, Any]:
    """Return this service as its credentials name it."""
    return {"type": ["CredentialIssuer"], "id": did(), "name": settings.ISSUER_NAME}


def current(*, lock: bool = False) -> IssuingKey:
    """Return the key that signs today, locked if asked; the first one is made."""
    keys = IssuingKey.objects.filter(is_current=True)
    found = (keys.select_for_update() if lock else keys).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _made(FIRST)
    except IntegrityError:
        # Made meanwhile; or replaced meanwhile, while we waited for its lock.
        return (keys.select_for_update() if lock else keys).get()


def succeed(key: IssuingKey, *, withdraw: bool) -> IssuingKey:
    """
    Make the key that signs from now on; `key` is the one of today, and locked.

    What signs no more is destroyed; a withdrawn key leaves the DID document as well.
    """
    now = timezone.now()
    key.is_current, key.sealed_private, key.retired_at = False, "", now
    key.withdrawn_at = now if withdraw else None
    key.save()
    return _made(f"k{IssuingKey.objects.count() + 1}")


def sign(credential: dict[str, Any], key: IssuingKey) -> str:
    """Return the token; raise `IssuingKeyLost` if the key does not open."""
    private = _opened(key.sealed_private)
    return issuing.sign(credential, private=private, kid=f"{did()}#{key.name}")


def document() -> bytes:
    """Return our DID document: every key whose signatures hold."""
    current()
    kept = IssuingKey.objects.filter(withdrawn_at=None).order_by("pk")
    methods = [issuing.Method(one.name, one.public_jwk) for one in kept]
    return canonical.dumps(issuing.document(did(), methods))


def _made(name: str) -> IssuingKey:
    private = issuing.new_private()
    return IssuingKey.objects.create(
        name=name,
        sealed_private=sealing.seal(private),
        public_jwk=issuing.public_jwk(private),
    )


def _opened(sealed: str) -> str:
    try:
        return _unsealed(sealed)
    except sealing.SealBroken as error:
        raise IssuingKeyLost(
            _("The key that signs does not open. Have the operator replace it.")
        ) from error


@lru_cache(maxsize=1)
def _unsealed(sealed: str) -> str:
    return sealing.unseal(sealed)
