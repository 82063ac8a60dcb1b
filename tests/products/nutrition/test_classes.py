"""Which class a food is scored in, and which tag or ingredient says so."""

import json
from decimal import Decimal

import pytest

from products.nutrition.classes import FILE, classify, slug
from products.nutrition.foods import Food, Nutrients
from products.nutrition.ingredients import (
    has_added_sugar,
    has_sweeteners,
    knows_sweeteners,
    red_meat_share,
)


@pytest.mark.parametrize(
    ("categories", "food_class", "found"),
    [
        (["en:snacks", "en:biscuits"], "general", "en:biscuits"),
        (["en:dairies", "en:cheeses"], "cheese", "en:cheeses"),
        (["fr:Fromages"], "cheese", "fr:Fromages"),
        (["en:dairies", "fr:fromages-blancs"], "general", "fr:fromages-blancs"),
        (["en:cheeses", "en:plant-based-cheeses"], "general", "en:plant-based-cheeses"),
        (["10000028"], "cheese", "10000028"),
        (["gpc:10000232"], "water", "gpc:10000232"),
        (["en:beverages", "en:waters", "en:spring-waters"], "water", None),
        (["fr:Eaux minérales"], "water", "fr:Eaux minérales"),
        (["en:beverages", "en:waters", "en:flavoured-waters"], "beverage", None),
        (["en:beverages", "en:sodas"], "beverage", "en:sodas"),
        (["en:dairies", "en:milks"], "beverage", "en:milks"),
        (["fr:laits-végétaux"], "beverage", "fr:laits-végétaux"),
        (["en:beverages", "en:soups"], "general", "en:soups"),
        (["en:fats", "en:vegetable-oils"], "fat", "en:vegetable-oils"),
        (["fr:beurres"], "fat", "fr:beurres"),
        (["fr:Crèmes fraîches"], "fat", "fr:Crèmes fraîches"),
        (["en:nuts", "en:chestnuts"], "general", "en:chestnuts"),
        (["en:seeds"], "fat", "en:seeds"),
        (["en:peanut-butters"], "fat", "en:peanut-butters"),
        (["en:fats", "en:chocolate-spreads"], "general", "en:chocolate-spreads"),
        (["en:meats", "en:beef"], "red_meat", "en:beef"),
        (["fr:Bœuf"], "red_meat", "fr:Bœuf"),
        (["en:hams", "en:poultry-hams"], "general", "en:poultry-hams"),
        (["en:meats", "en:chickens"], "general", "en:chickens"),
        (["en:teas", "en:beverages"], "not_applicable", "en:teas"),
        (["en:teas", "en:iced-teas", "en:beverages"], "beverage", None),
        (["en:alcoholic-beverages", "en:beers"], "not_applicable", "en:beers"),
        (
            ["en:alcoholic-beverages", "en:beverages", "en:alcohol-free-beers"],
            "beverage",
            "en:beverages",
        ),
        (["en:vinegars"], "not_applicable", "en:vinegars"),
        (["en:null"], "", ""),
        ([], "", ""),
    ],
)
def test_the_finest_category_decides(
    categories: list[str], food_class: str, found: str | None
) -> None:
    classified = classify(Food(categories=tuple(categories)))

    assert classified.food_class == food_class
    assert found is None or classified.found == found


@pytest.mark.parametrize(
    ("nutrients", "additives", "food_class"),
    [
        (Nutrients(), None, "water"),
        (Nutrients(sugars=Decimal(0), energy_kj=Decimal(0)), None, "water"),
        (Nutrients(sugars=Decimal("0.1")), None, "beverage"),
        (Nutrients(energy_kj=Decimal(4)), None, "beverage"),
        (Nutrients(), ("en:e955",), "beverage"),
    ],
    ids=["nothing", "zeros", "sugars", "energy", "sweetener"],
)
def test_only_plain_water_is_water(
    nutrients: Nutrients, additives: tuple[str, ...] | None, food_class: str
) -> None:
    food = Food(nutrients, ("en:waters",), additives=additives)

    assert classify(food).food_class == food_class


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Semoule, viande de bœuf 12 %, eau", "12"),
        ("Riz, 10,5 % de porc, sel", "10.5"),
        ("Rice, beef (11%), pork 3.5%, salt", "14.5"),
        ("Garniture (viande de bœuf [15 %], oignons)", "15"),
        ("Pâtes, jambon supérieur 8 %; lardons 4 %", "12"),
        ("Eau, viande de bœuf, sel", None),
        ("Poulet 40 %, sel", None),
        ("Arôme de bœuf 12 %", None),
        ("Gélatine de porc 12 %, sucre", None),
        ("Lait de chèvre 90 %", None),
        ("bœuf 900 %", None),
        ("", None),
    ],
)
def test_red_meat_is_read_in_the_ingredients(text: str, share: str | None) -> None:
    assert red_meat_share(text) == (None if share is None else Decimal(share))


@pytest.mark.parametrize(
    ("share", "food_class"), [("10", "general"), ("10,1", "red_meat")]
)
def test_more_than_ten_percent_of_red_meat_is_red_meat(
    share: str, food_class: str
) -> None:
    food = Food(categories=("en:meals",), ingredients=f"Riz, bœuf {share} %")

    classified = classify(food)

    assert classified.food_class == food_class
    if food_class == "red_meat":
        assert (classified.by, classified.found) == ("ingredients", "10.1")


@pytest.mark.parametrize(
    ("ingredients", "additives", "has"),
    [
        ("Eau, édulcorants : aspartame, acésulfame-K", None, True),
        ("Water, steviol glycosides", None, True),
        ("Eau, E 951", None, True),
        ("", ("en:e960",), True),
        ("", ("en:e968",), False),
        ("Eau, érythritol", None, False),
        ("Eau, sucre", (), False),
    ],
)
def test_sweeteners_are_read_by_name_and_number(
    ingredients: str, additives: tuple[str, ...] | None, has: bool
) -> None:
    food = Food(ingredients=ingredients, additives=additives)

    assert has_sweeteners(food) is has
    assert knows_sweeteners(food)
    assert not knows_sweeteners(Food())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Fraises, sucre", "sucre"),
        ("Strawberries, glucose syrup", "glucose"),
        ("Fraises. Contient des sucres naturellement présents", ""),
        ("Pommes, sans sucres ajoutés", ""),
        ("Apples, no added sugar", ""),
        ("Apples, sugar-free", ""),
        ("Pommes", ""),
    ],
)
def test_added_sugar_is_named_and_its_absence_is_none(text: str, word: str) -> None:
    assert has_added_sugar(text) == word


def test_tags_are_written_as_they_are_compared() -> None:
    groups = json.loads(FILE.read_text(encoding="utf-8"))

    for name, group in groups.items():
        if name == "origin":
            continue
        for tag in (*group["tags"], *group["unless"]):
            assert slug(tag) == tag
        assert all(len(code) == 8 and code.isdigit() for code in group["gpc"])
        assert len(set(group["tags"])) == len(group["tags"]), name


@pytest.mark.parametrize("name", ["energy_kcal", "carbohydrates", "sugars"])
def test_water_that_holds_something_is_a_beverage(name: str) -> None:
    nutrients = Nutrients(**{name: Decimal(5)})
    drink = Food(nutrients=nutrients, categories=("en:waters",))

    assert classify(drink).food_class == "beverage"
    plain = Food(nutrients=Nutrients(salt=Decimal("0.1")), categories=("en:waters",))
    assert classify(plain).food_class == "water"
