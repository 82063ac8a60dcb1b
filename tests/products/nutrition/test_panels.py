"""What the section says: sentences that add no fact and name who computed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from products import panels as every_panel
from products.drafts import Draft, Flag, Panel, flagged
from products.nutrition import scoring
from products.nutrition.scoring import SCALES
from products.panels import nutrition
from products.panels.nutrition_flags import _WORDS
from products.panels.nutrition_words import CLASSES, COMPONENTS, OF
from tests.products.nutrition.drafting import absent, drafted, known
from tests.products.nutrition.test_quality import FOODS, NUTRIENTS

NEAR: dict[str, Any] = {
    "sugars": "10.6",
    "saturated_fat": "3",
    "salt": "0.9",
    "energy_kj": "1000",
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def panel(draft: Draft, key: str) -> Panel | None:
    return {one.key: one for one in nutrition.panels(draft)}.get(key)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_nutri_score_says_that_we_computed_it() -> None:
    found = panel(drafted(nutri_score=known({"grade": "b"})), "nutri_score")

    assert found is not None
    assert found.title == "Nutri-Score 2023 computed by Flashsésame"
    assert found.text == "E (21 points), on a scale from A to E."
    assert found.evaluation == "bad"
    assert found.lines == (
        "Scored as: food in general.",
        "Less favourable points: 22 (energy 5, sugars 7, saturates 8, salt 2).",
        "Favourable points: 1 (fibre 1, fruit, vegetables and legumes 0).",
        "Proteins do not count from so many less favourable points on.",
        "Declared B by Biscuiterie du Test, computed E.",
    )
    assert "nutrition.sugars" in found.fields


def test_one_step_names_what_is_missing_to_the_next_letter() -> None:
    found = panel(drafted(**NEAR, fiber="0"), "nutri_score_one_step")

    assert found is not None
    sentences = [plain(one) for one in (found.text, *found.lines)]
    assert "0.6 g of sugars from C: 10 g at most." in sentences
    assert "held fixed" in sentences[-1]


def test_without_a_better_letter_near_there_is_no_step() -> None:
    assert panel(drafted(), "nutri_score_one_step") is None


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"salt": None, "sugars": None}, "Not disclosed: of which sugars, Salt."),
        (
            {"identity__category": ["en:herbal-teas"]},
            "The Nutri-Score does not apply to this category: herbal teas.",
        ),
        (
            {"sugars": "229"},
            "Some values are impossible, so nothing is computed from them: "
            "of which sugars, Carbohydrates.",
        ),
    ],
    ids=["missing", "exempt", "impossible"],
)
def test_without_a_score_it_says_why(changes: dict[str, Any], text: str) -> None:
    found = panel(drafted(**changes), "nutri_score")

    assert found is not None
    assert (found.text, found.evaluation) == (text, "unknown")
    assert "not computed" in found.title


@pytest.mark.parametrize(
    ("changes", "evaluation", "line"),
    [
        ({}, "bad", "of which sugars: 25 g, high"),
        ({"sugars": "22.5"}, "bad", "of which sugars: 22.5 g, moderate"),
        ({"sugars": "5"}, "bad", "of which sugars: 5 g, low"),
        ({"sugars": None}, "neutral", "Salt: 0.6 g, moderate"),
        (
            {"sugars": "5", "fat": "3", "saturated_fat": "1.5", "salt": "0.3"},
            "good",
            "Salt: 0.3 g, low",
        ),
        (
            {"sugars": "5", "fat": "3.1", "saturated_fat": "1.5", "salt": "0.3"},
            "average",
            "Fat: 3.1 g, moderate",
        ),
        ({"sugars": absent("none")}, "bad", "of which sugars: 0 g, low"),
    ],
    ids=["high", "moderate", "low", "missing", "all low", "one moderate", "none"],
)
def test_nutrients_are_high_or_low(
    changes: dict[str, Any], evaluation: str, line: str
) -> None:
    found = panel(drafted(**changes), "nutrient_levels")

    assert found is not None
    assert found.evaluation == evaluation
    assert line in [plain(one) for one in found.lines]
    assert found.title == "Fat, saturates, sugars and salt, per 100 g"


@pytest.mark.parametrize("basis", ["serving", None])
def test_no_level_is_said_of_an_unknown_amount(basis: str | None) -> None:
    assert panel(drafted(basis=basis), "nutrient_levels") is None


def test_a_value_that_cannot_be_is_neither_high_nor_low() -> None:
    found = panel(drafted(sugars="229"), "nutrient_levels")

    assert found is not None
    assert "nutrition.sugars" not in found.fields


@pytest.mark.parametrize(
    ("allergens", "text", "evaluation"),
    [
        (["en:milk", "en:tree-nuts"], "Contains, as declared: milk, tree nuts.", None),
        (absent("none"), "No allergen, as declared.", None),
        (None, "Not disclosed: read the package.", "unknown"),
    ],
    ids=["named", "none", "unknown"],
)
def test_allergens_are_named_and_their_silence_is_no_absence(
    allergens: Any, text: str, evaluation: str | None
) -> None:
    found = panel(drafted(allergens=allergens), "allergens")

    assert found is not None
    assert (found.text, found.evaluation) == (text, evaluation or "neutral")


@pytest.mark.parametrize(
    ("group", "evaluation"),
    [(1, "good"), (2, "neutral"), (3, "average"), (4, "bad"), (5, None), (None, None)],
)
def test_processing_is_said_where_it_is_stated(
    group: int | None, evaluation: str | None
) -> None:
    found = panel(drafted(nova_group=group), "nova")

    assert (found.evaluation if found else None) == evaluation


def test_what_does_not_fit_is_told_with_its_consequence() -> None:
    draft = drafted(energy_kj="200", sugars="3")

    (flag,) = draft.flags
    sentence, consequence = nutrition.words(flag)

    assert plain(sentence) == (
        "Energy: 200 kJ stated, and 1,992 kJ follow from the nutrients."
    )
    assert consequence == (
        "The Nutri-Score is to be taken with care: with the computed energy it would "
        "be D."
    )
    quality = panel(draft, "nutrition_quality")
    assert quality is not None
    assert quality.text == "1 thing does not fit in what is stated."
    assert quality.lines == (sentence,)
    assert every_panel.flags_of("nutrition", draft)[0]["text"] == sentence


@pytest.mark.parametrize("rule", _WORDS)
def test_every_rule_has_a_sentence_and_a_consequence(rule: str) -> None:
    values = dict.fromkeys(
        ("value", "stated", "computed", "part", "whole", "pack", "most", "salt"), "7.5"
    )
    flag: Flag = flagged(
        f"nutrition.{rule}",
        "nutrition.fat",
        **values,
        sodium="7.5",
        **dict.fromkeys(("claim", "ingredient", "first", "second", "by"), "en:one"),
    )

    sentence, consequence = nutrition.words(flag)

    assert "%(" not in sentence + consequence
    assert sentence.endswith(".")
    assert consequence.endswith(".")


def test_every_code_of_the_rules_has_its_words() -> None:
    found = {rule for rule, _wrong, _right in (*NUTRIENTS, *FOODS)}
    named = {name for scales in SCALES.values() for name in scales}

    assert found | {"energy_mismatch", "grade_mismatch"} == set(_WORDS)
    assert set(CLASSES) == set(scoring.CLASSES)
    assert named | {scoring.SWEETENERS} == set(COMPONENTS)
    assert set(OF) <= set(COMPONENTS)


def test_a_drink_by_weight_has_the_levels_of_a_drink() -> None:
    soda = {
        "identity.category": ["en:beverages", "en:sodas"],
        "nutrition.basis": "100g",
        "nutrition.energy_kj": "200",
        "nutrition.saturated_fat": "0",
        "nutrition.sugars": "12",
        "nutrition.salt": "0",
        "nutrition.proteins": "0",
    }
    found = panel(drafted(soda), "nutrient_levels")

    assert found is not None
    assert "of which sugars: 12 g, high" in [plain(one) for one in found.lines]
