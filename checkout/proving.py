"""
Which terminal a request may come from, and by which keys it is proven. A leaf module.

The work is the same for a terminal that is known, disabled or unknown: one query, and
as many keys of each kind to open and to try. What is missing is filled up by decoys,
which prove nothing.
"""

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from checkout.models import SigningKey, Terminal, TerminalKey
from common import compiled, sealing, signing

# As many of each kind count at once: the services let nobody add more.
SECRETS_AT_ONCE = 3
PUBLIC_KEYS_AT_ONCE = 2

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
DECOY_SECRET = "whsec_" + "A" * 43 + "="
# The public key of RFC 8032, section 7.1, test 1: a point like any other.
DECOY_PUBLIC_KEY = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
NOBODY = uuid.UUID(int=0)

_KEYS = compiled.Select(
    lambda terminal: (
        TerminalKey.objects.active()
        .filter(terminal=terminal, terminal__is_enabled=True)
        .order_by("-not_before", "-pk")
        # No objects are made of them: that would take longer for a known terminal.
        .values_list("kind", "sealed_secret", "public_key")
    ),
    terminal=Terminal._meta.pk,
)
_TERMINAL = compiled.Select(
    lambda terminal: Terminal.objects.select_related("company").filter(pk=terminal),
    terminal=Terminal._meta.pk,
)


class Proven(NamedTuple):
    """A request that comes from this terminal, and its signed `webhook-id`."""

    terminal: Terminal
    identifier: str


def prove(
    terminal_id: str, body: bytes, headers: Mapping[str, str], *, now: float
) -> Proven:
    """
    Return whose request this is. Raise `signing.SignatureRefused`, whatever the cause.

    One query, and one more for what is proven. `headers` has lower-case names; `now` is
    in epoch seconds.
    """
    terminal = _parsed(terminal_id)
    keys, decoys = _tried(_KEYS.rows(terminal=terminal))
    identifier = signing.verify(body, headers, keys, now=now, decoys=decoys)
    proven = _TERMINAL.first(terminal=terminal)
    if proven is None:
        # Removed since its keys were read.
        raise signing.SignatureRefused("no such terminal")
    return Proven(proven, identifier)


def _parsed(terminal_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(terminal_id)
    except ValueError:
        return NOBODY


def _tried(found: list[tuple[str, str, str]]) -> tuple[list[str], list[str]]:
    """Return the keys that count, and what fills them up."""
    of_kind = SigningKey.Kind
    sealed = [secret for kind, secret, _public in found if kind == of_kind.HMAC]
    public = [public for kind, _secret, public in found if kind == of_kind.ED25519]
    sealed, public = sealed[:SECRETS_AT_ONCE], public[:PUBLIC_KEYS_AT_ONCE]
    missing = [_sealed_decoy(settings.SECRET_KEY)] * (SECRETS_AT_ONCE - len(sealed))
    opened = [sealing.unseal(one) for one in (*sealed, *missing)]
    count = len(sealed)
    return (
        [*opened[:count], *public],
        [*opened[count:], *[DECOY_PUBLIC_KEY] * (PUBLIC_KEYS_AT_ONCE - len(public))],
    )


@lru_cache(maxsize=2)
def _sealed_decoy(_secret_key: str) -> str:
    return sealing.seal(DECOY_SECRET)
