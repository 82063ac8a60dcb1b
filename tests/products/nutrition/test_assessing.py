"""What follows from a food: a score with its assumptions, or the reason for none."""

import json
from decimal import Decimal
from typing import Any

import pytest

from config.demonstration import data
from products.nutrition.assessing import assess
from products.nutrition.foods import Food, Nutrients
from products.panels.nutrition_words import ASSUMPTIONS, REASONS
from tests.products.nutrition.test_scoring import amounts

BISCUIT = amounts(
    energy_kj="2000", fat="20", saturated_fat="9", carbohydrates="65", sugars="25",
    fiber="3.5", proteins="7", salt="0.6", fvl_pct="0",
)  # fmt: skip
SODA = amounts(
    energy_kj="180", fat="0", saturated_fat="0", carbohydrates="10.6", sugars="10.6",
    proteins="0", salt="0",
)  # fmt: skip


def biscuit(**members: Any) -> Food:
    given = {"nutrients": BISCUIT, "categories": ("en:biscuits",), "basis": "100g"}
    return Food(**{**given, **members})


def test_a_whole_food_is_scored_without_any_assumption() -> None:
    found = assess(biscuit())

    assert (found.status, found.reason, found.assumptions) == ("computed", "", ())
    assert found.score is not None
    # 5 + 7 + 8 + 2 points, less 1 of fibre; proteins do not count.
    assert (found.score.score, found.score.grade) == (21, "e")
    assert found.findings == ()


@pytest.mark.parametrize(
    ("changes", "reason", "fields"),
    [
        ({"categories": ()}, "category_missing", ("categories",)),
        ({"categories": ("en:teas",)}, "exempt", ("categories",)),
        (
            {"nutrients": BISCUIT._replace(salt=None, sugars=None)},
            "inputs_missing",
            ("sugars", "salt"),
        ),
        (
            {"nutrients": BISCUIT._replace(sugars=Decimal(229))},
            "impossible_values",
            ("sugars", "carbohydrates"),
        ),
        (
            {"nutrients": BISCUIT._replace(salt=Decimal(-1))},
            "impossible_values",
            ("salt",),
        ),
        ({"basis": "serving"}, "basis_serving", ("basis", "serving")),
        ({"basis": "100ml"}, "basis_100ml", ("basis",)),
        (
            {"categories": ("en:chocolate-powders",)},
            "not_as_prepared",
            ("preparation",),
        ),
        (
            {
                "categories": ("en:beverages",),
                "nutrients": SODA._replace(alcohol=Decimal(4)),
            },
            "alcoholic",
            ("alcohol",),
        ),
    ],
    ids=[
        "category", "exempt", "inputs", "over 105 g", "negative", "serving", "100 ml",
        "powder", "alcohol",
    ],
)  # fmt: skip
def test_without_a_score_it_says_why(
    changes: dict[str, Any], reason: str, fields: tuple[str, ...]
) -> None:
    found = assess(biscuit(**changes))

    assert found.score is None
    assert (found.reason, found.fields) == (reason, fields)
    assert reason in REASONS
    is_exempt = reason in {"exempt", "alcoholic"}
    assert found.status == ("not_applicable" if is_exempt else "unknown")
    assert (found.assumptions, found.improvements) == ((), ())


@pytest.mark.parametrize(
    ("changes", "assumption"),
    [
        ({"basis": ""}, "basis_assumed"),
        ({"nutrients": BISCUIT._replace(fiber=None)}, "fiber_missing"),
        ({"nutrients": BISCUIT._replace(fvl_pct=None)}, "fvl_missing"),
        ({"preparation": "prepared"}, "prepared_values"),
        ({"categories": ("en:meats",)}, "meat_not_red"),
        (
            {"nutrients": BISCUIT._replace(energy_kj=None, energy_kcal=Decimal(478))},
            "energy_from_kcal",
        ),
        (
            {"nutrients": BISCUIT._replace(sodium=Decimal("0.24"))},
            "salt_from_sodium",
        ),
        (
            {
                "nutrients": BISCUIT._replace(
                    carbohydrates=Decimal(0), sugars=None, energy_kj=Decimal(900)
                )
            },
            "no_carbohydrates_no_sugars",
        ),
        (
            {
                "nutrients": BISCUIT._replace(
                    fat=Decimal(0), saturated_fat=None, energy_kj=Decimal(1260)
                )
            },
            "no_fat_no_saturates",
        ),
        ({"categories": ("en:olive-oils",)}, "fvl_from_category"),
        (
            {"categories": ("en:sodas",), "nutrients": SODA, "basis": "100g"},
            "drink_per_100g",
        ),
        (
            {"categories": ("en:sodas",), "nutrients": SODA, "basis": "100ml"},
            "sweeteners_unknown",
        ),
    ],
    ids=[
        "basis", "fibre", "fruit", "prepared", "meat", "kcal", "sodium", "sugars",
        "saturates", "olives", "per 100 g", "sweeteners",
    ],
)  # fmt: skip
def test_what_is_taken_for_granted_is_said(
    changes: dict[str, Any], assumption: str
) -> None:
    if assumption == "salt_from_sodium":
        changes["nutrients"] = changes["nutrients"]._replace(salt=None)
    found = assess(biscuit(**changes))

    assert found.status == "computed", found.reason
    assert assumption in found.assumptions
    assert assumption in ASSUMPTIONS
    assert assumption not in assess(biscuit()).assumptions


