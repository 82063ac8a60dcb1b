"""
Reading a sheet: one query, stored bytes, no serializer.

A leaf module. The revision's bytes and the stock's are joined without being parsed.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from products import stock
from products.models import LANGUAGES, Sheet, StockDocument

DEFAULT_LANGUAGE = "fr"


class ServedSheet(NamedTuple):
    """What is sent for a sheet: the bytes, their tag, and the revision's number."""

    body: bytes
    etag: str
    revision: int
    published_at: datetime


def served_language(language: str | None) -> str:
    """Return the language that a sheet has: the one asked for, or French."""
    short = (language or "").split("-")[0].lower()
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


def current_sheet(gtin: str, language: str) -> ServedSheet | None:
    """Return the current sheet of a 14-digit GTIN with its live stock, or none."""
    of_stock = StockDocument.objects.filter(
        product=OuterRef("product"), language=language
    )
    row = (
        Sheet.objects.of_gtin(gtin, language)
        .annotate(
            stock_body=Subquery(of_stock.values("body")),
            stock_tag=Subquery(of_stock.values("tag")),
            stock_as_of=Subquery(of_stock.values("as_of")),
        )
        .values_list(
            "body",
            "etag",
            "revision",
            "published_at",
            "stock_body",
            "stock_tag",
            "stock_as_of",
        )
        .first()
    )
    if row is None:
        return None
    body, etag, revision, published_at, stock_body, stock_tag, stock_as_of = row
    if stock_body is None or stock.is_stale(stock_as_of):
        stock_body, stock_tag = stock.unknown_body(language), "0"
    joined = b'%b,"stock":%b}' % (bytes(body)[:-1], bytes(stock_body))
    return ServedSheet(joined, f'"{etag}.{stock_tag}"', revision, published_at)


def exists(gtin: str) -> bool:
    """Say whether a sheet of this GTIN was published."""
    return Sheet.objects.filter(product=gtin).exists()
