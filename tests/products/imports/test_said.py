"""What is stored of a record: canonical, clean, and the same by the shorter ways."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import canonical
from products import vocabulary
from products.importing import open_food_facts as off
from products.importing import said as said_module
from products.importing.nutrients import NUTRIENTS, measured
from products.importing.said import Amounts, again, names_said, said, text_said
from tests.products.imports import runs

NOW = datetime(2026, 11, 1, tzinfo=UTC)
A = "3017620422003"
TEXTS = st.text(max_size=40) | st.sampled_from(
    ["  deux  mots ", '"\\', "é\u00a0à", "\0"]
)


def values(**members: Any) -> dict[str, Any]:
    """Return what is stored of a record of the dump."""
    found, _troubles = off.read(1, runs.record(A, **members), NOW)
    return dict(json.loads(found.values))


@given(TEXTS, st.booleans())
def test_a_text_is_stored_alike_by_the_shorter_way(
    text: str, is_disputed: bool
) -> None:
    path = "nutrition.ingredients"

    expected = said(path, text, "", is_disputed)
    assert text_said(path, text, is_disputed=is_disputed) == expected
    assert again(path, text, "", is_disputed) == expected


@given(st.dictionaries(st.sampled_from(["fr", "en", "de"]), TEXTS, min_size=1))
def test_names_are_stored_alike_by_the_shorter_way(names: dict[str, str]) -> None:
    assert names_said("identity.name", names) == said("identity.name", names)


@pytest.mark.parametrize("path", [*NUTRIENTS.values(), "nutrition.salt"])
@given(value=st.floats(0, 2e6) | st.floats() | st.integers(-5, 2_000_000))
def test_an_amount_is_stored_alike_by_the_shorter_way(path: str, value: float) -> None:
    amount = measured(value)
    expected = said(path, amount) if amount and amount[0] != "-" else None

    assert Amounts(path, measured)[value] == (expected.text if expected else "")


def test_of_amounts_only_so_many_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(said_module, "REMEMBERED_AMOUNTS", 2)
    amounts = Amounts("nutrition.fat", measured)

    written = [amounts[value] for value in (1, 2.5, 3)]

    assert written == [said("nutrition.fat", text).text for text in ("1", "2.5", "3")]
    assert list(amounts) == [3]


def test_every_sample_is_canonical_and_as_the_vocabulary_cleans_it() -> None:
    for number, record in enumerate(runs.samples()):
        found, _troubles = off.read(number, record, NOW)
        stored = json.loads(found.values)
        assert canonical.dumps(stored) == found.values.encode()
        for path, members in stored.items():
            if "value" in members:
                assert vocabulary.clean(path, members["value"]) == members["value"]


def test_both_schemas_of_nutrition_say_the_same() -> None:
    old = {"fat_100g": 30.9, "energy-kj_100g": 2252, "sodium_100g": 0.043}
    new = {
        "fat": {"value": 30.9, "unit": "g"},
        "energy-kj": {"value": 2252, "unit": "kJ"},
        "sodium": {"value": 0.043, "unit": "g"},
    }
    aggregated = {"per": "100g", "preparation": "as_sold", "nutrients": new}

    found = values(nutriments=old)

    assert found == values(nutrition={"aggregated_set": aggregated})
    # Two and a half times the sodium, unrounded in between.
    assert found["nutrition.salt"] == {"unit": "GRM", "value": "0.1075"}
    prepared = {**aggregated, "preparation": "prepared"}
    assert "nutrition.fat" not in values(nutrition={"aggregated_set": prepared})


def test_what_somebody_wrote_for_a_record_never_breaks_it() -> None:
    odd: list[Any] = [None, 0, 1.5, True, "", "x", [], [1], {}, {"a": 1}, float("nan")]
    keys = [
        "product_name_fr",
        "brands",
        "quantity",
        "categories_tags",
        "labels_tags",
        "allergens_tags",
        "emb_codes_tags",
        "origins",
        "packagings",
        "nutriments",
        "nutrition",
        "nutriscore_grade",
        "nutriscore_score",
        "nova_group",
        "environmental_score_data",
        "environmental_score_grade",
        "ingredients_text",
        "data_quality_errors_tags",
    ]
    for key in keys:
        for value in odd:
            assert values(**{key: value})["identity.name"]
    for value in odd:
        nutriments = {"fat_100g": value, "salt_100g": value, "sodium_100g": value}
        assert values(nutriments=nutriments)
        assert values(packagings=[value, {"shape": value, "number_of_units": value}])
        assert values(ecoscore_data={"agribalyse": {"co2_total": value}})


@pytest.mark.parametrize(
    ("tag", "name"), [("fr:label-rouge", "label rouge"), ("organic", "organic")]
)
def test_a_label_is_a_name_and_no_certificate(tag: str, name: str) -> None:
    assert values(labels_tags=[tag])["certificates.certificates"] == {
        "value": [{"scheme": name}]
    }
