"""
The facts that we compute: from judged statements to values that say how they came.

A leaf module over the arithmetic of `deriving`.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.times import rfc3339
from companies import catalogue, deriving, wording
from companies.deriving import Amount, CannotDerive, Derived
from companies.judging import Judged
from companies.levels import SourceKind, Status, lowest

AFTER_SALES = "after_sales_share"
PER_EMPLOYEE = "ghg_per_employee"
SCOPES = ("ghg_scope1", "ghg_scope2", "ghg_scope3")
# A declared share may differ from the computed one by rounding.
ROUNDING = Decimal("0.1")
HUNDRED = Decimal(100)

Retained = dict[str, Judged]


class Computed(NamedTuple):
    """A computed value as a document, and the inputs that it inherits from."""

    document: dict[str, Any]
    inputs: Sequence[Judged]


def per_employee(retained: Retained) -> Computed | None:
    """Return the emissions for each employee; none when an input lacks."""
    try:
        derived = deriving.ghg_per_employee(
            {fact: _amount(retained.get(fact)) for fact in SCOPES},
            _amount(retained.get("employees")),
        )
    except CannotDerive as error:
        if error.code != "no_employees":
            return None
        return _not_applicable(retained["employees"])
    scopes = [fact for fact in SCOPES if fact in derived.inputs]
    inputs = [retained[fact] for fact in derived.inputs]
    values = " + ".join(wording.number(one.value) for one in inputs[:-1])
    how = _(
        "(%(values)s) t CO₂e of %(scopes)s in %(year)s, divided by %(employees)s"
    ) % {
        "values": values,
        "scopes": ", ".join(f"scope {fact[-1]}" for fact in scopes),
        "year": derived.year,
        "employees": wording.value_text("decimal", inputs[-1].as_value()),
    }
    return Computed(_document(derived, inputs, how) | {"scopes": scopes}, inputs)


def after_sales(retained: Retained) -> Computed | None:
    """Return the share of staff in after-sales service, where both counts are given."""
    share, employees = retained.get(AFTER_SALES), retained.get("employees")
    if share is None or employees is None or share.status != Status.KNOWN:
        return None
    staff = share.statement.details.get("after_sales_staff")
    stated, counted = _amount(share), _amount(employees)
    if staff is None or stated is None or counted is None:
        return None
    try:
        derived = deriving.after_sales_share(Decimal(staff), stated, counted)
    except CannotDerive:
        return None
    counted_on = str(share.statement.details.get("counted_on", derived.year))
    if not 0 <= derived.value <= HUNDRED or counted_on[:4] != str(derived.year):
        return None
    how = _("%(staff)s in after-sales service, of %(employees)s in %(year)s") % {
        "staff": wording.number(staff),
        "employees": wording.value_text("decimal", employees.as_value()),
        "year": derived.year,
    }
    inputs = [share, employees]
    return Computed(_document(derived, inputs, how), inputs)


def agrees(stated: str, computed: str) -> bool:
    """Say whether a declared share is the computed one, but for rounding."""
    return abs(Decimal(stated) - Decimal(computed)) <= ROUNDING


def age(founded: Judged | None, on: date) -> dict[str, Any] | None:
    """Return the age that follows from the founding date."""
    if founded is None or founded.status != Status.KNOWN:
        return None
    try:
        years = deriving.age_in_years(date.fromisoformat(founded.value), on)
    except ValueError:
        return None
    return {
        "years": years,
        "text": ngettext("%(n)s year old", "%(n)s years old", years) % {"n": years},
    }


def _document(derived: Derived, inputs: Sequence[Judged], how: str) -> dict[str, Any]:
    """Return the lowest level, every state and the oldest date of the inputs."""
    states = sorted({state for one in inputs for state in one.states})
    document: dict[str, Any] = {
        "status": Status.KNOWN.value,
        "value": f"{derived.value:f}",
        "unit": derived.unit,
        "source": {
            "kind": SourceKind.COMPUTED.value,
            "name": "Flashsésame",
            "url": None,
        },
        "level": lowest([one.level for one in inputs]),
        "observed_at": rfc3339(min(one.observed_at for one in inputs)),
        "year": derived.year,
        "inputs": list(derived.inputs),
        "how": how,
    }
    return {**document, "states": states} if states else document


def _not_applicable(employees: Judged) -> Computed:
    document = {
        "status": Status.NOT_APPLICABLE.value,
        "value": None,
        "source": {
            "kind": SourceKind.COMPUTED.value,
            "name": "Flashsésame",
            "url": None,
        },
        "level": employees.level,
        "observed_at": rfc3339(employees.observed_at),
        "inputs": ["employees"],
        "how": _("Nobody is employed: there is nothing to divide by."),
    }
    return Computed(document, [employees])


def _amount(judged: Judged | None) -> Amount | None:
    """Return a stated number; none when it is absent, or of an older form."""
    if judged is None or judged.status != Status.KNOWN:
        return None
    statement = judged.statement
    fact = catalogue.facts().get(statement.fact)
    units = (fact.unit or "").split("|") if fact else []
    if statement.unit and statement.unit not in units:
        # Kilograms and tonnes do not add up.
        return None
    try:
        value = Decimal(judged.value)
    except (InvalidOperation, TypeError):
        return None
    return Amount(statement.fact, value, statement.unit, statement.covered_year)
