"""
Past revisions of a sheet: one of them, the one of a day, and what two differ in.

A leaf module. What was published is answered as it was published, without live parts.
"""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from products.formats import differing
from products.models import Sheet


class Revision(NamedTuple):
    """One published revision in one language; without salt it was erased."""

    number: int
    body: bytes
    etag: str
    published_at: datetime
    salt: bytes


def numbered(gtin: str, language: str, number: int) -> Revision | None:
    """Return one revision of a 14-digit GTIN, or none."""
    return _first(Sheet.objects.of_gtin(gtin, language).filter(revision=number))


def logged(gtin: str, language: str, number: int) -> Sheet | None:
    """Return a revision with its entry in the log, without its document; or none."""
    found = Sheet.objects.of_gtin(gtin, language).filter(revision=number)
    return (
        found.select_related("entry")
        .only("revision", "salt", "entry__position")
        .first()
    )


def current_at(gtin: str, language: str, moment: datetime) -> Revision | None:
    """Return the revision that readers saw at `moment`, or none."""
    found = Sheet.objects.of_gtin(gtin, language)
    return _first(found.filter(published_at__lte=moment))


def revisions(gtin: str, language: str) -> QuerySet[Sheet]:
    """Return the revisions of a product, newest first, without their documents."""
    return Sheet.objects.of_gtin(gtin, language).only(
        "product", "language", "revision", "digest", "salt", "published_at"
    )


def differences(before: Revision, after: Revision) -> dict[str, Any]:
    """Return what changed from one revision to another, ready to be published."""
    old, new = json.loads(before.body), json.loads(after.body)
    return {
        "gtin": new["gtin"],
        "language": new["language"],
        "from": _told(before, old),
        "to": _told(after, new),
        "changes": differing.changes(old, new),
    }


def _told(revision: Revision, document: dict[str, Any]) -> dict[str, Any]:
    return {"revision": revision.number, "published_at": document["published_at"]}


def _first(found: QuerySet[Sheet]) -> Revision | None:
    row = found.only("revision", "body", "etag", "published_at", "salt").first()
    if row is None:
        return None
    return Revision(
        number=row.revision,
        body=bytes(row.body),
        etag=row.etag,
        published_at=row.published_at,
        salt=bytes(row.salt),
    )
