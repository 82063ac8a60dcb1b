"""
The stock as the sheet shows it: buckets by shop and in total, never exact numbers.

A leaf module. Written with the stock, joined to a sheet as bytes.
"""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common import canonical
from common.times import rfc3339
from companies.civil_status import unknown
from companies.levels import Level, SourceKind, Status
from products.models import LANGUAGES, Product, Stock, StockDocument

STALE_AFTER = timedelta(hours=24)
FIELD_ORDER = ["availability", "quantity", "by_shop"]


def bucket(quantity: int) -> str:
    """Return the public bucket of a quantity: 0, 1–5, 6–20 or 20+."""
    if quantity == 0:
        return "0"
    if quantity <= 5:
        return "1–5"
    return "6–20" if quantity <= 20 else "20+"


def joined(sheet: bytes, stock: bytes) -> bytes:
    """
    Return a sheet's bytes with the stock as the last of its sections.

    Canonical JSON sorts its keys, so `sections` closes every sheet; nothing is parsed.
    """
    return b'%b,"stock":%b}}' % (sheet[:-2], stock)


def rewrite_documents(product: Product) -> None:
    """
    Write the stock documents of a product anew, after its stock changed.

    A shop that fell silent is counted no more; the oldest count that is used dates the
    whole, so that nothing older than `STALE_AFTER` is ever shown as known.
    """
    oldest = timezone.now() - STALE_AFTER
    stocks = list(
        Stock.objects.filter(product=product, as_of__gt=oldest).order_by("store")
    )
    if not stocks:
        StockDocument.objects.filter(product=product).delete()
        return
    as_of = min(stock.as_of for stock in stocks)
    for language in LANGUAGES:
        body = canonical.dumps(_document(product, stocks, as_of, language))
        StockDocument.objects.update_or_create(
            product=product,
            language=language,
            defaults={
                "body": body,
                "tag": hashlib.sha256(body).hexdigest()[:16],
                "as_of": as_of,
            },
        )


@cache
def unknown_body(language: str) -> bytes:
    """Return the document of a stock that nobody told, or told too long ago."""
    with override(language):
        nothing = {**unknown(), "text": _("not disclosed")}
        return canonical.dumps(
            {
                "label": _("Stock"),
                "field_order": FIELD_ORDER,
                "fields": {
                    "availability": {"label": _("Availability"), **nothing},
                    "quantity": {"label": _("Units"), **nothing},
                    "by_shop": {"label": _("By shop"), **nothing},
                },
            }
        )


def _document(
    product: Product, stocks: list[Stock], as_of: datetime, language: str
) -> dict[str, Any]:
    quantity = sum(stock.quantity for stock in stocks)
    with override(language):
        source_name = product.company.name if product.company else ""
        known = {
            **unknown(),
            "status": Status.KNOWN.value,
            "level": Level.DECLARED.value,
            "source": {
                "kind": SourceKind.PRODUCER.value,
                "name": source_name or None,
                "url": None,
            },
            "observed_at": rfc3339(as_of),
        }
        availability, words = _availability(quantity)
        shops = [
            {"shop": stock.store, "quantity": bucket(stock.quantity)}
            for stock in stocks
        ]
        return {
            "label": _("Stock"),
            "field_order": FIELD_ORDER,
            "fields": {
                "availability": {
                    **known,
                    "label": _("Availability"),
                    "value": availability,
                    "text": words,
                },
                "quantity": {
                    **known,
                    "label": _("Units"),
                    "value": bucket(quantity),
                    "unit": "C62",
                    "text": bucket(quantity),
                },
                "by_shop": {
                    **known,
                    "label": _("By shop"),
                    "value": shops,
                    "text": str(len(shops)),
                    "lines": [f"{one['shop']} — {one['quantity']}" for one in shops],
                },
            },
        }


def _availability(quantity: int) -> tuple[str, str]:
    if quantity == 0:
        return "out_of_stock", _("out of stock")
    if quantity <= 5:
        return "limited", _("few left")
    return "in_stock", _("in stock")
