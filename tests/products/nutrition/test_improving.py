"""One step from a better letter: a single change, the whole food scored anew."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.nutrition.foods import Nutrients
from products.nutrition.improving import Improvement, improvements
from products.nutrition.scoring import CLASSES, FVL, compute
from tests.products.nutrition.test_scoring import ANY, amounts


def found_in(food_class: str, food: Nutrients) -> tuple[Improvement, ...]:
    score = compute(food_class, food)
    return improvements(food, score, has_sweeteners=False)


def test_a_little_less_sugar_is_a_better_letter() -> None:
    food = amounts(energy_kj="1000", sugars="10.6", saturated_fat="3", salt="0.9")
    food = food._replace(proteins=Decimal(0))

    (sugars,) = [one for one in found_in("general", food) if one.component == "sugars"]

    # 3 + 2 + 2 + 4 points, of which one of sugars goes.
    assert compute("general", food).score == 11
    assert sugars == ("sugars", Decimal("10.6"), Decimal(10), "d", "c")


def test_a_point_less_can_make_proteins_count_again() -> None:
    food = amounts(energy_kj="300", sugars="35", saturated_fat="1", salt="0.3")
    food = food._replace(proteins=Decimal(18))

    assert (compute("general", food).negative, compute("general", food).score) == (
        11,
        11,
    )
    (step,) = [one for one in found_in("general", food) if one.component == "sugars"]

    assert (step.grade, step.new_grade) == ("d", "c")
    assert compute("general", food._replace(sugars=step.target)).score == 3


def test_less_saturates_is_less_energy_of_them_and_a_lower_share() -> None:
    food = amounts(fat="100", saturated_fat="10", sugars="0", salt="0", proteins="0")

    (step,) = found_in("fat", food)

    # 3 points of energy and 1 of the share: at 360 kJ both have one less.
    assert compute("fat", food).score == 4
    assert step == ("saturated_fat", Decimal(10), Decimal("9.72"), "c", "b")


def test_the_share_of_saturates_goes_just_below_its_threshold() -> None:
    food = amounts(fat="10", saturated_fat="1", sugars="0", salt="0.5", proteins="0")

    steps = {one.component: one for one in found_in("fat", food)}

    # 10 % is a point already, and 9.9 % is none.
    assert compute("fat", food).points["saturated_fat_ratio"] == 1
    assert steps["saturated_fat"].target == Decimal("0.99")
    assert steps["saturated_fat"].new_grade == "b"


@pytest.mark.parametrize(
    ("name", "component", "value", "target"),
    [
        ("fiber", "fiber", "3.0", "3.1"),
        ("fiber", "fiber", "2.94", "3.1"),
        ("fvl_pct", FVL, "55", "61"),
        ("proteins", "proteins", "2.4", "2.5"),
    ],
)
def test_what_is_good_goes_to_the_next_value_that_a_label_shows(
    name: str, component: str, value: str, target: str
) -> None:
    # 3 points: one more of a good thing is a B.
    food = amounts(energy_kj="0", sugars="0", saturated_fat="0", salt="0.7")
    food = food._replace(**{name: Decimal(value)})
    if name == "fvl_pct":
        food = food._replace(salt=Decimal("0.9"))

    steps = {one.component: one for one in found_in("general", food)}

    assert steps[component].target == Decimal(target)
    assert steps[component].new_grade == "b"


def test_proteins_that_do_not_count_are_no_step() -> None:
    food = amounts(energy_kj="0", sugars="0", saturated_fat="0", salt="3.9")
    food = food._replace(proteins=Decimal("2.4"))

    assert compute("general", food).grade == "e"
    assert [one.component for one in found_in("general", food)] == ["salt"]


def test_what_nobody_stated_is_no_step() -> None:
    food = amounts(energy_kj="0", sugars="0", saturated_fat="0", salt="0.7")

    assert [one.component for one in found_in("general", food)] == ["salt"]


def test_water_needs_no_step() -> None:
    assert found_in("water", amounts(salt="3")) == ()


@settings(max_examples=100)
@given(st.sampled_from(CLASSES), ANY, st.booleans())
def test_each_step_gives_the_letter_that_it_says(
    food_class: str, food: Nutrients, has_sweeteners: bool
) -> None:
    score = compute(food_class, food, has_sweeteners=has_sweeteners)
    steps = improvements(food, score, has_sweeteners=has_sweeteners)

    assert len({one.component for one in steps}) == len(steps)
    for one in steps:
        name = {"energy": "energy_kj", FVL: "fvl_pct"}.get(one.component, one.component)
        changed = food._replace(**{name: one.target})
        new = compute(food_class, changed, has_sweeteners=has_sweeteners)
        assert (score.grade, new.grade) == (one.grade, one.new_grade)
        assert new.grade < score.grade
        is_raised = name in {"fiber", "proteins", "fvl_pct"}
        assert one.target >= 0
        assert (one.target > one.current) is is_raised
