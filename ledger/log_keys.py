"""
The keys by which the log signs, and the name that it signs as.

A key is given by the setting `LOG_KEYS`, and so kept from who owns the database, or
made and sealed here when it is first needed. While one succeeds another, both sign.
"""

import base64
import binascii
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common import sealing
from ledger import notes
from ledger.models import LogKey, State

_SEED_BYTES = 32


class KeyUnusable(Exception):
    """A key of the setting `LOG_KEYS` that cannot be read."""


def origin_of(address: str) -> str:
    """Return the name of the log that is served at an address: `shop.example/log`."""
    return f"{urlsplit(address).netloc}/log"


def origin() -> str:
    """Return the log's name: the first checkpoint's, for ever, or what it will be."""
    fixed = State.objects.values_list("origin", flat=True).first()
    return fixed or origin_of(settings.BASE_URL)


def other_origin() -> str:
    """Return what the address would call the log, if that is not its name any more."""
    named = origin_of(settings.BASE_URL)
    return named if origin() != named else ""


def current_keys() -> list[notes.VerifierKey]:
    """Return the public halves of the keys that sign now, the newest first."""
    name = origin()
    return [notes.verifier_key(name, private) for private in _privates()]


def known_keys() -> list[notes.VerifierKey]:
    """Return every key that ever signed, the newest first: audits read old heads."""
    name = origin()
    rows = LogKey.objects.order_by("-pk").values_list("public", flat=True)
    return [
        notes.VerifierKey(name, notes.Kind.ED25519, bytes(public)) for public in rows
    ]


def sign(text: str, name: str) -> tuple[notes.Signature, ...]:
    """
    Return a signature by each present key of a text, which ends with a newline.

    Raise `sealing.SealBroken` or `KeyUnusable` when a key does not open.
    """
    privates = _privates()
    _note_outside()
    return tuple(notes.sign(text, name, private) for private in privates)


def make_key() -> LogKey:
    """Make a further key and keep it, sealed; raise `IntegrityError` when outrun."""
    private = Ed25519PrivateKey.generate()
    seed = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    newest = LogKey.objects.order_by("-pk").first()
    with transaction.atomic():
        # Its number is what two processes compete for.
        return LogKey.objects.create(
            pk=newest.pk + 1 if newest else 1,
            public=_public(private),
            sealed_private=sealing.seal(base64.b64encode(seed).decode()),
        )


def sealed_keys() -> QuerySet[LogKey]:
    """Return the rows whose keys sign now, the newest first."""
    return (
        LogKey.objects.exclude(sealed_private="")
        .filter(Q(retires_at=None) | Q(retires_at__gt=timezone.now()))
        .order_by("-pk")
    )


def outside_keys() -> list[Ed25519PrivateKey]:
    """Return the keys that the setting gives; raise `KeyUnusable`."""
    return [_read(given) for given in settings.LOG_KEYS]


def _privates() -> list[Ed25519PrivateKey]:
    outside, sealed = outside_keys(), list(sealed_keys())
    if not outside and not sealed:
        sealed = [_first_key()]
    return outside + [_opened(row.sealed_private) for row in sealed]


def _first_key() -> LogKey:
    try:
        return make_key()
    except IntegrityError:
        return LogKey.objects.order_by("-pk")[0]


def _note_outside() -> None:
    """Write down whose signatures there will be, for when the setting has changed."""
    outside = [_public(private) for private in outside_keys()]
    if not outside:
        return
    rows = LogKey.objects.filter(public__in=outside).values_list("public", flat=True)
    noted = {bytes(public) for public in rows}
    for public in outside:
        if public not in noted:
            newest = LogKey.objects.order_by("-pk").first()
            LogKey.objects.create(pk=newest.pk + 1 if newest else 1, public=public)


@lru_cache(maxsize=8)
def _opened(sealed: str) -> Ed25519PrivateKey:
    return _of_seed(sealing.unseal(sealed))


@lru_cache(maxsize=8)
def _read(given: str) -> Ed25519PrivateKey:
    """Return the key of a file, or of 32 bytes as base64."""
    file = Path(given)
    try:
        if not file.is_absolute():
            return _of_seed(given)
        private = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        # Never what was given: it may be the key.
        raise KeyUnusable(
            "A key of the log is neither a PEM file nor a seed"
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable("A key of the log is not Ed25519")
    return private


def _of_seed(text: str) -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("A seed is base64") from error
    if len(seed) != _SEED_BYTES:
        raise ValueError("A seed has 32 bytes")
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
