"""
A footprint beside those of its category. Rule 5 of the footprint.

Only what was measured alike is compared: one method with its version, one scope, one
unit. Anything else would rank methods, not products.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from products import stored
from products.drafts import Benchmark
from products.footprint import rules
from products.footprint.stages import Footprint, Quantity

# Quartiles of fewer products say nothing of a category.
FEWEST = 5


class Compared(NamedTuple):
    """Where a footprint stands among those of its category, all in kg CO₂e."""

    benchmark: Benchmark
    value: Decimal
    p25: Decimal
    median: Decimal
    p75: Decimal

    @property
    def evaluation(self) -> str:
        """Return how it stands, as panels say it."""
        # Where a quarter of them and half of them are the same, nothing sets it apart.
        if self.value < self.p25 or self.value == self.p25 < self.median:
            return "good"
        return "average" if self.value <= self.p75 else "bad"


def unit_text(unit: Quantity | None) -> str:
    """Return the unit by which footprints are told apart, `1 KGM`; or nothing."""
    if unit is None or not unit.value or unit.value < 0:
        return ""
    return f"{stored.plain(unit.value)} {unit.unit}"


def compare_stated(
    footprint: Footprint, benchmarks: Sequence[Benchmark]
) -> Compared | None:
    """Return the comparison of a footprint as it is stated, unless it is impossible."""
    return compare(footprint, benchmarks) if rules.is_comparable(footprint) else None


def compare(footprint: Footprint, benchmarks: Sequence[Benchmark]) -> Compared | None:
    """Return the comparison with the finest category that was measured alike."""
    unit = unit_text(footprint.declared_unit)
    if footprint.total is None or not (footprint.method and footprint.scope and unit):
        return None
    for one in reversed(benchmarks):
        alike = (one.method, one.scope, one.unit) == (
            footprint.method,
            footprint.scope,
            unit,
        )
        if alike and one.products >= FEWEST:
            quartiles = [stored.number(text) for text in (one.p25, one.median, one.p75)]
            if None not in quartiles:
                p25, median, p75 = (each or Decimal(0) for each in quartiles)
                return Compared(one, footprint.total, p25, median, p75)
    return None
