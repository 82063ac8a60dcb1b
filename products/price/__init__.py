"""
The price breakdown, what work costs in it, and what does not fit. Pure.

All amounts are `Decimal` in one currency.
"""

from products.price.breakdown import (
    CODES,
    LABOUR,
    MARGINS,
    TAX,
    Breakdown,
    analyse,
    before_tax,
    gap_to_stated_cost_pct,
)

__all__ = [
    "CODES", "LABOUR", "MARGINS", "TAX", "Breakdown", "analyse", "before_tax",
    "gap_to_stated_cost_pct",
]  # fmt: skip
