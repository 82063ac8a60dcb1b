"""What the rules that compute a figure again have in common."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from companies.crosschecks import arithmetic, reading, sources
from companies.crosschecks.given import Dossier, Finding, Given
from companies.crosschecks.outcomes import inconclusive, missing, verdict
from companies.crosschecks.words import en, fr

# People in headcount add up exactly; parts of full-time equivalents are rounded.
HEADCOUNT = "headcount"
FTE_SLACK = Decimal("0.5")

# A sentence names so many parts of a sum.
MOST_NAMES = 4
NAME_LENGTH = 30


class Staff(NamedTuple):
    """How many people, counted how, in which year."""

    size: Decimal
    unit: str
    year: int


def staff_of(one: Given, dossier: Dossier) -> Staff | Finding:
    """Return the staff of the year of a statement, or why there is none to compare."""
    employees = sources.beside(one, dossier, "employees")
    count = reading.number(employees.value) if employees else None
    if employees is None or count is None:
        return missing("l’effectif", "the number of employees is")
    if employees.year != one.year:
        return inconclusive(
            f"Effectif de {employees.year}, chiffre de {one.year} : à rapprocher.",
            f"Employees of {employees.year}, figure of {one.year}: to be compared.",
            year=one.year,
            employees_year=employees.year,
        )
    return Staff(count, employees.unit, employees.year)


def recomputed(
    one: Given,
    compute: Callable[..., Decimal],
    *parts: Decimal | None,
    unit: str = "",
    **inputs: Any,
) -> Finding:
    """
    Compare the stated value with `compute(*parts)`, but for rounding or one per cent.

    `inputs` are what is recorded, the parts among them; `unit` follows the figure.
    """
    stated = reading.number(one.value)
    known = [part for part in parts if part is not None]
    if stated is None or len(known) < len(parts):
        return missing("une donnée du calcul", "a part of the computation is", **inputs)
    try:
        value = compute(*known)
    except ZeroDivisionError:
        return inconclusive(
            "Calcul refusé : le dénominateur est nul.",
            "Not computed: the denominator is zero.",
            **inputs,
        )
    holds = arithmetic.is_close(stated, value)
    return verdict(
        f"Recalculé : {fr(value)}{unit and ' '}{unit},"
        f" {'concordant' if holds else f'déclaré {fr(stated)}'}.",
        f"Computed again: {en(value)}{en_unit(unit)},"
        f" {'in agreement' if holds else f'stated {en(stated)}'}.",
        holds=holds,
        stated=stated,
        computed=round(value, 12).normalize() + 0,
        **inputs,
    )


def en_unit(unit: str) -> str:
    """Return a unit as English sets it: a per cent sign touches its number."""
    return unit if unit in {"", "%"} else f" {unit}"


def percent_of(function: Callable[..., Decimal]) -> Callable[..., Decimal]:
    """Return a function of a ratio as one that gives per cent."""
    return lambda *parts: function(*parts) * arithmetic.HUNDRED


def sum_is(
    one: Given, parts: dict[str, Decimal] | None, *, slack: Decimal, **inputs: Any
) -> Finding:
    """Compare the stated value with the sum of its parts, `slack` apart at most."""
    stated = reading.number(one.value)
    if stated is None or parts is None:
        return missing("la répartition", "the breakdown is")
    added = arithmetic.total(parts.values())
    holds = abs(stated - added) <= slack
    return verdict(
        f"Somme ({_names(parts)}) : {fr(added)},"
        f" {'concordante' if holds else f'déclaré {fr(stated)}'}.",
        f"Sum ({_names(parts)}): {en(added)},"
        f" {'in agreement' if holds else f'stated {en(stated)}'}.",
        holds=holds,
        stated=stated,
        sum=added,
        parts=parts,
        **inputs,
    )


def _names(parts: dict[str, Decimal]) -> str:
    """Return what was added up: the first names, so that sums are told apart."""
    names = [name[:NAME_LENGTH] for name in parts]
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")


def detail(one: Given, key: str) -> Decimal | None:
    """Return a part of a statement that is a number."""
    return reading.number(one.details.get(key))
