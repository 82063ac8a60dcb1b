"""
What a page needs so that its reader's browser checks it against the public log.

A leaf module. Nothing is verified here: a server's word for itself would be none.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, Subquery
from django.utils import timezone

from ledger import log_keys, notes
from ledger.models import Checkpoint, LogKey, State
from products import links
from products.lookup import ServedSheet

CONSISTENCY = "/api/v1/log/proofs/consistency"


class Mark(NamedTuple):
    """Which bytes the page was made of, and where they and their proof are read."""

    gtin: str
    language: str
    revision: int
    # The beginning of the bytes' SHA-256 in hexadecimal, as in their tag.
    etag: str
    body: str
    proof: str
    consistency: str
    # The log's verifier keys, with a space between them.
    keys: str


class Log(NamedTuple):
    """The log as it is published at present; without head, nothing is in it yet."""

    origin: str
    keys: list[str]
    size: int
    root: str
    published_at: datetime | None


def of_sheet(sheet: ServedSheet, gtin: str, language: str) -> Mark:
    """Return what the page of a sheet needs. One query."""
    revision = sheet.revision
    return Mark(
        gtin=gtin,
        language=language,
        revision=revision,
        etag=sheet.etag.strip('"').partition(".")[0],
        body=f"/api/v1/products/{gtin}?revision={revision}&lang={language}",
        proof=links.proof_path(gtin, revision, language),
        consistency=CONSISTENCY,
        keys=" ".join(_keys()),
    )


def of_log() -> Log:
    """Return what the page of the log shows. Three queries."""
    head = Checkpoint.objects.exclude(published_at=None).order_by("-size").first()
    return Log(
        origin=log_keys.origin(),
        keys=_keys(),
        size=head.size if head else 0,
        root=bytes(head.root).hex() if head else "",
        published_at=head.published_at if head else None,
    )


def _keys() -> list[str]:
    """Return the public halves of the keys that have not retired, the newest first."""
    rows = LogKey.objects.filter(
        Q(retires_at=None) | Q(retires_at__gt=timezone.now())
    ).order_by("-pk")
    # The log's name with them: without one, nothing is signed yet.
    name = Subquery(State.objects.values("origin")[:1])
    return [
        str(notes.VerifierKey(origin, notes.Kind.ED25519, bytes(public)))
        for public, origin in rows.values_list("public", name)
        if origin
    ]
