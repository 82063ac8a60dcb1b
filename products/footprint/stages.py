"""The stages of a life cycle, and a footprint as it is stored."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from products.cleaning import AGRIBALYSE_STAGES
from products.stored import rounded

STAGES = (
    "raw_materials", "manufacturing", "packaging", "transport", "distribution", "use",
    "end_of_life",
)  # fmt: skip
# What happens after the gate.
AFTER_GATE = ("use", "end_of_life")
TENTH = Decimal("0.1")
# A sum within one percent of its total is rounded: the worst of 66 products had 0.39 %.
TOLERANCE = Decimal("0.01")


def ours(name: str) -> str:
    """Return our name of a stage that Agribalyse calls otherwise."""
    return AGRIBALYSE_STAGES.get(name, name)


class Stage(NamedTuple):
    """One stage, in kg CO₂e; `biogenic` is the uptake of carbon declared in it, ≤ 0."""

    code: str
    amount: Decimal
    biogenic: Decimal | None = None


class Quantity(NamedTuple):
    """A quantity with its UNECE unit code."""

    value: Decimal | None
    unit: str


class Footprint(NamedTuple):
    """What is said of the carbon footprint of one declared unit."""

    total: Decimal | None = None
    # The unit that was stated for the total: mass, in kilograms.
    unit: str = "KGM"
    stages: tuple[Stage, ...] = ()
    scope: str = ""
    declared_unit: Quantity | None = None
    net_content: Quantity | None = None
    method: str = ""
    reference_year: int | None = None
    primary_ratio: Decimal | None = None
    quality_rating: Decimal | None = None
    energy_class: str = ""
    # Out of ten.
    repairability: Decimal | None = None


def adds_up(total: Decimal, stages: Sequence[Stage]) -> bool:
    """Say whether the stages are within one percent of the total."""
    gap = abs(sum((one.amount for one in stages), Decimal(0)) - total)
    return gap <= abs(total) * TOLERANCE


def shares_pct(total: Decimal | None, stages: Sequence[Stage]) -> list[Decimal | None]:
    """Return the share of each stage in percent; none unless the total is above 0."""
    if total is None or total <= 0 or not adds_up(total, stages):
        return [None] * len(stages)
    return [rounded(one.amount / total * 100, TENTH) for one in stages]