def test_a_serving_of_known_size_is_converted() -> None:
    quarter = Nutrients(
        **{
            name: value if name == "fvl_pct" else value / 4
            for name, value in BISCUIT.stated().items()
        }
    )

    found = assess(biscuit(nutrients=quarter, basis="serving", serving=Decimal(25)))

    assert found.assumptions == ("converted_from_serving",)
    assert found.score == assess(biscuit()).score
    assert found.food.nutrients == BISCUIT


def test_a_serving_in_millilitres_is_converted_to_100_ml() -> None:
    food = biscuit(basis="serving", serving=Decimal(200), serving_in_ml=True)

    assert assess(food).reason == "basis_100ml"
    assert assess(food._replace(categories=("en:sodas",))).status == "computed"


def test_an_impossible_serving_is_found_even_without_its_size() -> None:
    wrong = BISCUIT._replace(saturated_fat=Decimal(30), sugars=Decimal(200))

    found = assess(biscuit(nutrients=wrong, basis="serving"))

    # 200 g of sugars are possible in a serving, more saturates than fat are not.
    assert {one.rule for one in found.findings} == {"part_over_whole"}


def test_water_needs_nothing_but_its_category() -> None:
    found = assess(Food(categories=("en:waters",), ingredients="Eau"))

    assert found.score is not None
    assert (found.score.food_class, found.score.grade) == ("water", "a")


def test_a_sweetener_costs_four_points() -> None:
    drink = biscuit(
        nutrients=SODA, categories=("en:sodas",), basis="100ml", ingredients="Eau"
    )

    plain, sweetened = (
        assess(one).score
        for one in (drink, drink._replace(ingredients="Eau, aspartame"))
    )

    assert plain is not None
    assert sweetened is not None
    assert sweetened.score - plain.score == 4


def test_an_energy_that_does_not_match_is_scored_with_care() -> None:
    said = BISCUIT._replace(energy_kj=Decimal(200), sugars=Decimal(3))

    found = assess(biscuit(nutrients=said))

    (finding,) = found.findings
    assert found.score is not None
    assert finding.rule == "energy_mismatch"
    assert finding.values["grade"] == found.score.grade == "c"
    assert finding.values["other_grade"] == "d"


def test_real_products_have_the_letter_of_open_food_facts() -> None:
    """Where both score, they differ by what we hold against them on purpose."""
    same, other = 0, []
    for record in data.read("off_products.json")["products"]:
        if record.get("nutriscore_grade", "") not in tuple("abcde"):
            continue
        found = assess(_record(record))
        if found.score is None:
            continue
        if found.score.grade == record["nutriscore_grade"]:
            same += 1
        else:
            other.append(record["name"])

    assert same > 20 * len(other)
    assert same > 100


def _record(record: dict[str, Any]) -> Food:
    names = {
        "energy": "energy_kj",
        "fat": "fat",
        "saturated-fat": "saturated_fat",
        "carbohydrates": "carbohydrates",
        "sugars": "sugars",
        "fiber": "fiber",
        "proteins": "proteins",
        "salt": "salt",
        "fruits-vegetables-legumes-estimate-from-ingredients": "fvl_pct",
    }
    given = record.get("nutriments_100g", {})
    stated = {
        ours: Decimal(json.dumps(given[theirs]))
        for theirs, ours in names.items()
        if theirs in given
    }
    categories = tuple(record.get("categories_tags", ()))
    return Food(
        Nutrients(**stated),
        categories,
        basis="100ml" if "en:beverages" in categories else "100g",
        ingredients=record.get("ingredients_text") or "",
    )


def test_impossible_values_are_the_reason_even_without_a_category() -> None:
    wrong = BISCUIT._replace(fat=Decimal(106))

    found = assess(biscuit(nutrients=wrong, categories=()))

    assert found.reason == "impossible_values"
    assert assess(biscuit(nutrients=wrong, categories=("en:teas",))).reason == "exempt"
