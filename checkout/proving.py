"""
Which terminal a request may come from, and by which keys it is proven. A leaf module.

The work is the same for a terminal that is known, disabled or unknown: one query, and
as many keys of each kind to open and to try. What is missing is filled up by decoys,
which prove nothing.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast, JSONObject

from checkout.models import SigningKey, Terminal, TerminalKey
from common import compiled, sealing, signing
from companies.models import Company

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
        # No objects are made of them, and what is known of the terminal is one text:
        # all else would take longer for a terminal that is known.
        .values_list(
            "kind",
            "sealed_secret",
            "public_key",
            Cast(
                JSONObject(
                    company="terminal__company",
                    name="terminal__company__name",
                    seen="terminal__last_seen_at",
                ),
                TextField(),
            ),
        )
    ),
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

    One query. `headers` has lower-case names; `now` is in epoch seconds. Of the
    terminal's company there is the name; what else is asked of it is read then.
    """
    terminal = _parsed(terminal_id)
    found = _KEYS.rows(terminal=terminal)
    keys, decoys = _tried([row[:3] for row in found])
    identifier = signing.verify(body, headers, keys, now=now, decoys=decoys)
    return Proven(_terminal(terminal, json.loads(found[0][3])), identifier)


def _terminal(identifier: uuid.UUID, known: Mapping[str, str | None]) -> Terminal:
    """Return a terminal of what was read with its keys; the rest is read when asked."""
    company_id, seen = uuid.UUID(known["company"]), None
    if known["seen"] is not None:
        seen = datetime.fromisoformat(known["seen"])
        # SQLite keeps moments without their zone.
        seen = seen if seen.tzinfo else seen.replace(tzinfo=UTC)
    columns = {
        "id": identifier,
        "company_id": company_id,
        "is_enabled": True,
        "last_seen_at": seen,
    }
    terminal = Terminal.from_db("default", list(columns), list(columns.values()))
    terminal.company = Company.from_db(
        "default", ["id", "name"], [company_id, known["name"]]
    )
    return terminal


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
