"""Emissions and energy: sums, years, and what electricity usually emits."""

from decimal import Decimal
from typing import Any

from companies.crosschecks import arithmetic, reading, sources
from companies.crosschecks.formulas import detail, staff_of, sum_is
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    doubt,
    inconclusive,
    missing,
    verdict,
)
from companies.crosschecks.sources import Answer, against_french_register
from companies.crosschecks.words import en, fr

# kg CO2e per kWh, location-based, in round figures: after Ember, Yearly Electricity
# Data 2025 (CC BY 4.0). A figure is doubted only below half or above twice of it.
GRID = {
    "AU": Decimal("0.53"),
    "BR": Decimal("0.11"),
    "CN": Decimal("0.53"),
    "DE": Decimal("0.33"),
    "FR": Decimal("0.041"),
    "GB": Decimal("0.18"),
    "ID": Decimal("0.68"),
    "IN": Decimal("0.67"),
    "JP": Decimal("0.48"),
    "SG": Decimal("0.50"),
    "US": Decimal("0.35"),
    "ZA": Decimal("0.70"),
}
LEAST_RATIO, MOST_RATIO = Decimal("0.5"), Decimal(2)
# The GHG Protocol's categories of scope 3.
CATEGORIES = 15
SCOPES = ("ghg_scope1", "ghg_scope2", "ghg_scope3")


def ghg_year(one: Given, dossier: Dossier) -> Finding:
    """Ask for a figure that is not negative, of a past year, the staff's one."""
    stated = reading.number(one.value)
    if stated is None or stated < 0:
        return disagree(
            "Ce n’est pas un nombre positif ou nul.",
            "This is not a number of 0 or more.",
            stated=reading.plain(one.value),
        )
    if one.year > dossier.today.year:
        return disagree(
            f"Année {one.year} : à venir.", f"Year {one.year}: still to come.",
            year=one.year,
        )  # fmt: skip
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    return agree(
        f"Année {one.year}, la même que l’effectif.",
        f"Year {one.year}, the same as the employees'.",
        year=one.year,
    )


def _report(one: Given, found: Answer, _: Dossier) -> Finding:
    """Look whether a report is filed: it exists, whatever figure stands in it."""
    has_report = found.content.get("has_ghg_report")
    if not isinstance(has_report, bool):
        return missing("l’indication du registre", "the register's flag is")
    if has_report:
        return agree(
            f"{found.fr} : un bilan d’émissions est déposé.",
            f"{found.en}: a report of emissions is filed.",
            year=one.year,
            has_ghg_report=True,
        )
    # Below 500 employees nobody has to file one.
    return doubt(
        f"{found.fr} : aucun bilan d’émissions déposé.",
        f"{found.en}: no report of emissions filed.",
        year=one.year,
        has_ghg_report=False,
    )


def electricity(one: Given, _: Dossier) -> Finding:
    """Compare with purchased kWh × the country's factor: half to twice of it."""
    stated, kwh = reading.number(one.value), detail(one, "electricity_kwh")
    country = reading.country(one.details.get("grid_country"))
    factor = GRID.get(country)
    if stated is None or kwh is None or kwh <= 0 or factor is None:
        return missing(
            "l’électricité achetée ou le facteur du pays",
            "purchased electricity or the country's factor is",
            country=country,
        )
    expected = kwh * factor / 1000
    ratio = arithmetic.ratio(stated, expected)
    holds = LEAST_RATIO <= ratio <= MOST_RATIO
    return verdict(
        f"{fr(kwh)} kWh × {fr(factor, places=3)} kg/kWh ({country}) ="
        f" {fr(expected)} t ; déclaré {fr(stated)} t.",
        f"{en(kwh)} kWh × {en(factor, places=3)} kg/kWh ({country}) ="
        f" {en(expected)} t; stated {en(stated)} t.",
        holds=holds,
        stated=stated,
        expected=expected,
        electricity_kwh=kwh,
        factor=factor,
        country=country,
    )


def categories(one: Given, _: Dossier) -> Finding:
    """Add the categories up, one per cent apart; those left out must be named."""
    parts = reading.numbers(one.details.get("categories"))
    omitted = reading.text(one.details.get("omitted"))
    stated = reading.number(one.value)
    slack = arithmetic.RELATIVE * abs(stated or Decimal(0))
    found = sum_is(one, parts, slack=slack, omitted=omitted)
    if found.outcome == "agree" and len(parts or ()) < CATEGORIES and not omitted:
        return inconclusive(
            f"{found.text_fr} Les catégories omises ne sont pas nommées.",
            f"{found.text_en} The categories left out are not named.",
            **found.inputs,
        )
    return found


def intensity(one: Given, dossier: Dossier) -> Finding:
    """Compute emissions ÷ employees of one year; scope 3 in it or not."""
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    stated = reading.number(one.value)
    scopes = {key: _of_year(one, dossier, key) for key in SCOPES}
    first, second, third = scopes.values()
    inputs: dict[str, Any] = {**scopes, "employees": staff.size, "unit": staff.unit}
    if stated is None or first is None or second is None or staff.size <= 0:
        return missing(
            "une émission ou l’effectif de l’année",
            "an emission or the employees of the year is",
            **inputs,
        )
    sums = [arithmetic.ghg_total(first, second)]
    if third is not None:
        sums.insert(0, arithmetic.ghg_total(first, second, third))
    values = [arithmetic.intensity(each, staff.size) for each in sums]
    holds = any(arithmetic.is_close(stated, value) for value in values)
    scope_words = "1, 2, 3" if third is not None else "1, 2"
    return verdict(
        f"Recalculé (scopes {scope_words}) : {fr(values[0])} t par personne ;"
        f" déclaré {fr(stated)}.",
        f"Computed again (scopes {scope_words}): {en(values[0])} t per person;"
        f" stated {en(stated)}.",
        holds=holds,
        stated=stated,
        **inputs,
    )


def _of_year(one: Given, dossier: Dossier, key: str) -> Decimal | None:
    other = sources.beside(one, dossier, key)
    if other is None or other.year != one.year:
        return None
    return reading.number(other.value)


def energy_parts(one: Given, _: Dossier) -> Finding:
    """Add electricity, own generation and fuels up, one per cent apart at most."""
    stated = reading.number(one.value)
    if one.unit not in {"", "MWh"}:
        return inconclusive(
            f"Parties en MWh, total en {reading.short(one.unit, 20)}.",
            f"Parts in MWh, total in {reading.short(one.unit, 20)}.",
            unit=one.unit,
        )
    slack = arithmetic.RELATIVE * abs(stated or Decimal(0))
    return sum_is(one, reading.numbers(one.details.get("parts")), slack=slack)


RULES = (
    Rule("ghg.year", 1, SCOPES, ghg_year),
    Rule(
        "ghg.report", 1, ("ghg_scope1",), against_french_register(_report),
        asks_others=True,
    ),
    Rule("ghg.electricity", 1, ("ghg_scope2",), electricity),
    Rule("ghg.categories", 1, ("ghg_scope3",), categories),
    Rule("ghg.intensity", 1, ("ghg_per_employee",), intensity),
    Rule("energy.parts", 1, ("energy",), energy_parts),
)  # fmt: skip
