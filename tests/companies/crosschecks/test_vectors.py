"""The published cases of the arithmetic, and of the numbers' form."""

import json
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from companies.crosschecks import arithmetic
from tests.companies.crosschecks.given import AGREE, DISAGREE, dossier, finding, state

VECTORS = Path(__file__).parents[2] / "vectors"
RELATIVE = Decimal("1e-9")


def load(name: str) -> list[dict[str, Any]]:
    text = (VECTORS / name).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)["vectors"]
    return found


FORMULAS = [
    one for one in load("company_crosschecks.json") if one["expected"] is not True
]
SUMS = [one for one in load("company_crosschecks.json") if one["expected"] is True]
NUMBERS = [
    one for one in load("stdnum_checks.json") if not one["id"].startswith("gs1_128")
]
COMPUTED_BY: dict[str, Callable[..., Decimal]] = {
    "turnover_rate": arithmetic.turnover_rate,
    "accident_rate": arithmetic.accident_rate,
    "hours_default": arithmetic.hours_default,
    "pay_gap": arithmetic.pay_gap,
    "cba_coverage": arithmetic.ratio,
    "f_m_management_ratio": arithmetic.ratio,
    "board_gender_ratio": arithmetic.ratio,
    "ghg_scope12": arithmetic.ghg_total,
    "ghg_total": arithmetic.ghg_total,
    "ghg_intensity_turnover": arithmetic.intensity,
    "ghg_per_employee": arithmetic.intensity,
}


def test_there_are_fourteen_of_them() -> None:
    assert len(FORMULAS) + len(SUMS) == 14


@pytest.mark.parametrize("vector", FORMULAS, ids=lambda one: one["id"])
def test_a_formula_gives_the_published_result(vector: dict[str, Any]) -> None:
    parts = [Decimal(part) for part in vector["inputs"].values()]
    expected = Decimal(vector["expected"])

    found = COMPUTED_BY[vector["id"]](*parts)

    assert abs(found - expected) <= RELATIVE * abs(expected)


@pytest.mark.parametrize("vector", SUMS, ids=lambda one: one["id"])
def test_a_sum_is_found_right_and_one_more_person_wrong(vector: dict[str, Any]) -> None:
    parts = {key: str(part) for key, part in vector["inputs"].items()}
    employees = int(parts.pop("employees"))
    key = vector["id"].removeprefix("headcount.")

    def outcome(stated: int) -> str:
        breakdown: dict[str, Any] = {key: parts}
        one = state("employees", str(stated), **breakdown)
        return finding(f"employees.{key}", dossier(one)).outcome

    assert outcome(employees) == AGREE
    assert outcome(employees + 1) == DISAGREE


@pytest.mark.parametrize(
    ("function", "parts"),
    [
        (arithmetic.share, (1, 0)),
        (arithmetic.share, (0, 0)),
        (arithmetic.turnover_rate, (1, 0, 0)),
        (arithmetic.accident_rate, (1, 0)),
        (arithmetic.pay_gap, (0, 5)),
        (arithmetic.net_promoters, (0, 0, 0)),
        (arithmetic.intensity, (350, 0)),
    ],
)
def test_a_share_of_nobody_is_refused(
    function: Callable[..., Decimal], parts: tuple[int, ...]
) -> None:
    with pytest.raises(ZeroDivisionError):
        function(*map(Decimal, parts))


@pytest.mark.parametrize(
    ("stated", "computed", "is_close"),
    [
        ("12.4", "12.449", True),
        ("12", "12.5", True),
        ("12", "12.6", False),
        ("12.40", "12.53", False),
        ("1000", "1010", True),
        ("1000", "1011", False),
        ("0", "0.4", True),
        ("0.0", "0.4", False),
    ],
)
def test_a_rounded_figure_is_right(stated: str, computed: str, is_close: bool) -> None:
    assert arithmetic.is_close(Decimal(stated), Decimal(computed)) == is_close


@pytest.mark.parametrize(
    "vector", NUMBERS, ids=lambda one: f"{one['id']} {one['args'][0]}"
)
def test_the_library_of_numbers_does_what_the_rules_count_on(
    vector: dict[str, Any],
) -> None:
    module, _, name = vector["function"].rpartition(".")
    function = getattr(import_module(module), name)
    if "raises" in vector:
        errors = import_module("stdnum.exceptions")
        with pytest.raises(getattr(errors, vector["raises"])):
            function(*vector["args"])
    else:
        assert function(*vector["args"]) == vector["expected"]
