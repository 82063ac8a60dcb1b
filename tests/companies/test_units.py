"""Units: a fact is stated in its own, or in one that converts to it exactly."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies import catalogue, units
from companies.columns import Source, statement_columns
from companies.errors import FactValueRefused, UnitRefused
from companies.levels import Status


def columns(fact: str, value: Any, unit: str | None, **members: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"status": Status.KNOWN, "year": None, "details": {}}
    given["source"] = Source()
    return statement_columns(fact=fact, value=value, unit=unit, **given | members)


@pytest.mark.parametrize(
    ("fact", "value", "unit", "stored"),
    [
        ("energy", "742", "", ("742", "MWh")),
        ("energy", "742", None, ("742", "MWh")),
        ("energy", "742", "MWh", ("742", "MWh")),
        ("energy", "742", "MWH", ("742", "MWh")),
        ("energy", "742500", "kWh", ("742.5", "MWh")),
        ("energy", "0,742", " GWh ", ("742", "MWh")),
        ("ghg_scope1", "12000", "kgCO2e", ("12", "tCO2e")),
        ("ghg_scope1", "0", "kgCO2e", ("0", "tCO2e")),
        ("training_hours", "12", "HUR", ("12", "h")),
        ("employees", "12", "", ("12", "headcount")),
        ("employees", "12", "FTE", ("12", "FTE")),
        ("gender_pay_gap", "5", "P1", ("5", "%")),
        ("living_wage", "100", "%", ("100", "%")),
        ("turnover", "9", "", ("9", "EUR")),
        ("turnover", "9", "CHF", ("9", "CHF")),
        ("legal_name", "Filature", "", ("Filature", "")),
        ("tax_residence", "FR", "", ("FR", "ISO 3166-1 alpha-2")),
    ],
)
def test_a_unit_of_the_fact_is_taken(
    fact: str, value: str, unit: str | None, stored: tuple[str, str]
) -> None:
    made = columns(fact, value, unit)

    assert (made["value"], made["unit"]) == stored


@pytest.mark.parametrize(
    ("fact", "unit", "named"),
    [
        ("training_hours", "KGM", "h"),
        ("employees", "P1", "headcount, FTE"),
        ("energy", "mWh", "MWh"),
        # Of what these would be, nobody says.
        ("ghg_scope1", "KGM", "tCO2e"),
        ("ghg_scope1", "t", "tCO2e"),
        ("turnover", "eur", "EUR"),
        ("turnover", "XXX", "EUR"),
        ("turnover", "KGM", "EUR"),
        ("legal_name", "EUR", ""),
    ],
)
def test_any_other_is_refused_with_those_that_fit(
    fact: str, unit: str, named: str
) -> None:
    with pytest.raises(UnitRefused) as refused:
        columns(fact, "1", unit)

    assert (refused.value.status, refused.value.code) == (400, "unit_refused")
    assert named in refused.value.detail
    assert refused.value.extra["fact"] == fact


def test_a_value_that_is_withheld_has_no_foreign_unit_either() -> None:
    withheld: dict[str, Any] = {
        "status": Status.WITHHELD,
        "source": Source(note="Secret."),
    }

    with pytest.raises(UnitRefused):
        columns("energy", None, "KGM", **withheld)
    kept = columns("energy", None, "kWh", **withheld)
    assert (kept["value"], kept["unit"]) == (None, "MWh")


def test_what_is_too_large_once_converted_is_refused() -> None:
    assert columns("energy", "9" * 15, "MWh")["value"] == "9" * 15
    with pytest.raises(FactValueRefused):
        columns("energy", "9" * 15, "GWh")


@given(
    st.decimals(min_value=0, max_value=10**11, places=9, allow_nan=False),
    st.sampled_from(["kWh", "GWh", "MWH"]),
)
def test_a_conversion_loses_no_digit(amount: Decimal, unit: str) -> None:
    factor = units.READ_AS["MWh"][unit]

    made = Decimal(columns("energy", str(amount), unit)["value"])

    assert made / factor == amount


@pytest.mark.parametrize("key", [*catalogue.facts()])
def test_the_units_of_the_catalogue_and_of_its_templates_fit(key: str) -> None:
    fact = catalogue.facts()[key]

    for unit in (fact.unit or "").split("|"):
        assert units.fitted(fact, unit) == (unit, Decimal(1))


@pytest.mark.parametrize("fact", [*catalogue.facts()])
def test_what_is_stored_is_taken_again_unchanged(fact: str) -> None:
    known = catalogue.facts()[fact]

    for unit in ("", *units.fitting(known)):
        stored, _factor = units.fitted(known, unit)
        assert units.fitted(known, stored) == (stored, Decimal(1))
