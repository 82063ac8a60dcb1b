"""
The arithmetic of the rules, on `Decimal`.

Source: the computed cells of EFRAG's VSME digital template 1.3.0, whose results are the
published vectors (relative 1e-9), and the formulas of the standards named below. Every
function raises `ZeroDivisionError` where its denominator is 0: a share of nobody is
refused, never 0.
"""

from collections.abc import Iterable
from decimal import Decimal, DivisionByZero, InvalidOperation

HOURS_PER_YEAR = Decimal(2000)
# One hundred people in a year of 2000 hours: VSME B9, GRI 403-9.
ACCIDENT_HOURS = Decimal(200_000)
HUNDRED = Decimal(100)
# Of the greater figure: two honest figures of one thing differ by rounding.
RELATIVE = Decimal("0.01")


def _divided(part: Decimal, whole: Decimal) -> Decimal:
    try:
        return part / whole
    except (DivisionByZero, InvalidOperation) as error:
        raise ZeroDivisionError from error


def total(parts: Iterable[Decimal]) -> Decimal:
    """Return the sum of parts of one unit; 0 for none of them."""
    return sum(parts, Decimal(0))


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """
    Return part ÷ whole, both of one unit: 0.25, not 25 %.

    Also the agreements' coverage (covered ÷ employees: VSME B10) and the gender ratios
    of boards and management (women ÷ men: ESRS S1-9).
    """
    return _divided(part, whole)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Return 100 · part ÷ whole, a percentage of one unit."""
    return _divided(part * HUNDRED, whole)


def turnover_rate(leavers: Decimal, start: Decimal, end: Decimal) -> Decimal:
    """
    Return leavers ÷ mean of the staff at the start and at the end, as a ratio.

    People, all counted in one way. Source: VSME B8 §40, GRI 401-1.
    """
    return _divided(leavers, (start + end) / 2)


def accident_rate(accidents: Decimal, hours_worked: Decimal) -> Decimal:
    """Return recordable accidents per 200 000 hours worked. Source: VSME B9 §41(a)."""
    return _divided(accidents * ACCIDENT_HOURS, hours_worked)


def hours_default(employees: Decimal) -> Decimal:
    """Return the hours that staff works in a year where nobody counted them."""
    return employees * HOURS_PER_YEAR


def pay_gap(male_hourly: Decimal, female_hourly: Decimal) -> Decimal:
    """
    Return (men less women) ÷ men, mean hourly pay of one currency, as a ratio.

    Negative where women earn more. Source: VSME B10 §42(b), ESRS S1-16.
    """
    return _divided(male_hourly - female_hourly, male_hourly)


def ghg_total(
    scope1: Decimal, scope2_location: Decimal, scope3: Decimal = Decimal(0)
) -> Decimal:
    """Return the sum of the scopes, tCO2e; scope 2 location-based. Source: VSME B3."""
    return scope1 + scope2_location + scope3


def intensity(emissions: Decimal, of: Decimal) -> Decimal:
    """
    Return emissions, tCO2e, per unit of `of`: a currency, a person, an FTE.

    Source: VSME B3 §31 for turnover, GRI 305-4 for employees.
    """
    return _divided(emissions, of)


def net_promoters(
    promoters: Decimal, passives: Decimal, detractors: Decimal
) -> Decimal:
    """Return promoters less detractors, in points of all answers, -100 to 100."""
    return _divided(
        (promoters - detractors) * HUNDRED, promoters + passives + detractors
    )


def is_rounded(stated: Decimal, computed: Decimal) -> bool:
    """
    Say whether `stated` is `computed`, rounded to the decimals that were stated.

    A company that writes 12.4 for 12.384 and one that writes 12 are both right.
    """
    exponent = stated.as_tuple().exponent
    assert isinstance(exponent, int), "not a finite number"
    half = Decimal(5).scaleb(min(exponent, 0) - 1)
    return abs(stated - computed) <= half


def is_near(stated: Decimal, other: Decimal, *, tolerance: Decimal = RELATIVE) -> bool:
    """Say whether two figures differ by no more than a part of the greater one."""
    return abs(stated - other) <= tolerance * max(abs(stated), abs(other))


def is_close(stated: Decimal, computed: Decimal) -> bool:
    """Say whether `stated` is `computed`, but for rounding or one per cent."""
    return is_rounded(stated, computed) or is_near(stated, computed)
