"""Data quality: each rule finds what is wrong, and leaves alone what is right."""

from decimal import Decimal
from typing import Any

import pytest

from products import stored
from products.nutrition.foods import Food, Nutrients
from products.nutrition.quality import Finding, energy_of, find
from tests.products.nutrition.test_scoring import amounts

# Rule, what is wrong, what is right; the last value of each is at its limit.
NUTRIENTS: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("negative", {"fat": "-0.01"}, {"fat": "0"}),
    ("over_105_g", {"sugars": "105.01"}, {"sugars": "105"}),
    ("over_105_g", {"sodium": "106"}, {"sodium": "1"}),
    ("over_100_pct", {"fvl_pct": "100.1"}, {"fvl_pct": "100"}),
    (
        "total_over_105_g",
        {"fat": "35", "carbohydrates": "35", "proteins": "35", "salt": "0.01"},
        {"fat": "35", "carbohydrates": "35", "proteins": "35", "salt": "0"},
    ),
    ("energy_over_3800_kj", {"energy_kj": "3801"}, {"energy_kj": "3800"}),
    ("energy_over_3800_kj", {"energy_kcal": "909"}, {"energy_kcal": "908"}),
    (
        "part_over_whole",
        {"saturated_fat": "10.2", "fat": "10"},
        {"saturated_fat": "10.1", "fat": "10"},
    ),
    (
        "part_over_whole",
        {"saturated_fat": "5.02", "fat": "5"},
        {"saturated_fat": "5.01", "fat": "5"},
    ),
    (
        "part_over_whole",
        {"sugars": "40", "starch": "30", "carbohydrates": "60"},
        {"sugars": "40", "starch": "20", "carbohydrates": "60"},
    ),
    (
        "salt_mismatch",
        {"salt": "2", "sodium": "2"},
        {"salt": "5", "sodium": "2"},
    ),
    (
        "three_equal",
        {"fat": "12", "carbohydrates": "12", "proteins": "12"},
        {"fat": "12", "carbohydrates": "12", "proteins": "12.1"},
    ),
    (
        "three_equal",
        {"fat": "1.5", "fiber": "1.50", "salt": "1.5"},
        {"fat": "0", "fiber": "0", "salt": "0"},
    ),
]
FOODS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("quantity", {"pack": Decimal("0.9")}, {"pack": Decimal(1)}),
    ("quantity", {"pack": Decimal(10001)}, {"pack": Decimal(10000)}),
    ("serving", {"serving": Decimal("0.9")}, {"serving": Decimal(1)}),
    ("serving", {"serving": Decimal(501)}, {"serving": Decimal(500)}),
    (
        "serving_and_pack",
        {"serving": Decimal(31), "pack": Decimal(30)},
        {"serving": Decimal(30), "pack": Decimal(30)},
    ),
    (
        "serving_and_pack",
        {"serving": Decimal(2), "pack": Decimal(2001)},
        {"serving": Decimal(2), "pack": Decimal(2000)},
    ),
    (
        "claim_mismatch",
        {"claims": ("en:no-fat",), "nutrients": amounts(fat="0.6")},
        {"claims": ("en:no-fat",), "nutrients": amounts(fat="0.5")},
    ),
    (
        "claim_mismatch",
        {"claims": ("en:saturated-fat-free",), "nutrients": amounts(saturated_fat="1")},
        {
            "claims": ("en:saturated-fat-free",),
            "nutrients": amounts(saturated_fat="0.1"),
        },
    ),
    (
        "claim_mismatch",
        {"claims": ("fr:Sans sucres",), "nutrients": amounts(sugars="0.6")},
        {"claims": ("fr:Sans sucres",), "nutrients": amounts(sugars="0.5")},
    ),
    (
        "added_sugar",
        {"claims": ("fr:sans-sucres-ajoutés",), "ingredients": "Fruits, miel"},
        {"claims": ("fr:sans-sucres-ajoutés",), "ingredients": "Fruits"},
    ),
    (
        "omega_3",
        {"claims": ("en:omega-3",), "nutrients": amounts(ala="0.29")},
        {"claims": ("en:omega-3",), "nutrients": amounts(ala="0.3")},
    ),
    (
        "omega_3",
        {"claims": ("en:omega-3",), "nutrients": amounts(ala="0.1", epa_dha="0.03")},
        {"claims": ("en:omega-3",), "nutrients": amounts(ala="0.1", epa_dha="0.04")},
    ),
    (
        "incompatible_categories",
        {"categories": ("en:plant-milks", "en:dairies")},
        {"categories": ("en:plant-milks", "en:beverages")},
    ),
    (
        "incompatible_categories",
        {"categories": ("en:alcoholic-beverages", "en:non-alcoholic-beverages")},
        {"categories": ("en:alcoholic-beverages",)},
    ),
]
IMPOSSIBLE = {
    "negative",
    "over_105_g",
    "over_100_pct",
    "total_over_105_g",
    "energy_over_3800_kj",
    "part_over_whole",
}


