"""
The price breakdown and what work costs in it. Pure.

All amounts are `Decimal` in one currency. A breakdown that does not add up gives no
percentage: a share of an unknown whole would be an invention.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

LABOUR = ("labour_direct", "labour_indirect")
MARGINS = ("brand_margin", "retail_margin")
TAX = "tax_vat"
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
RATE = Decimal("0.0001")


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
    price_ht = (
        price_ttc / (1 + vat_rate / 100)
        if price_ttc is not None and vat_rate is not None
        else None
    )
    completeness = _completeness(amounts, total, price_ttc, price_ht, stated_cost)
    labour = (
        sum((amounts.get(code, Decimal(0)) for code in LABOUR), Decimal(0))
        if any(code in amounts for code in LABOUR)
        else None
    )
    share = (
        (labour / price_ht * 100).quantize(TENTH, ROUND_HALF_UP)
        if labour is not None and price_ht and completeness != "partial"
        else None
    )
    return Breakdown(
        completeness,
        total,
        price_ht.quantize(CENT, ROUND_HALF_UP) if price_ht is not None else None,
        labour,
        share,
        (labour / work_minutes).quantize(RATE, ROUND_HALF_UP)
        if labour is not None and work_minutes
        else None,
    )


def _completeness(
    amounts: Mapping[str, Decimal],
    total: Decimal,
    price_ttc: Decimal | None,
    price_ht: Decimal | None,
    stated_cost: Decimal | None,
) -> str:
    if any(amount < 0 for amount in amounts.values()):
        return "partial"
    if (
        price_ttc
        and TAX in amounts
        and any(code in amounts for code in MARGINS)
        and abs(total - price_ttc) <= max(Decimal("0.02"), price_ttc / 100)
    ):
        return "full"
    if (
        stated_cost
        and (price_ht is None or total < price_ht)
        and abs(total - stated_cost) <= stated_cost / 100
    ):
        return "cost_only"
    return "partial"
