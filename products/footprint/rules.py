"""What does not fit in a footprint: one rule for each thing that may be wrong."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from products.drafts import Flag, flagged
from products.footprint.stages import AFTER_GATE, STAGES, Footprint, adds_up
from products.stored import plain

TOTAL = "eco.pcf_total"
BY_STAGE = "eco.pcf_by_stage"
SCOPE = "eco.scope"
UNIT = "eco.declared_unit"
CONTENT = "identity.net_content"
YEAR = "eco.reference_year"
RATIO = "eco.primary_data_ratio"
RATING = "eco.data_quality_rating"
ENERGY = "eco.energy_class"
REPAIR = "eco.repairability"
ENERGY_CLASSES = ("A", "B", "C", "D", "E", "F", "G")
SCOPES = ("cradle_to_gate", "cradle_to_grave")
# Kinds of UNECE Rec 20 units that a footprint can be of.
KINDS = {
    "mass": ("MGM", "GRM", "KGM", "TNE"),
    "volume": ("MLT", "CLT", "DLT", "LTR", "MTQ", "CMQ"),
    "piece": ("H87", "C62", "EA", "PR", "NPR"),
    "length": ("MMT", "CMT", "MTR", "KMT"),
    "area": ("CMK", "MTK"),
    "energy": ("KWH", "MJ", "KJO"),
    "freight": ("TKM",),
    "time": ("HUR", "DAY", "ANN"),
}
KIND_OF = {unit: kind for kind, units in KINDS.items() for unit in units}
# A thousand tonnes for one unit: no product of a shop.
ABSURD_KG = 1_000_000
# Before the first assessments of products.
FIRST_YEAR = 1990
MOST_OF_A_RULE = 5


def check(footprint: Footprint, *, on: date) -> list[Flag]:
    """Return what does not fit on the day `on`, a few findings by rule."""
    return [
        flag for rule in RULES for flag in islice(rule(footprint, on), MOST_OF_A_RULE)
    ]


def _sum(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Rule 1: the stages are within one percent of the total."""
    total, stages = footprint.total, footprint.stages
    if total is None or not stages or adds_up(total, stages):
        return
    yield flagged(
        "eco.stages_do_not_add_up",
        BY_STAGE,
        TOTAL,
        severity="error",
        sum=plain(sum((one.amount for one in stages), Decimal(0))),
        total=plain(total),
    )


def _negative(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Rule 2: no stage is below zero but the end of life and declared uptake."""
    for one in footprint.stages:
        if one.amount >= 0 or one.code == "end_of_life":
            continue
        if one.biogenic is not None and one.biogenic <= one.amount:
            continue
        yield flagged(
            "eco.stage_negative",
            BY_STAGE,
            severity="error",
            stage=one.code,
            amount=plain(one.amount),
        )


def _gate(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Rule 3: from cradle to gate there is neither use nor end of life."""
    for one in footprint.stages:
        is_after = one.code in AFTER_GATE and one.amount != 0
        if footprint.scope == "cradle_to_gate" and is_after:
            yield flagged(
                "eco.stage_out_of_scope",
                BY_STAGE,
                SCOPE,
                stage=one.code,
                amount=plain(one.amount),
            )


def _scope(footprint: Footprint, _on: date) -> Iterator[Flag]:
    if footprint.scope and footprint.scope not in SCOPES:
        yield flagged("eco.scope_unknown", SCOPE, scope=footprint.scope)


def _kind(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Rule 3: the declared unit is of the kind in which the product is sold."""
    declared, content = footprint.declared_unit, footprint.net_content
    if declared is None or content is None:
        return
    kinds = KIND_OF.get(declared.unit), KIND_OF.get(content.unit)
    if None not in kinds and kinds[0] != kinds[1]:
        yield flagged(
            "eco.unit_of_another_kind",
            UNIT,
            CONTENT,
            unit=declared.unit,
            content=content.unit,
        )


def _units(footprint: Footprint, _on: date) -> Iterator[Flag]:
    declared = footprint.declared_unit
    if footprint.total is not None and footprint.unit != "KGM":
        yield flagged(
            "eco.total_unit_impossible", TOTAL, severity="error", unit=footprint.unit
        )
    if declared is None:
        return
    if declared.unit not in KIND_OF or not declared.value or declared.value < 0:
        value = "" if declared.value is None else plain(declared.value)
        yield flagged(
            "eco.unit_impossible",
            UNIT,
            severity="error",
            value=value,
            unit=declared.unit,
        )


def _year(footprint: Footprint, on: date) -> Iterator[Flag]:
    """Rule 4: the reference year is not to come."""
    year = footprint.reference_year
    if year is not None and not FIRST_YEAR <= year <= on.year:
        yield flagged(
            "eco.year_impossible", YEAR, severity="error", year=year, now=on.year
        )


def _ratio(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Rule 4: the share of primary data is between 0 and 1."""
    ratio = footprint.primary_ratio
    if ratio is not None and not 0 <= ratio <= 1:
        yield flagged(
            "eco.ratio_impossible", RATIO, severity="error", ratio=plain(ratio)
        )


def _rating(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Rule 4: the quality rating is between 1, the best, and 5."""
    rating = footprint.quality_rating
    if rating is not None and not 1 <= rating <= 5:
        yield flagged(
            "eco.rating_impossible", RATING, severity="error", rating=plain(rating)
        )


def _total(footprint: Footprint, _on: date) -> Iterator[Flag]:
    total = footprint.total
    if total is None:
        return
    uptake = sum(one.biogenic or 0 for one in footprint.stages)
    if total < 0 and not uptake < 0:
        yield flagged("eco.total_negative", TOTAL, severity="error", total=plain(total))
    if abs(total) > ABSURD_KG:
        yield flagged("eco.total_absurd", TOTAL, severity="error", total=plain(total))


def _appliance(footprint: Footprint, _on: date) -> Iterator[Flag]:
    """Hold an energy class and a repairability index to their scales."""
    energy, index = footprint.energy_class, footprint.repairability
    if energy and energy.upper() not in ENERGY_CLASSES:
        yield flagged("eco.energy_class_unknown", ENERGY, energy=energy)
    if index is not None and not 0 <= index <= 10:
        yield flagged(
            "eco.repairability_impossible", REPAIR, severity="error", index=plain(index)
        )


def is_comparable(footprint: Footprint) -> bool:
    """Say whether it may stand beside others: what cannot be true ranks nothing."""
    rules = (_units, _total, _scope)
    return not any(flag for rule in rules for flag in rule(footprint, date.max))


def _codes(footprint: Footprint, _on: date) -> Iterator[Flag]:
    seen: set[str] = set()
    for one in footprint.stages:
        if one.code not in STAGES:
            yield flagged("eco.stage_unknown", BY_STAGE, stage=one.code)
        elif one.code in seen:
            yield flagged("eco.stage_twice", BY_STAGE, stage=one.code)
        seen.add(one.code)


RULES: tuple[Callable[[Footprint, date], Iterator[Flag]], ...] = (
    _units,
    _total,
    _sum,
    _negative,
    _gate,
    _scope,
    _kind,
    _year,
    _ratio,
    _rating,
    _codes,
    _appliance,
)
