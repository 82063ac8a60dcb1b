"""Facts made of others: sums, units, years, and what must not be computed."""

from datetime import date
from decimal import Decimal

import pytest

from companies import deriving
from companies.deriving import Amount, CannotDerive


def amount(fact: str, value: str, year: int = 2025, unit: str = "tCO2e") -> Amount:
    return Amount(fact, Decimal(value), unit, year)


STAFF = amount("employees", "151", unit="FTE")


def scopes(*values: str | None, year: int = 2025) -> dict[str, Amount | None]:
    return {
        f"ghg_scope{number}": amount(f"ghg_scope{number}", value, year)
        if value
        else None
        for number, value in enumerate(values, 1)
    }


def test_emissions_are_divided_by_the_employees_as_they_are_counted() -> None:
    # VSME's sample company: 350 t over 151 people.
    derived = deriving.ghg_per_employee(scopes("100", "50", "200"), STAFF)

    assert derived.value == Decimal("2.32")
    assert derived.unit == "tCO2e/FTE"
    assert derived.year == 2025
    assert derived.inputs == ("ghg_scope1", "ghg_scope2", "ghg_scope3", "employees")


def test_scope_3_of_another_year_stays_out() -> None:
    given = scopes("100", "51") | {"ghg_scope3": amount("ghg_scope3", "200", 2023)}

    derived = deriving.ghg_per_employee(given, STAFF)

    assert derived.value == Decimal(1)
    assert "ghg_scope3" not in derived.inputs


@pytest.mark.parametrize(
    ("given", "employees", "code", "fact"),
    [
        (scopes("100", "50"), None, "missing", "employees"),
        (scopes(None, "50"), STAFF, "missing", "ghg_scope1"),
        (scopes("100", None), STAFF, "missing", "ghg_scope2"),
        (scopes("100", "50", year=2024), STAFF, "years_differ", "ghg_scope1"),
        (
            scopes("100", "50"),
            amount("employees", "0", unit="headcount"),
            "no_employees",
            "employees",
        ),
    ],
)
def test_what_lacks_or_does_not_fit_is_refused(
    given: dict[str, Amount | None], employees: Amount | None, code: str, fact: str
) -> None:
    with pytest.raises(CannotDerive) as refused:
        deriving.ghg_per_employee(given, employees)

    assert (refused.value.code, refused.value.fact) == (code, fact)


def test_the_after_sales_share_is_a_per_cent() -> None:
    share = amount("after_sales_share", "5", unit="%")

    derived = deriving.after_sales_share(Decimal(3), share, STAFF)

    assert derived.value == Decimal("1.99")
    with pytest.raises(CannotDerive, match="years_differ"):
        deriving.after_sales_share(Decimal(3), share._replace(year=2024), STAFF)
    with pytest.raises(CannotDerive, match="no_employees"):
        deriving.after_sales_share(Decimal(3), share, STAFF._replace(value=Decimal(0)))


@pytest.mark.parametrize(
    ("founded", "on", "years"),
    [
        (date(1987, 3, 14), date(2026, 3, 13), 38),
        (date(1987, 3, 14), date(2026, 3, 14), 39),
        (date(2001, 1, 1), date(2002, 1, 1), 1),
        (date(2004, 2, 29), date(2005, 2, 28), 0),
        (date(2004, 2, 29), date(2005, 3, 1), 1),
        (date(2027, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_an_age_is_in_completed_years(founded: date, on: date, years: int) -> None:
    assert deriving.age_in_years(founded, on) == years


@pytest.mark.parametrize(
    ("value", "kept"),
    [("2.3178807", "2.32"), ("0.00428", "0.0043"), ("10", "10"), ("0", "0")],
)
def test_a_quotient_is_as_long_as_it_says_something(value: str, kept: str) -> None:
    assert f"{deriving.rounded(Decimal(value)):f}" == kept
