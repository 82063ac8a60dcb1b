"""
Nutri-Score 2023, the five classes of foods. Pure.

Source: Santé publique France, conditions of use of the “Nutri-Score” logo, algorithm
of 2023 (Scientific Committee of the Nutri-Score, main report of 2022 and beverages
report of 2023), in force in France since 16 March 2025.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from products.nutrition.foods import Nutrients, salt_of

VERSION = "2023"
GENERAL = "general"
CHEESE = "cheese"
RED_MEAT = "red_meat"
FAT = "fat"
BEVERAGE = "beverage"
WATER = "water"
CLASSES = (GENERAL, CHEESE, RED_MEAT, FAT, BEVERAGE, WATER)
DRINKS = frozenset({BEVERAGE, WATER})

ENERGY_FROM_SATURATES = "energy_from_saturated_fat"
SATURATES_RATIO = "saturated_fat_ratio"
SWEETENERS = "non_nutritive_sweeteners"
FVL = "fruits_vegetables_legumes"

# Energy of one gram of fat, in kJ.
FAT_KJ = 37
SWEETENER_POINTS = 4
RED_MEAT_PROTEIN_POINTS = 2
# From so many negative points on, proteins no longer count.
PROTEINS_DROP_AT = {GENERAL: 11, RED_MEAT: 11, FAT: 7}


class Scale(NamedTuple):
    """
    Ascending thresholds: each one exceeded brings the points beside it.

    `is_reached_at` tells the one component of which the threshold itself counts.
    """

    thresholds: tuple[Decimal, ...]
    points: tuple[int, ...]
    is_reached_at: bool = False

    def points_of(self, value: Decimal) -> int:
        """Return the points of a value, which is never rounded."""
        exceeded = [
            points
            for threshold, points in zip(self.thresholds, self.points, strict=True)
            if value > threshold or (self.is_reached_at and value == threshold)
        ]
        return max(exceeded, default=0)


def _scale(
    thresholds: str,
    points: Sequence[int] = (),
    *,
    is_reached_at: bool = False,
) -> Scale:
    values = tuple(Decimal(one) for one in thresholds.split())
    each = tuple(points) or tuple(range(1, len(values) + 1))
    return Scale(values, each, is_reached_at)


def _steps(step: str, count: int) -> str:
    return " ".join(str(Decimal(step) * number) for number in range(1, count + 1))


# Energy in kJ, the share of fruit, vegetables and legumes in percent, the ratio in
# percent, all others in g; of 100 g, or of 100 ml of a beverage.
_SOLID = {
    "energy": _scale(_steps("335", 10)),
    "sugars": _scale("3.4 6.8 10 14 17 20 24 27 31 34 37 41 44 48 51"),
    "saturated_fat": _scale(_steps("1", 10)),
    "salt": _scale(_steps("0.2", 20)),
    "proteins": _scale("2.4 4.8 7.2 9.6 12 14 17"),
    "fiber": _scale("3.0 4.1 5.2 6.3 7.4"),
    FVL: _scale("40 60 80", (1, 2, 5)),
}
_FAT = {
    ENERGY_FROM_SATURATES: _scale(_steps("120", 10)),
    "sugars": _SOLID["sugars"],
    SATURATES_RATIO: _scale("10 16 22 28 34 40 46 52 58 64", is_reached_at=True),
    "salt": _SOLID["salt"],
    "proteins": _SOLID["proteins"],
    "fiber": _SOLID["fiber"],
    FVL: _SOLID[FVL],
}
_BEVERAGE = {
    "energy": _scale("30 90 150 210 240 270 300 330 360 390"),
    "sugars": _scale("0.5 2 3.5 5 6 7 8 9 10 11"),
    "saturated_fat": _SOLID["saturated_fat"],
    "salt": _SOLID["salt"],
    "proteins": _scale("1.2 1.5 1.8 2.1 2.4 2.7 3.0"),
    "fiber": _SOLID["fiber"],
    FVL: _scale("40 60 80", (2, 4, 6)),
}
SCALES: dict[str, dict[str, Scale]] = {
    GENERAL: _SOLID,
    CHEESE: _SOLID,
    RED_MEAT: _SOLID,
    FAT: _FAT,
    BEVERAGE: _BEVERAGE,
    WATER: _BEVERAGE,
}
POSITIVE = ("proteins", "fiber", FVL)
# The highest score of each letter; above the last it is E.
_LETTERS_SOLID = ((0, "a"), (2, "b"), (10, "c"), (18, "d"))
LETTERS: dict[str, tuple[tuple[int, str], ...]] = {
    GENERAL: _LETTERS_SOLID,
    CHEESE: _LETTERS_SOLID,
    RED_MEAT: _LETTERS_SOLID,
    FAT: ((-6, "a"), (2, "b"), (10, "c"), (18, "d")),
    # No beverage but water has an A.
    BEVERAGE: ((2, "b"), (6, "c"), (9, "d")),
}


class Score(NamedTuple):
    """
    A Nutri-Score with how it was reached.

    `points` are those of each component, without proteins where they do not count;
    `score` is `negative` minus `positive`, and lower is better.
    """

    food_class: str
    points: Mapping[str, int]
    negative: int
    positive: int
    counts_proteins: bool
    score: int
    grade: str


def compute(
    food_class: str, nutrients: Nutrients, *, has_sweeteners: bool = False
) -> Score:
    """
    Return the Nutri-Score 2023 of 100 g, or of 100 ml of a beverage or water.

    What nobody stated brings no point: whether the score may then be shown is for
    `missing` to say. `has_sweeteners` are the non-nutritive ones, of beverages.
    """
    values = component_values(food_class, nutrients)
    points = {
        component: scale.points_of(values[component])
        for component, scale in SCALES[food_class].items()
    }
    if food_class in DRINKS:
        points[SWEETENERS] = SWEETENER_POINTS if has_sweeteners else 0
    if food_class == RED_MEAT:
        points["proteins"] = min(points["proteins"], RED_MEAT_PROTEIN_POINTS)
    negative = sum(n for component, n in points.items() if component not in POSITIVE)
    counts_proteins = negative < PROTEINS_DROP_AT.get(food_class, negative + 1)
    if not counts_proteins:
        del points["proteins"]
    positive = sum(points.get(component, 0) for component in POSITIVE)
    score = negative - positive
    return Score(
        food_class,
        points,
        negative,
        positive,
        counts_proteins,
        score,
        _grade(food_class, score),
    )


def missing(food_class: str, nutrients: Nutrients, score: Score) -> tuple[str, ...]:
    """
    Return the nutrients without which the score of a class is not known.

    Water needs none, and proteins are not missed where they do not count.
    """
    if food_class == WATER:
        return ()
    amounts = {**nutrients._asdict(), "salt": salt_of(nutrients)}
    required = ["sugars", "saturated_fat", "salt"]
    required.insert(0, "fat" if food_class == FAT else "energy_kj")
    if score.counts_proteins:
        required.append("proteins")
    return tuple(name for name in required if amounts[name] is None)


def component_values(food_class: str, nutrients: Nutrients) -> dict[str, Decimal]:
    """Return what each component of a class measures, zero where nothing is stated."""
    stated = nutrients.stated()
    zero = Decimal(0)
    saturates = stated.get("saturated_fat", zero)
    found = {
        "energy": stated.get("energy_kj", zero),
        "sugars": stated.get("sugars", zero),
        "saturated_fat": saturates,
        ENERGY_FROM_SATURATES: saturates * FAT_KJ,
        SATURATES_RATIO: ratio(saturates, stated.get("fat", zero)),
        "salt": salt_of(nutrients) or zero,
        "proteins": stated.get("proteins", zero),
        "fiber": stated.get("fiber", zero),
        FVL: stated.get("fvl_pct", zero),
    }
    return {component: found[component] for component in SCALES[food_class]}


def ratio(saturates: Decimal, fat: Decimal) -> Decimal:
    """Return how many percent of the fat are saturates; without fat, none."""
    return saturates * 100 / fat if fat > 0 else Decimal(0)


def _grade(food_class: str, score: int) -> str:
    if food_class == WATER:
        return "a"
    for highest, letter in LETTERS[food_class]:
        if score <= highest:
            return letter
    return "e"
