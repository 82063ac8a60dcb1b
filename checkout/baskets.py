"""The brands in a basket, with their rates as they are now. A leaf module."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from companies import satisfaction
from companies.models import SatisfactionRate
from products import gtin as arithmetic
from products.models import Product


def brands(gtins: Sequence[str], *, on: date) -> list[dict[str, Any]]:
    """
    Return one entry for each company behind these products, in the basket's order.

    `gtins` have 14 digits. Whose product nobody has declared is left out: no company is
    invented for it. Two queries, however long the basket is.
    """
    # A shop's own numbers mean another product in every shop.
    asked = [one for one in gtins if not arithmetic.is_restricted(one)]
    known = (
        Product.objects.filter(pk__in=asked, company__isnull=False)
        .select_related("company")
        .only("gtin", "name", "company__name")
        .in_bulk()
        if asked
        else {}
    )
    first: dict[Any, Product] = {}
    for gtin in asked:
        if gtin in known:
            first.setdefault(known[gtin].company_id, known[gtin])
    rates = _rates(list(first), on=on)
    return [_entry(product, rates.get(key), on=on) for key, product in first.items()]


def _rates(companies: list[Any], *, on: date) -> dict[Any, SatisfactionRate]:
    if not companies:
        return {}
    found = SatisfactionRate.objects.with_enough_answers(on).filter(
        company__in=companies
    )
    # The last one of each company is its latest.
    latest = {rate.company_id: rate for rate in found.order_by("measured_on", "pk")}
    return {key: rate for key, rate in latest.items() if rate.is_publishable(on)}


def _entry(
    product: Product, rate: SatisfactionRate | None, *, on: date
) -> dict[str, Any]:
    assert product.company is not None
    return {
        "gtin": product.gtin,
        "product": product.name,
        "company": {"id": str(product.company.pk), "name": product.company.name},
        "rate": rate.percent if rate else None,
        "rate_source": rate.source_name if rate else None,
        "rate_date": rate.measured_on.isoformat() if rate else None,
        "rate_n": rate.answers if rate else None,
        "freshness": satisfaction.freshness(rate.measured_on, on) if rate else None,
    }
