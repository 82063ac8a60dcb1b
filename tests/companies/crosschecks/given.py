"""Statements and dossiers for the rules, and what a rule is expected to find."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from companies.crosschecks import Dossier, Found, Given, run

TODAY = date(2026, 11, 22)
SIREN, VAT, LEI = "552008443", "FR19552008443", "969500KMUQ2B6CBAF162"
OTHER_LEI = "213800KUD8LAJWSQ9D15"
UNITS = {"employees": "headcount", "turnover": "EUR", "energy": "MWh"}

AGREE, DISAGREE = "agree", "disagree"
INCONCLUSIVE, NOT_APPLICABLE = "inconclusive", "not_applicable"


def state(
    fact: str,
    value: Any = None,
    *,
    number: int = 1,
    status: str = "known",
    source: str = "producer",
    source_name: str = "",
    year: int = 2025,
    unit: str | None = None,
    evidence: Sequence[str] = (),
    **details: Any,
) -> Given:
    """Return a statement of a company."""
    return Given(
        number,
        fact,
        status,
        value,
        UNITS.get(fact, "") if unit is None else unit,
        year,
        details,
        source,
        TODAY,
        evidence,
        source_name,
    )


def register(fact: str, value: Any, name: str = "SIRENE", **members: Any) -> Given:
    """Return what a register states."""
    members.setdefault("number", 90)
    return state(fact, value, source="register", source_name=name, **members)


def dossier(
    *statements: Given,
    registers: Mapping[str, Any] | None = None,
    shared: Sequence[str] = (),
    parents: Sequence[str] = (),
) -> Dossier:
    """Return a dossier of these statements."""
    facts: dict[str, list[Given]] = {}
    for one in statements:
        facts.setdefault(one.fact, []).append(one)
    return Dossier(facts, registers or {}, frozenset(shared), parents, TODAY)


def finding(rule: str, of: Dossier, number: int = 1) -> Found:
    """Return what one rule finds about the statement with this number."""
    found = [one for one in run(of) if (one.rule, one.statement_id) == (rule, number)]
    assert len(found) == 1, f"{rule} said {len(found)} things"
    return found[0]


class Case(NamedTuple):
    """A dossier, and the outcome of one rule about its statement number 1."""

    rule: str
    outcome: str
    of: Dossier
    why: str = ""

    def __str__(self) -> str:
        return " ".join([self.rule, self.outcome, self.why]).strip()


def case(
    rule: str,
    outcome: str,
    *statements: Given,
    why: str = "",
    shared: Sequence[str] = (),
    parents: Sequence[str] = (),
    **registers: Any,
) -> Case:
    """Return a case; registers are given by name."""
    of = dossier(*statements, registers=registers, shared=shared, parents=parents)
    return Case(rule, outcome, of, why)


ID = state("national_id", SIREN, number=2)
NAME = state("legal_name", "Laine du Test", number=3)
STAFF = state("employees", "100", number=4)
