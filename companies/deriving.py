"""
Facts that are made of others: arithmetic on decimals. Pure.

A computed value names its inputs and is never better verified than the weakest of them.
"""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

PLACES = Decimal("0.01")
SMALL_PLACES = Decimal("0.0001")


class Amount(NamedTuple):
    """One stated number: what it is of, its unit, and the year that it covers."""

    fact: str
    value: Decimal
    unit: str
    year: int


class Derived(NamedTuple):
    """A computed number, the facts it is made of, and the year that it covers."""

    value: Decimal
    unit: str
    year: int
    inputs: tuple[str, ...]


class CannotDerive(ValueError):
    """A computation lacks something. `code` says what, `fact` of which fact."""

    def __init__(self, code: str, fact: str) -> None:
        super().__init__(code)
        self.code = code
        self.fact = fact


def ghg_per_employee(
    scopes: dict[str, Amount | None], employees: Amount | None
) -> Derived:
    """
    Return tonnes of CO₂e per person: the scopes that are known, over the employees.

    `scopes` holds `ghg_scope1` and `ghg_scope2`, which are needed, and `ghg_scope3`,
    which joins them when it is of the same year. The unit is per head or per full-time
    equivalent, as the employees are counted. Raise `CannotDerive` with `missing`,
    `years_differ` or `no_employees`.

    Source: an analogue of VSME B3 §31 and GRI 305-4, intensity of emissions.
    """
    if employees is None:
        raise CannotDerive("missing", "employees")
    counted = [
        _of_the_year(scopes.get(fact), fact, employees.year)
        for fact in ("ghg_scope1", "ghg_scope2")
    ]
    scope3 = scopes.get("ghg_scope3")
    if scope3 is not None and scope3.year == employees.year:
        counted.append(scope3)
    if employees.value <= 0:
        raise CannotDerive("no_employees", "employees")
    total = sum((amount.value for amount in counted), Decimal())
    return Derived(
        value=rounded(total / employees.value),
        unit=f"tCO2e/{employees.unit}",
        year=employees.year,
        inputs=(*(amount.fact for amount in counted), "employees"),
    )


def after_sales_share(staff: Decimal, share: Amount, employees: Amount) -> Derived:
    """
    Return the per cent of `employees` who are in after-sales service.

    `staff` is counted as the employees are, heads or full-time equivalents. Raise
    `CannotDerive` with `years_differ` or `no_employees`.
    """
    _of_the_year(share, share.fact, employees.year)
    if employees.value <= 0:
        raise CannotDerive("no_employees", "employees")
    return Derived(
        value=rounded(100 * staff / employees.value),
        unit="%",
        year=employees.year,
        inputs=(share.fact, "employees"),
    )


def age_in_years(founded_on: date, on: date) -> int:
    """Return the completed years from one day to another, 0 if it is to come."""
    years = on.year - founded_on.year
    return max(0, years - ((on.month, on.day) < (founded_on.month, founded_on.day)))


def rounded(value: Decimal) -> Decimal:
    """Return a quotient to two decimals, four below one, without closing zeros."""
    places = PLACES if abs(value) >= 1 else SMALL_PLACES
    short = value.quantize(places, ROUND_HALF_EVEN).normalize()
    return short if short != 0 else Decimal(0)


def _of_the_year(amount: Amount | None, fact: str, year: int) -> Amount:
    if amount is None:
        raise CannotDerive("missing", fact)
    if amount.year != year:
        raise CannotDerive("years_differ", fact)
    return amount
