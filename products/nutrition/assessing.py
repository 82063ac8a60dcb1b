"""
What follows from a food: its Nutri-Score, or why there is none. Pure.

Not every finding of `quality` hides the score. Impossible values do: from 229 g of
sugars in 100 g follows nothing. An energy that does not match the nutrients does not:
polyols, fibre or alcohol that nobody stated explain many such cases, so the score
stands, to be taken with care, and the finding says which letter the energy computed
from the nutrients would give.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from products.nutrition import classes, improving, ingredients, quality, scoring
from products.nutrition.classes import Classified
from products.nutrition.foods import KJ_IN_KCAL, Food, salt_of
from products.nutrition.improving import Improvement
from products.nutrition.quality import Finding
from products.nutrition.scoring import BEVERAGE, DRINKS, Score

COMPUTED = "computed"
NOT_APPLICABLE = "not_applicable"
UNKNOWN = "unknown"
# A drink with more is alcoholic: 1.2 % of volume, in g of alcohol per 100 ml.
MAX_ALCOHOL_G = Decimal("0.95")
PREPARED = "prepared"


class Assessment(NamedTuple):
    """
    A Nutri-Score, or a `reason` for none with the `fields` it is about.

    `food` is of 100 g or 100 ml, and so are the findings. `assumptions` are codes of
    what was taken for granted.
    """

    status: str
    reason: str
    fields: tuple[str, ...]
    classified: Classified
    food: Food
    score: Score | None
    assumptions: tuple[str, ...]
    improvements: tuple[Improvement, ...]
    findings: tuple[Finding, ...]


class _Refused(Exception):
    def __init__(self, reason: str, *fields: str, status: str = UNKNOWN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields
        self.status = status


def assess(stated: Food) -> Assessment:
    """Return what follows from a food as it is stated."""
    classified = classes.classify(stated)
    assumptions: list[str] = []
    food = stated
    findings: tuple[Finding, ...] = ()
    try:
        food = _per_100(stated, assumptions)
        findings = quality.find(food)
        _require_in_scope(food, classified)
        _require_possible(findings)
        if not classified.food_class:
            raise _Refused("category_missing", "categories")
        _require_basis(food, classified.food_class, assumptions)
        food = _completed(food, classified.food_class, assumptions)
        score = _scored(food, classified.food_class)
    except _Refused as refused:
        return Assessment(
            status=refused.status,
            reason=refused.reason,
            fields=refused.fields,
            classified=classified,
            food=food,
            score=None,
            assumptions=(),
            improvements=(),
            findings=findings or _without_basis(stated),
        )
    return Assessment(
        status=COMPUTED,
        reason="",
        fields=(),
        classified=classified,
        food=food,
        score=score,
        assumptions=tuple(assumptions),
        improvements=improving.improvements(
            food.nutrients, score, has_sweeteners=ingredients.has_sweeteners(food)
        ),
        findings=tuple(_with_other_letter(food, score, one) for one in findings),
    )


def _per_100(food: Food, assumptions: list[str]) -> Food:
    """Return a food of 100 g or 100 ml; a serving of unknown size is refused."""
    if food.basis != "serving" or not food.nutrients.stated():
        return food
    if food.serving is None or food.serving <= 0:
        raise _Refused("basis_serving", "basis", "serving")
    assumptions.append("converted_from_serving")
    return food._replace(
        nutrients=food.nutrients.per_100(food.serving),
        basis="100ml" if food.serving_in_ml else "100g",
    )


def _without_basis(stated: Food) -> tuple[Finding, ...]:
    """Return what does not fit whatever amount the nutrients are of."""
    if stated.basis != "serving":
        return ()
    whatever = {"negative", "part_over_whole", "energy_mismatch", "salt_mismatch"}
    known = quality.find(stated._replace(basis=""))
    of_pack = {"quantity", "serving", "serving_and_pack", "incompatible_categories"}
    return tuple(one for one in known if one.rule in whatever | of_pack)


def _require_in_scope(food: Food, classified: Classified) -> None:
    if classified.food_class == classes.NOT_APPLICABLE:
        raise _Refused("exempt", "categories", status=NOT_APPLICABLE)
    alcohol = food.nutrients.alcohol
    is_drink = classified.food_class in DRINKS
    if is_drink and alcohol is not None and alcohol > MAX_ALCOHOL_G:
        raise _Refused("alcoholic", "alcohol", status=NOT_APPLICABLE)


def _require_possible(findings: tuple[Finding, ...]) -> None:
    fields = [name for one in findings if one.is_impossible for name in one.fields]
    if fields:
        raise _Refused("impossible_values", *dict.fromkeys(fields))


def _require_basis(food: Food, food_class: str, assumptions: list[str]) -> None:
    """Refuse values that are not those of what is eaten, or of another measure."""
    if food_class in DRINKS:
        if food.basis == "100g":
            assumptions.append("drink_per_100g")
        elif food.basis != "100ml" and food.nutrients.stated():
            assumptions.append("basis_assumed")
    elif food.basis == "100ml":
        # Without its density nobody knows what 100 g of it contain.
        raise _Refused("basis_100ml", "basis")
    elif food.basis != "100g":
        assumptions.append("basis_assumed")
    must_be_prepared = classes.member("as_prepared", food.categories)
    if must_be_prepared and food.preparation != PREPARED:
        raise _Refused("not_as_prepared", "preparation")
    if food.preparation == PREPARED:
        assumptions.append("prepared_values")


def _completed(food: Food, food_class: str, assumptions: list[str]) -> Food:
    """Return a food with what follows for sure, and note what was assumed."""
    said = food.nutrients
    found: dict[str, Decimal] = {}
    if said.energy_kj is None and said.energy_kcal is not None:
        found["energy_kj"] = said.energy_kcal * KJ_IN_KCAL
        assumptions.append("energy_from_kcal")
    # A part of nothing is nothing.
    if said.saturated_fat is None and said.fat == 0:
        found["saturated_fat"] = Decimal(0)
        assumptions.append("no_fat_no_saturates")
    if said.sugars is None and said.carbohydrates == 0:
        found["sugars"] = Decimal(0)
        assumptions.append("no_carbohydrates_no_sugars")
    if classes.member("all_fruit", food.categories):
        found["fvl_pct"] = Decimal(100)
        assumptions.append("fvl_from_category")
    completed = food._replace(nutrients=said._replace(**found))
    assumptions.extend(_taken_for_granted(completed, food_class))
    return completed


def _taken_for_granted(food: Food, food_class: str) -> Iterator[str]:
    said = food.nutrients
    if said.sodium is not None and salt_of(said) != said.salt:
        yield "salt_from_sodium"
    if said.fvl_pct is None:
        yield "fvl_missing"
    if said.fiber is None:
        yield "fiber_missing"
    if food_class == BEVERAGE and not ingredients.knows_sweeteners(food):
        yield "sweeteners_unknown"
    if food_class == scoring.GENERAL and classes.member("meat", food.categories):
        yield "meat_not_red"


def _scored(food: Food, food_class: str) -> Score:
    score = scoring.compute(
        food_class, food.nutrients, has_sweeteners=ingredients.has_sweeteners(food)
    )
    absent = scoring.missing(food_class, food.nutrients, score)
    if absent:
        raise _Refused("inputs_missing", *absent)
    return score


def _with_other_letter(food: Food, score: Score, finding: Finding) -> Finding:
    """Say with an energy mismatch which letter the other energy would give."""
    if finding.rule != "energy_mismatch":
        return finding
    other = quality.energy_of(food.nutrients, "energy_kj")
    grade = scoring.compute(
        score.food_class,
        food.nutrients._replace(energy_kj=other),
        has_sweeteners=ingredients.has_sweeteners(food),
    ).grade
    values = {**finding.values, "grade": score.grade, "other_grade": grade}
    return finding._replace(values=values)