def rules(food: Food) -> dict[str, Finding]:
    return {one.rule: one for one in find(food)}


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        pytest.param(*case, id=f"{number} {case[0]}")
        for number, case in enumerate(NUTRIENTS)
    ],
)
def test_nutrients_that_cannot_be_are_found(
    rule: str, wrong: dict[str, str], right: dict[str, str]
) -> None:
    found = rules(Food(amounts(**wrong)))[rule]

    assert rule not in rules(Food(amounts(**right)))
    assert set(found.fields) <= set(wrong)
    assert found.values
    assert found.is_impossible is (rule in IMPOSSIBLE)
    assert found.severity == ("error" if rule in IMPOSSIBLE else "warning")


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        pytest.param(*case, id=f"{number} {case[0]}")
        for number, case in enumerate(FOODS)
    ],
)
def test_what_does_not_fit_together_is_found(
    rule: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    found = rules(Food(**wrong))[rule]

    assert rule not in rules(Food(**right))
    assert found.severity == "warning"
    assert not found.is_impossible


def test_more_than_thirty_kilograms_is_an_error() -> None:
    assert rules(Food(pack=Decimal(30000)))["quantity"].severity == "warning"
    assert rules(Food(pack=Decimal(30001)))["quantity"].severity == "error"


@pytest.mark.parametrize(
    ("stated", "is_found"),
    # 10 g of fat, 10 of carbohydrates, 10 of proteins: 710 kJ.
    [("1021", False), ("1022", True), ("542", True), ("543", False)],
)
def test_energy_follows_from_the_nutrients_within_its_tolerance(
    stated: str, is_found: bool
) -> None:
    food = amounts(energy_kj=stated, fat="10", carbohydrates="10", proteins="10")

    found = rules(Food(food)).get("energy_mismatch")

    assert (found is not None) is is_found
    if found:
        assert found.values == {"stated": Decimal(stated), "computed": Decimal(710)}
        assert not found.is_impossible


@pytest.mark.parametrize(
    ("stated", "unit", "is_found"),
    [
        ("55", "energy_kj", False),
        ("56", "energy_kj", True),
        ("13", "energy_kcal", False),
        ("14", "energy_kcal", True),
    ],
)
def test_a_difference_of_rounding_is_ignored(
    stated: str, unit: str, is_found: bool
) -> None:
    food = amounts(**{unit: stated}, fat="0", carbohydrates="0", proteins="0")

    assert ("energy_mismatch" in rules(Food(food))) is is_found


def test_every_nutrient_has_its_energy() -> None:
    base = amounts(fat="0", carbohydrates="0", proteins="0")

    def energy(**values: str) -> list[str]:
        food = base._replace(**amounts(**values).stated())
        found = [energy_of(food, unit) for unit in ("energy_kj", "energy_kcal")]
        return [stored.plain(one) for one in found if one is not None]

    assert energy(fat="1") == ["37", "9"]
    assert energy(carbohydrates="1") == ["17", "4"]
    assert energy(proteins="1") == ["17", "4"]
    assert energy(fiber="1") == ["8", "2"]
    assert energy(alcohol="1") == ["29", "7"]
    assert energy(organic_acids="1") == ["13", "3"]
    assert energy(carbohydrates="1", polyols="1") == ["10", "2.4"]
    assert energy(carbohydrates="2", polyols="2", erythritol="1") == ["10", "2.4"]
    assert energy(carbohydrates="1", erythritol="1") == ["0", "0"]


def test_without_the_nutrients_no_energy_is_expected() -> None:
    assert energy_of(amounts(fat="1", proteins="1"), "energy_kj") is None
    assert not find(Food(amounts(energy_kj="900", fat="1")))


def test_a_right_food_is_left_alone() -> None:
    right = Food(
        amounts(
            energy_kj="2252", energy_kcal="539", fat="30.9", saturated_fat="10.6",
            carbohydrates="57.5", sugars="56.3", proteins="6.3", salt="0.107",
        ),
        ("en:spreads",),
        serving=Decimal(15),
        pack=Decimal(400),
        claims=("en:gluten-free",),
    )  # fmt: skip

    assert find(right) == ()
    assert find(Food(Nutrients())) == ()
