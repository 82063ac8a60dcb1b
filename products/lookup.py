"""
Reading a sheet: one query, stored bytes, no serializer.

A leaf module. The revision's bytes and the stock's are joined without being parsed.
"""

from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from products import stock
from products.models import LANGUAGES, Sheet

DEFAULT_LANGUAGE = "fr"
# Written out: the ORM takes longer to build this query than a database to answer it.
CURRENT = """
    SELECT sheet.body, sheet.etag, sheet.revision, stock.body, stock.tag,
           stock.as_of > %s
      FROM products_sheet sheet
      LEFT JOIN products_stockdocument stock
        ON stock.product_id = sheet.product_id AND stock.language = sheet.language
     WHERE sheet.product_id = %s AND sheet.language = %s
     ORDER BY sheet.revision DESC LIMIT 1
"""


class ServedSheet(NamedTuple):
    """What is sent for a sheet: the bytes, their tag, and the revision's number."""

    body: bytes
    etag: str
    revision: int


def served_language(language: str | None) -> str:
    """Return the language that a sheet has: the one asked for, or French."""
    short = (language or "").split("-")[0].lower()
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


def current_sheet(gtin: str, language: str) -> ServedSheet | None:
    """Return the current sheet of a 14-digit GTIN with its live stock, or none."""
    oldest = connection.ops.adapt_datetimefield_value(
        timezone.now() - stock.STALE_AFTER
    )
    with connection.cursor() as cursor:
        cursor.execute(CURRENT, (oldest, gtin, language))
        row = cursor.fetchone()
    if row is None:
        return None
    body, etag, revision, stock_body, stock_tag, is_fresh = row
    if not is_fresh:
        stock_body, stock_tag = stock.unknown_body(language), "0"
    joined = stock.joined(bytes(body), bytes(stock_body))
    return ServedSheet(joined, f'"{etag}.{stock_tag}"', revision)


def exists(gtin: str) -> bool:
    """Say whether a sheet of this GTIN was published."""
    return Sheet.objects.filter(product=gtin).exists()
