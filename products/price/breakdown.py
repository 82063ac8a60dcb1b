"""
What a breakdown tells of a price, and of the work in it.

A breakdown that does not add up gives no percentage: a share of an unknown whole would
be an invention.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from products.stored import rounded

LABOUR = ("labour_direct", "labour_indirect")
MARGINS = ("brand_margin", "retail_margin")
TAX = "tax_vat"
CODES = (
    "raw_materials", "components", *LABOUR, "energy", "transport", "duties",
    "packaging", "quality", "design", "overhead", *MARGINS, TAX, "donation",
)  # fmt: skip
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
RATE = Decimal("0.0001")
# Two cents, or one percent of the price.
LEAST_TOLERANCE = Decimal("0.02")


class Breakdown(NamedTuple):
    """What a price breakdown tells. `None` where it tells nothing."""

    completeness: str
    total: Decimal
    price_ht: Decimal | None
    labour_cost: Decimal | None
    labour_share_pct: Decimal | None
    minute_cost: Decimal | None


def analyse(
    components: Sequence[tuple[str, Decimal]],
    *,
    price_ttc: Decimal | None,
    vat_rate: Decimal | None,
    stated_cost: Decimal | None = None,
    work_minutes: int | None = None,
) -> Breakdown:
    """
    Analyse `components`, pairs of a code and an amount; `vat_rate` is in percent.

    `completeness` is `full`, `cost_only` or `partial`. The labour share, in percent
    of the price before VAT, is not given for `partial`; the cost of a minute is in the
    currency per minute of `work_minutes`.
    """
    amounts: dict[str, Decimal] = {}
    for code, amount in components:
        amounts[code] = amounts.get(code, Decimal(0)) + amount
    total = sum(amounts.values(), Decimal(0))
    price_ht = before_tax(price_ttc, vat_rate)
    is_negative = any(amount < 0 for _code, amount in components)
    completeness = (
        "partial"
        if is_negative
        else _completeness(amounts, total, price_ttc, price_ht, stated_cost)
    )
    labour = _labour(amounts)
    return Breakdown(
        completeness,
        total,
        None if price_ht is None else rounded(price_ht, CENT),
        labour,
        None if completeness == "partial" else _share(labour, price_ht),
        rounded(labour / work_minutes, RATE)
        if labour is not None and work_minutes
        else None,
    )


def before_tax(price_ttc: Decimal | None, vat_rate: Decimal | None) -> Decimal | None:
    """Return the price before VAT, the rate being in percent."""
    if price_ttc is None or vat_rate is None or vat_rate < 0:
        return None
    return price_ttc / (1 + vat_rate / 100)


def gap_to_stated_cost_pct(total: Decimal, stated_cost: Decimal) -> Decimal | None:
    """Return by how much the sum is above the stated cost, in percent of that cost."""
    if stated_cost <= 0:
        return None
    return rounded((total - stated_cost) / stated_cost * 100, CENT)


def tolerance(price_ttc: Decimal) -> Decimal:
    """Return how far a sum may be from the price that it makes up."""
    return max(LEAST_TOLERANCE, price_ttc / 100)


def _labour(amounts: Mapping[str, Decimal]) -> Decimal | None:
    stated = [amounts[code] for code in LABOUR if code in amounts]
    return sum(stated, Decimal(0)) if stated else None


def _share(labour: Decimal | None, price_ht: Decimal | None) -> Decimal | None:
    """More than the whole is no share of it: the amounts contradict the price."""
    if labour is None or not price_ht or not 0 <= labour <= price_ht:
        return None
    return rounded(labour / price_ht * 100, TENTH)


def _completeness(
    amounts: Mapping[str, Decimal],
    total: Decimal,
    price_ttc: Decimal | None,
    price_ht: Decimal | None,
    stated_cost: Decimal | None,
) -> str:
    if (
        price_ttc
        and TAX in amounts
        and any(code in amounts for code in MARGINS)
        and abs(total - price_ttc) <= tolerance(price_ttc)
    ):
        return "full"
    if (
        stated_cost
        and (price_ht is None or total < price_ht)
        and abs(total - stated_cost) <= stated_cost / 100
    ):
        return "cost_only"
    return "partial"
