"""The Green-Score: published vectors, bounds, and what ignorance costs."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.footprint.green_score import grade, green_score, lca_score

FILE = Path(__file__).parents[2] / "vectors" / "greenscore.json"
VECTORS = json.loads(FILE.read_text(), parse_float=Decimal)["vectors"]
# Their published sum used the origins of another country than the world’s.
OF_ANOTHER_COUNTRY = {"0001200001217", "0008295661012", "00003100"}


def scored(vector: dict[str, Any]) -> Any:
    stated = vector["adjustments"]
    return green_score(
        Decimal(vector["ef_total"]),
        is_beverage=vector["is_beverage"],
        adjustments={
            "production_system": stated["production_system"],
            "origins": stated["origins_world"],
            "threatened_species": stated["threatened_species"] or 0,
            "packaging": stated["packaging"],
        },
    )


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 92


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["code"])
def test_a_published_score_is_reproduced(vector: dict[str, Any]) -> None:
    found = scored(vector)

    assert found.lca_score == vector["expected_lca_score"]
    assert grade(vector["expected_score"]) == vector["expected_grade"]
    is_same = found.score == vector["expected_score"]
    assert is_same is (vector["code"] not in OF_ANOTHER_COUNTRY)
    assert not is_same or found.grade == vector["expected_grade"]


@pytest.mark.parametrize(
    ("score", "letter"),
    [
        (101, "a-plus"), (90, "a-plus"), (89, "a"), (75, "a"), (74, "b"), (60, "b"),
        (59, "c"), (45, "c"), (44, "d"), (30, "d"), (29, "e"), (15, "e"), (14, "f"),
        (-15, "f"),
    ],
)  # fmt: skip
def test_a_letter_begins_at_its_score(score: int, letter: str) -> None:
    assert grade(score) == letter


def test_what_nobody_stated_is_named_and_costs_twenty_points() -> None:
    found = green_score(Decimal("0.5"), is_beverage=False, adjustments={})

    assert found.assumed == ("origins", "packaging")
    assert found.score == found.lca_score - 20


def test_the_two_parts_of_the_origins_are_added() -> None:
    found = green_score(
        Decimal("0.5"),
        is_beverage=False,
        adjustments={"origins_policy": -3, "origins_transport": 12, "packaging": 0},
    )

    assert found.adjustments["origins"] == 9
    assert found.assumed == ()


def test_one_part_of_the_origins_alone_leaves_them_unknown() -> None:
    found = green_score(
        Decimal("0.5"), is_beverage=False, adjustments={"origins_transport": 12}
    )

    assert "origins" in found.assumed


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("production_system", 21), ("production_system", -1), ("origins", -6),
        ("origins", 21), ("threatened_species", 1), ("threatened_species", -11),
        ("packaging", 1), ("packaging", -16), ("luck", 0), ("origins_policy", 6),
    ],
)  # fmt: skip
def test_an_adjustment_out_of_its_bounds_is_refused(code: str, points: int) -> None:
    with pytest.raises(ValueError, match=code):
        green_score(Decimal(1), is_beverage=False, adjustments={code: points})


def test_nothing_is_below_zero() -> None:
    with pytest.raises(ValueError, match="EF single score"):
        lca_score(Decimal("-0.1"), is_beverage=False)


@given(st.decimals(Decimal(0), Decimal(10) ** 6, allow_nan=False), st.booleans())
def test_the_life_cycle_scores_between_nothing_and_a_hundred(
    ef: Decimal, is_beverage: bool
) -> None:
    assert 0 <= lca_score(ef, is_beverage=is_beverage) <= 100


def test_nothing_at_all_scores_a_hundred() -> None:
    for is_beverage in (True, False):
        assert lca_score(Decimal(0), is_beverage=is_beverage) == 100
