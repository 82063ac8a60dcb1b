"""
Reading a sheet: one query, stored bytes, no serializer.

A leaf module. The revision's bytes and the live ones are joined without being parsed or
unpacked.
"""

import time
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from common import prepared
from common.encodings import IDENTITY
from products import alternatives, compressing, links, stock
from products.models import LANGUAGES, Sheet

DEFAULT_LANGUAGE = "fr"
STALE_AFTER_SECONDS = stock.STALE_AFTER.total_seconds()
COLUMNS = {IDENTITY: "body", "br": "brotli", "gzip": "gzip"}
# Written out: the ORM takes longer to build this query than a database to answer it.
# The short texts come as one: each column costs as much as all of their letters.
CURRENT = """
    SELECT sheet.{column}, live.alternatives, live.stock, live.stock_as_of,
           sheet.revision || '|' || sheet.etag || '|' ||
           COALESCE(live.alternatives_tag, '') || '|' ||
           COALESCE(live.stock_tag, '') || '|' || sheet.surrogate_keys
      FROM products_sheet sheet
      LEFT JOIN products_livedocument live
        ON live.product_id = sheet.product_id AND live.language = sheet.language
     WHERE sheet.product_id = %s AND sheet.language = %s
     ORDER BY sheet.revision DESC LIMIT 1
"""
LOADERS = (bytes, bytes, bytes, prepared.instant, prepared.text)
SELECTS = {
    encoding: prepared.Select(
        f"current_sheet_{column}", CURRENT.format(column=column), LOADERS
    )
    for encoding, column in COLUMNS.items()
}

# Seconds that an answer may be kept. A browser asks again soon, because the stock is in
# it; a cache that many share asks once for all of them, answers from what it has while
# it asks, and goes on with that when we are down. We ask no cache to forget.
KEPT_BY_BROWSERS = 5
KEPT_BY_SHARED_CACHES = 10
KEPT_WHILE_ASKING = 30
KEPT_WHILE_WE_ARE_DOWN = 3600
CACHE_CONTROL = (
    f"public, max-age={KEPT_BY_BROWSERS}, s-maxage={KEPT_BY_SHARED_CACHES}, "
    f"stale-while-revalidate={KEPT_WHILE_ASKING}, "
    f"stale-if-error={KEPT_WHILE_WE_ARE_DOWN}"
)
VARY = "Accept, Accept-Encoding, Accept-Language"

Headers = list[tuple[str, str]]

FOR_CACHES = (("Cache-Control", CACHE_CONTROL), ("Vary", VARY))
DESCRIBED: dict[str, Headers] = {
    encoding: [
        ("Content-Type", "application/json"),
        *([] if encoding == IDENTITY else [("Content-Encoding", encoding)]),
    ]
    for encoding in COLUMNS
}


class ServedSheet(NamedTuple):
    """What is sent for a sheet: the bytes, their quoted tag, and what they are."""

    body: bytes
    etag: str
    revision: int
    encoding: str = IDENTITY
    surrogate_keys: str = ""
    # When a live part of it gets too old to be shown as known: seconds since 1970.
    changes_at: float | None = None

    @property
    def headers(self) -> Headers:
        """Return what caches must know, with or without the bytes."""
        # Caches that know it forget by it, and drop it on the way out.
        header, keys = settings.SURROGATE_HEADER, self.surrogate_keys
        if header != "Surrogate-Key":
            keys = keys.replace(" ", ",")
        return [("ETag", self.etag), *FOR_CACHES, (header, keys)]

    @property
    def content_headers(self) -> Headers:
        """Return what describes the bytes."""
        return DESCRIBED[self.encoding]


def stale_at_most_seconds() -> int:
    """Return for how long a reader may see a sheet after its next revision came."""
    return (
        settings.SHEET_CACHE_SECONDS
        + KEPT_BY_SHARED_CACHES
        + KEPT_WHILE_ASKING
        + KEPT_BY_BROWSERS
    )


def served_language(language: str | None) -> str:
    """Return the language that a sheet has: the one asked for, or French."""
    short = (language or "").split("-")[0].lower()
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


def current_sheet(
    gtin: str, language: str, encoding: str = IDENTITY
) -> ServedSheet | None:
    """
    Return the current sheet of a 14-digit GTIN with its live parts, or none.

    `encoding` is what `common.encodings` chose; without that form it is uncoded.
    """
    return read(connections[settings.SHEETS_DATABASE], gtin, language, encoding)


def read(
    connection: BaseDatabaseWrapper, gtin: str, language: str, encoding: str
) -> ServedSheet | None:
    """Do the same on a connection that the caller has at hand."""
    row = SELECTS[encoding].row(connection, gtin, language)
    if row is None:
        return None
    form, others, shops, as_of, texts = row
    if form is None:
        # A revision of before there were forms.
        return read(connection, gtin, language, IDENTITY)
    revision, etag, others_tag, shops_tag, keys = texts.split("|", 4)
    tail = _tail(language, others, others_tag, shops, shops_tag, as_of)
    tag = f'"{etag}.{tail.tag}"'
    if encoding == IDENTITY:
        content = b"".join((memoryview(form)[:-2], tail.body))
    else:
        content = compressing.with_tail(bytes(form), tail.body, encoding)
        tag = f'"{etag}.{tail.tag}.{encoding}"'
    keys = keys or links.surrogate_keys(gtin, None)
    return ServedSheet(content, tag, int(revision), encoding, keys, tail.changes_at)


class _Tail(NamedTuple):
    """What is live of a sheet: the end of its bytes, and its part of the tag."""

    body: bytes
    tag: str
    changes_at: float | None


def _tail(
    language: str,
    others: bytes | None,
    others_tag: str,
    shops: bytes | None,
    shops_tag: str,
    as_of: float | datetime | str | None,
) -> _Tail:
    changes_at = None if as_of is None else _seconds(as_of) + STALE_AFTER_SECONDS
    if shops is None or changes_at is None or changes_at <= time.time():
        shops, shops_tag, changes_at = stock.unknown_body(language), "0", None
    if others is None:
        others, others_tag = alternatives.unknown_body(language), "0"
    # Stock is the last section of every sheet.
    body = b',"alternatives":%b,"stock":%b}}' % (others, shops)
    return _Tail(body, f"{others_tag}.{shops_tag}", changes_at)


def _seconds(instant: float | datetime | str) -> float:
    """Return an instant as the three ways to a row give it, in seconds since 1970."""
    if isinstance(instant, float):
        return instant
    known = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return (known if known.tzinfo else known.replace(tzinfo=UTC)).timestamp()


def exists(gtin: str) -> bool:
    """Say whether a sheet of this GTIN was published."""
    return Sheet.objects.filter(product=gtin).exists()
