"""
The stock as the sheet shows it: buckets by shop and in total, never exact numbers.

A leaf module. Written with the stock, joined to a sheet as bytes.
"""

import hashlib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, Count, Min, Q, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common import canonical
from common.times import rfc3339
from companies.civil_status import unknown
from companies.levels import Level, SourceKind, Status
from products.models import LANGUAGES, LiveDocument, Offering, Product, Stock

STALE_AFTER = timedelta(hours=24)
# A sheet is read on a phone: who wants all shops of a chain asks for them.
SHOPS_SHOWN = 20
FIELD_ORDER = ["availability", "quantity", "by_shop"]
# That a product is discontinued does not grow old; far from the end of the calendar,
# where no time zone can push it over the edge.
NEVER_STALE = datetime(9000, 1, 1, tzinfo=UTC)

State = Offering.State


class Total(NamedTuple):
    """What the shops of one product have together, and since when at least."""

    units: int
    shops: int
    as_of: datetime


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


def oldest_shown() -> datetime:
    """Return the instant up to which a count is too old to be shown."""
    return timezone.now() - STALE_AFTER


def rewrite_documents(gtins: Collection[str]) -> None:
    """
    Write the stock documents of products anew, after their stock changed.

    A shop that fell silent is counted no more; the oldest count that is used dates the
    whole, so that nothing older than `STALE_AFTER` is ever shown as known. The number
    of queries does not grow with the products, but for how many rows one may write.
    Whoever calls it has locked the products.
    """
    products = Product.objects.filter(pk__in=gtins).select_related(
        "company", "offering"
    )
    fresh = Stock.objects.filter(product__in=gtins).counted_after(oldest_shown())
    totals, shops = _totals(fresh), _shops(fresh)
    documents: list[LiveDocument] = []
    silent = set(gtins)
    for product in products:
        total = totals.get(product.pk)
        if total is None and _state(product) == State.ON_SALE:
            continue
        silent.discard(product.pk)
        documents += _documents(product, total, shops.get(product.pk, []))
    LiveDocument.objects.bulk_create(
        documents,
        update_conflicts=True,
        unique_fields=["product", "language"],
        update_fields=["stock", "stock_tag", "stock_as_of"],
    )
    if silent:
        LiveDocument.objects.filter(product__in=silent).update(
            stock=None, stock_tag=None, stock_as_of=None
        )


@cache
def unknown_body(language: str) -> bytes:
    """Return the document of a stock that nobody told, or told too long ago."""
    with override(language):
        return canonical.dumps(_section(_nothing(), _nothing(), _nothing()))


def _totals(fresh: Any) -> dict[str, Total]:
    rows = fresh.order_by().values("product")
    found = rows.annotate(units=Sum("quantity"), shops=Count("pk"), since=Min("as_of"))
    return {
        row["product"]: Total(row["units"], row["shops"], row["since"]) for row in found
    }


def _shops(fresh: Any) -> dict[str, list[Stock]]:
    """Return the shops that are named: those that have some before those without."""
    is_empty = Case(When(Q(quantity=0), then=Value(1)), default=Value(0))
    place = Window(RowNumber(), partition_by="product", order_by=[is_empty, "store"])
    found: dict[str, list[Stock]] = {}
    for row in fresh.order_by().annotate(place=place).filter(place__lte=SHOPS_SHOWN):
        found.setdefault(row.product_id, []).append(row)
    for rows in found.values():
        # Databases differ in how they sort texts; the bytes must not.
        rows.sort(key=lambda row: row.store)
    return found


def _state(product: Product) -> str:
    offering: Offering | None = getattr(product, "offering", None)
    return offering.state if offering else State.ON_SALE


def _documents(
    product: Product, total: Total | None, shops: list[Stock]
) -> Iterator[LiveDocument]:
    for language in LANGUAGES:
        with override(language):
            body = canonical.dumps(_document(product, total, shops))
        yield LiveDocument(
            product=product,
            language=language,
            stock=body,
            stock_tag=hashlib.sha256(body).hexdigest()[:16],
            stock_as_of=total.as_of if total else NEVER_STALE,
        )


def _document(
    product: Product, total: Total | None, shops: list[Stock]
) -> dict[str, Any]:
    """Return the section; what has no value says nothing of who stated it."""
    state = _state(product)
    if total is None:
        availability = _availability(product, product.offering.since, state)
        return _section(availability, _nothing(), _nothing())
    if state == State.ON_SALE:
        state = _counted(total.units)
    availability = _availability(product, total.as_of, state)
    told = bucket(total.units)
    quantity = {
        **_known(total.as_of),
        "value": told,
        "text": told,
    }
    return _section(availability, quantity, _by_shop(total, shops))


def _section(
    availability: dict[str, Any], quantity: dict[str, Any], by_shop: dict[str, Any]
) -> dict[str, Any]:
    return {
        "label": _("Stock"),
        "field_order": FIELD_ORDER,
        "fields": {
            "availability": {"label": _("Availability"), **availability},
            "quantity": {"label": _("Units"), **quantity},
            "by_shop": {"label": _("By shop"), **by_shop},
        },
    }


def _nothing() -> dict[str, Any]:
    return {**unknown(), "text": _("not disclosed")}


def _known(moment: datetime) -> dict[str, Any]:
    return {
        "status": Status.KNOWN.value,
        "level": Level.DECLARED.value,
        "source": {"kind": SourceKind.PRODUCER.value},
        "observed_at": rfc3339(moment),
    }


def _availability(product: Product, moment: datetime, value: str) -> dict[str, Any]:
    """Return the first of the three, which alone names who says so: all are sent."""
    known = _known(moment)
    if product.company:
        known["source"]["name"] = product.company.name
    words = {
        "out_of_stock": _("out of stock"),
        "limited": _("few left"),
        "in_stock": _("in stock"),
        State.PREORDER.value: _("on preorder"),
        State.DISCONTINUED.value: _("discontinued"),
    }
    return {**known, "value": value, "text": words[value]}


def _counted(units: int) -> str:
    if units == 0:
        return "out_of_stock"
    return "limited" if units <= 5 else "in_stock"


def _by_shop(total: Total, shops: list[Stock]) -> dict[str, Any]:
    """Return the shops, each with its own time: how long ago is the reader's to say."""
    values = [
        {
            "shop": one.store,
            "quantity": bucket(one.quantity),
            "as_of": rfc3339(one.as_of),
        }
        for one in shops
    ]
    lines = [f"{one['shop']} — {one['quantity']}" for one in values]
    known = {**_known(total.as_of), "value": values}
    if total.shops == 1:
        return {**known, "text": lines[0]}
    text = _("%(count)s shops") % {"count": total.shops}
    if total.shops > len(shops):
        text = _("%(shown)s of %(count)s shops") % {
            "shown": len(shops),
            "count": total.shops,
        }
    return {**known, "text": text, "lines": lines}
