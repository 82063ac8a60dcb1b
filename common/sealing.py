"""
Secrets that the database must hold but a copy of it must not give away.

A sealed text opens only with the key that `SECRET_KEY` derives; `SECRET_KEY_FALLBACKS`
open what an earlier key sealed.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The sealed text was altered, or sealed under a key that is no longer known."""


def seal(text: str) -> str:
    """Return `text` sealed, as ASCII."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text that was sealed. Raise `SealBroken` when it does not open."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.sha256(b"flashsesame/seal/v1|" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
