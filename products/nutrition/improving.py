"""
One step from a better letter: which single change would do. Pure.

All other values are held fixed, so a step tells how near the letter is and not how the
recipe would change: less sugar is also less energy.
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from products.nutrition import scoring
from products.nutrition.foods import Nutrients, salt_of
from products.nutrition.scoring import FVL, SCALES, WATER, Score

# The component of the score that each nutrient moves.
LOWERED = {
    "sugars": ("sugars",),
    "saturated_fat": (
        "saturated_fat",
        scoring.ENERGY_FROM_SATURATES,
        scoring.SATURATES_RATIO,
    ),
    "salt": ("salt",),
    # Last: energy does not go without the nutrients that bring it.
    "energy_kj": ("energy",),
}
RAISED = {"fiber": "fiber", "proteins": "proteins", "fvl_pct": FVL}
# The smallest step that a label shows: one decimal of a gram, a whole percent.
SHOWN_STEP = {
    "fiber": Decimal("0.1"),
    "proteins": Decimal("0.1"),
    "fvl_pct": Decimal(1),
}
HUNDREDTH = Decimal("0.01")
COMPONENT_NAMES = {"energy_kj": "energy", "fvl_pct": FVL}


class Improvement(NamedTuple):
    """A single change that gives a better letter; `current` and `target` per 100."""

    component: str
    current: Decimal
    target: Decimal
    grade: str
    new_grade: str


def improvements(
    nutrients: Nutrients, score: Score, *, has_sweeteners: bool
) -> tuple[Improvement, ...]:
    """
    Return what is one step from a better letter, in the order of the components.

    Each nutrient moves to its nearest threshold: down to it, as points begin above
    it, and just below it for the share of saturates, whose threshold counts; fibre,
    proteins and fruit go to the next value that a label shows. The whole food is then
    scored anew, since a point less may also make proteins count.
    """
    if score.food_class == WATER:
        return ()
    # Sodium goes with the salt that it tells.
    settled = nutrients._replace(salt=salt_of(nutrients), sodium=None)
    found: list[Improvement] = []
    for name, current, target in _steps(settled, score.food_class):
        changed = settled._replace(**{name: target})
        new = scoring.compute(score.food_class, changed, has_sweeteners=has_sweeteners)
        component = COMPONENT_NAMES.get(name, name)
        if new.grade < score.grade and component not in {
            one.component for one in found
        }:
            found.append(
                Improvement(component, current, target, score.grade, new.grade)
            )
    return tuple(found)


def _steps(
    nutrients: Nutrients, food_class: str
) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield each nutrient with its value and where one step would bring it."""
    stated = nutrients.stated()
    scales = SCALES[food_class]
    for name, components in LOWERED.items():
        if name not in stated:
            continue
        lower = [
            target
            for component in components
            if component in scales
            and (target := _below(nutrients, food_class, component)) is not None
        ]
        # The nearest first: two components may depend on the same nutrient.
        for target in sorted(lower, reverse=True):
            yield name, stated[name], target
    for name, component in RAISED.items():
        if name in stated and (higher := _above(stated[name], food_class, component)):
            yield name, stated[name], _shown_above(higher, SHOWN_STEP[name])


def _below(nutrients: Nutrients, food_class: str, component: str) -> Decimal | None:
    """Return the nearest value of a nutrient that has a point less, or none."""
    value = scoring.component_values(food_class, nutrients)[component]
    scale = SCALES[food_class][component]
    passed = [
        one
        for one in scale.thresholds
        if value > one or (scale.is_reached_at and value == one)
    ]
    if not passed:
        return None
    threshold = passed[-1]
    if component == scoring.ENERGY_FROM_SATURATES:
        return (threshold / scoring.FAT_KJ).quantize(HUNDREDTH, ROUND_FLOOR)
    if component == scoring.SATURATES_RATIO:
        return _just_below(threshold * (nutrients.fat or Decimal(0)) / 100)
    return threshold


def _just_below(limit: Decimal) -> Decimal | None:
    target = limit.quantize(HUNDREDTH, ROUND_CEILING) - HUNDREDTH
    return target if target >= 0 else None


def _above(value: Decimal, food_class: str, component: str) -> Decimal | None:
    higher = [one for one in SCALES[food_class][component].thresholds if one >= value]
    return higher[0] if higher else None


def _shown_above(threshold: Decimal, step: Decimal) -> Decimal:
    return threshold.quantize(step, ROUND_FLOOR) + step
