"""Nutri-Score 2023: the published cases, and both sides of every threshold."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.nutrition import scoring
from products.nutrition.foods import Nutrients, contradicts_sodium, salt_of
from products.nutrition.scoring import CLASSES, FVL, SCALES, compute, missing

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "nutriscore.json").read_text()
)["vectors"]
NAMES = {
    "energy_kj": "energy_kj",
    "fat": "fat_g",
    "saturated_fat": "saturated_fat_g",
    "sugars": "sugars_g",
    "salt": "salt_g",
    "fiber": "fiber_g",
    "proteins": "proteins_g",
    "fvl_pct": "fvl_pct",
}
# Which nutrient a component measures, where its name is another.
MEASURES = {"energy": "energy_kj", FVL: "fvl_pct"}
CASES = [
    (food_class, component, threshold, points)
    for food_class in ("general", "fat", "beverage")
    for component, scale in SCALES[food_class].items()
    for threshold, points in zip(scale.thresholds, scale.points, strict=True)
]
TINY = Decimal("0.0001")
AMOUNTS = st.none() | st.decimals(0, 110, places=3)
ANY = st.fixed_dictionaries(
    {
        "energy_kj": st.none() | st.decimals(0, 4000, places=1),
        "fat": AMOUNTS,
        "saturated_fat": AMOUNTS,
        "sugars": AMOUNTS,
        "salt": AMOUNTS,
        "fiber": AMOUNTS,
        "proteins": AMOUNTS,
        "fvl_pct": st.none() | st.decimals(0, 100, places=1),
    }
).map(lambda given: Nutrients(**given))


def nutrients_of(given: dict[str, Any]) -> Nutrients:
    return Nutrients(
        **{
            name: Decimal(str(given[key]))
            for name, key in NAMES.items()
            if given[key] is not None
        }
    )


def amounts(**values: str) -> Nutrients:
    return Nutrients(**{name: Decimal(value) for name, value in values.items()})


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_published_case_has_its_score_and_its_letter(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["expected"]

    found = compute(
        given["category"], nutrients_of(given), has_sweeteners=given["sweeteners"]
    )

    assert (found.score, found.grade) == (expected["score"], expected["grade"])
    for name in ("negative", "positive"):
        assert expected[name] in (None, getattr(found, name))
    if "points" in expected:
        assert found.points == expected["points"]
        assert found.counts_proteins is expected["count_proteins"]


def test_all_published_cases_are_there() -> None:
    assert len(VECTORS) == 298
    assert {vector["input"]["category"] for vector in VECTORS} == set(CLASSES)


def points_at(food_class: str, component: str, value: Decimal) -> int:
    """Return the points of a component that measures exactly `value`."""
    if component == scoring.SATURATES_RATIO:
        measured = Nutrients(fat=Decimal(100), saturated_fat=value)
    elif component == scoring.ENERGY_FROM_SATURATES:
        measured = Nutrients(saturated_fat=value / scoring.FAT_KJ)
    else:
        measured = Nutrients(**{MEASURES.get(component, component): value})
    return SCALES[food_class][component].points_of(
        scoring.component_values(food_class, measured)[component]
    )


@pytest.mark.parametrize(
    ("food_class", "component", "threshold", "points"),
    CASES,
    ids=[f"{one[0]}-{one[1]}-{one[2]}" for one in CASES],
)
def test_a_point_begins_above_its_threshold(
    food_class: str, component: str, threshold: Decimal, points: int
) -> None:
    scale = SCALES[food_class][component]
    place = scale.thresholds.index(threshold)
    before = scale.points[place - 1] if place else 0
    at = points if component == scoring.SATURATES_RATIO else before

    assert points_at(food_class, component, threshold - TINY) == before
    if component != scoring.ENERGY_FROM_SATURATES:
        assert points_at(food_class, component, threshold) == at
    assert points_at(food_class, component, threshold + TINY) == points


@pytest.mark.parametrize(
    ("food_class", "most"),
    [("general", 55), ("cheese", 55), ("red_meat", 55), ("fat", 55), ("beverage", 54)],
)
def test_the_most_points_that_there_can_be(food_class: str, most: int) -> None:
    everything = Nutrients(**dict.fromkeys(NAMES, Decimal(100)))

    worst = compute(
        food_class, everything._replace(energy_kj=Decimal(9000)), has_sweeteners=True
    )

    assert worst.negative == most
    assert worst.grade == "e"


@pytest.mark.parametrize(
    ("food_class", "negative", "counts"),
    [
        ("general", 10, True),
        ("general", 11, False),
        ("red_meat", 10, True),
        ("red_meat", 11, False),
        ("fat", 6, True),
        ("fat", 7, False),
        ("cheese", 20, True),
        ("beverage", 20, True),
    ],
)
def test_proteins_drop_where_the_class_says_so(
    food_class: str, negative: int, counts: bool
) -> None:
    salt = Decimal("0.2") * negative + TINY
    food = Nutrients(salt=salt, proteins=Decimal(20), fvl_pct=Decimal(90))

    found = compute(food_class, food)

    assert found.negative == negative
    assert found.counts_proteins is counts
    assert ("proteins" in found.points) is counts


def test_red_meat_has_two_points_of_proteins_at_most() -> None:
    food = amounts(proteins="30")

    assert compute("red_meat", food).points["proteins"] == 2
    assert compute("general", food).points["proteins"] == 7


def test_salt_is_never_rounded() -> None:
    """1.4 g as printed, 1.4025 g as it is: a point apart."""
    printed = compute("general", amounts(salt="1.4"))
    exact = compute("general", amounts(sodium="0.561"))
    both = compute("general", amounts(sodium="0.561", salt="1.4"))

    assert (printed.points["salt"], exact.points["salt"]) == (6, 7)
    assert both.points == exact.points


@pytest.mark.parametrize(
    ("salt", "sodium", "used", "contradicts"),
    [
        (None, "0.4", "1.0", False),
        ("1", None, "1", False),
        ("1.05", "0.4", "1.0", False),
        ("1.06", "0.4", "1.06", True),
        ("21", "8", "20.0", False),
        ("22", "8", "22", True),
        ("1", "400", "1", True),
    ],
)
def test_sodium_is_believed_unless_it_contradicts_the_salt(
    salt: str | None, sodium: str | None, used: str, contradicts: bool
) -> None:
    said = {"salt": salt, "sodium": sodium}
    food = amounts(**{name: value for name, value in said.items() if value})

    assert salt_of(food) == Decimal(used)
    assert contradicts_sodium(food) is contradicts


@pytest.mark.parametrize(
    ("food_class", "said", "absent"),
    [
        ("general", {}, ("energy_kj", "sugars", "saturated_fat", "salt", "proteins")),
        ("fat", {}, ("fat", "sugars", "saturated_fat", "salt", "proteins")),
        ("water", {}, ()),
        (
            "general",
            {"energy_kj": "0", "sugars": "60", "saturated_fat": "0", "sodium": "0"},
            (),
        ),
        (
            "cheese",
            {"energy_kj": "0", "sugars": "60", "saturated_fat": "0", "salt": "0"},
            ("proteins",),
        ),
    ],
    ids=["nothing", "fat", "water", "proteins dropped", "proteins kept"],
)
def test_it_says_what_it_needs(
    food_class: str, said: dict[str, str], absent: tuple[str, ...]
) -> None:
    food = amounts(**said)

    assert missing(food_class, food, compute(food_class, food)) == absent


@settings(max_examples=100)
@given(st.sampled_from(CLASSES), ANY, st.booleans())
def test_the_points_add_up_to_the_score(
    food_class: str, food: Nutrients, has_sweeteners: bool
) -> None:
    found = compute(food_class, food, has_sweeteners=has_sweeteners)

    assert found.negative - found.positive == found.score
    signed = sum(
        -points if name in scoring.POSITIVE else points
        for name, points in found.points.items()
    )
    assert signed == found.score
    assert 0 <= found.negative <= 55
    assert 0 <= found.positive <= 18
    assert found.grade in "abcde"
    if food_class == "beverage":
        assert found.grade != "a"
