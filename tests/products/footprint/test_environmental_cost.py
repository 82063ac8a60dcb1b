"""The French environmental cost: published vectors, then the garment around them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from products.footprint import environmental_cost
from products.footprint.environmental_cost import (
    categories,
    missing,
    of_garment,
    points,
)

FILE = Path(__file__).parents[2] / "vectors" / "cout_environnemental.json"
CONTENT = json.loads(FILE.read_text(), parse_float=Decimal, parse_int=Decimal)
VECTORS = CONTENT["vectors"]
ONE_OF_EACH = {code: Decimal(1) for code in categories()}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_published_points_are_reproduced(vector: dict[str, Any]) -> None:
    found, expected = points(vector["impacts"]), vector["expected_ecs_points"]

    assert abs(found - expected) <= expected * Decimal("0.0001")


def test_the_factors_are_those_of_the_vectors() -> None:
    theirs = CONTENT["categories"]

    assert set(categories()) == set(theirs)
    for code, category in categories().items():
        assert category.normalization == theirs[code]["normalization"]
        assert category.weighting == theirs[code]["weighting"]
        assert category.label_en


def test_the_weights_make_up_a_whole_and_the_version_is_said() -> None:
    weights = sum(category.weighting for category in categories().values())

    assert weights == 1
    assert "ac7292ce" in environmental_cost.version()


def test_a_category_that_is_missing_or_nothing_is_named() -> None:
    assert missing(ONE_OF_EACH) == []
    assert missing({**ONE_OF_EACH, "cch": Decimal(0)}) == ["cch"]
    without = {code: one for code, one in ONE_OF_EACH.items() if code != "wtu"}
    assert missing(without) == ["wtu"]


def test_what_has_no_weight_is_not_missed() -> None:
    assert missing({**ONE_OF_EACH, "htc-c": Decimal(0)}) == []


def test_a_garment_adds_complements_and_divides_by_its_durability() -> None:
    base = points(ONE_OF_EACH)

    found = of_garment(
        ONE_OF_EACH, complements=Decimal(100), durability=Decimal("1.25")
    )

    assert found == (base + 100) / Decimal("1.25")


@pytest.mark.parametrize("coefficient", ["0", "-1"])
def test_a_durability_is_above_nothing(coefficient: str) -> None:
    with pytest.raises(ValueError, match="durability"):
        of_garment(ONE_OF_EACH, durability=Decimal(coefficient))
