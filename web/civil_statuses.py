"""
What a company's page shows of its civil status, in the active language.

A leaf module: the served document in, plain values out. It adds no fact and hides none.
"""

from datetime import date
from typing import Any, NamedTuple

from companies import catalogue, wording
from companies.levels import Status
from web import reading
from web.reading import Entry

Document = dict[str, Any]
# Nothing but what registers and companies call it; the rest is told by the facts.
IDENTIFIERS = {"siren": "SIREN", "national": "N°", "vat": "TVA", "lei": "LEI"}


class Told(NamedTuple):
    """One thing that a check or a verifier said of a value."""

    text: str
    is_bad: bool


class FactEntry(NamedTuple):
    """One fact: its value with its provenance, and what checks and verifiers found."""

    entry: Entry
    how: str
    told: list[Told]
    documents: int


class Contested(NamedTuple):
    """One dispute: what is contested, where it stands, and what was answered."""

    label: str
    kind: str
    state: str
    is_settled: bool
    is_overdue: bool
    opened_on: str
    # Empty once it was answered.
    due_on: str
    answer: str
    answered_on: str
    decision: str
    settled_on: str


class Page(NamedTuple):
    """The civil status as its page shows it."""

    id: str
    name: str
    is_fictitious: bool
    identifiers: list[str]
    text: str
    ticks: list[bool]
    is_complete: bool
    satisfaction: Entry
    percent: str
    transparency: str
    index_text: str
    tier: str
    losses: list[str]
    facts: list[FactEntry]
    silent: list[str]
    unsettled: int
    overdue: int


def read(document: Document) -> Page:
    """Return the page of a civil status."""
    completeness, index = document["completeness"], document["transparency"]
    present = completeness["present"]
    # Canonical JSON sorts its keys: the catalogue says the order.
    order = sorted(catalogue.facts().values(), key=lambda fact: not fact.is_mandatory)
    facts = {fact.key: document["facts"][fact.key] for fact in order}
    given = [key for key, fact in facts.items() if fact["status"] != Status.UNKNOWN]
    satisfaction = document["satisfaction"]
    return Page(
        id=document["id"],
        name=document["name"],
        is_fictitious=document["fictitious"],
        identifiers=[
            f"{IDENTIFIERS[key]} {number}"
            for key, number in document["identifiers"].items()
        ],
        text=completeness["text"],
        ticks=[True] * present + [False] * (completeness["mandatory"] - present),
        is_complete=completeness["complete"],
        satisfaction=reading.entry("satisfaction", satisfaction, is_company=True),
        percent=satisfaction["value"] or "",
        transparency=index["index"].partition(".")[0],
        index_text=index["text"],
        tier=index["tier_label"] or "",
        losses=[loss["text"] for loss in index["lost"]],
        facts=[_fact(key, facts[key]) for key in given],
        silent=[fact["label"] for key, fact in facts.items() if key not in given],
        unsettled=document["disputes"]["unsettled"],
        overdue=document["disputes"]["overdue"],
    )


def contested(dispute: Document) -> Contested:
    """Return a dispute, as anyone may read it, with its days in words."""
    return Contested(
        label=dispute["label"],
        kind=dispute["kind_text"],
        state=dispute["state_text"],
        is_settled=dispute["settled_on"] is not None,
        is_overdue=dispute["overdue"],
        opened_on=_day(dispute["opened_on"]),
        due_on=_day(dispute["due_on"]) if dispute["days_left"] is not None else "",
        answer=dispute["answer"] or "",
        answered_on=_day(dispute["answered_on"]),
        decision=dispute["decision"] or "",
        settled_on=_day(dispute["settled_on"]),
    )


def _day(text: str | None) -> str:
    return wording.day(date.fromisoformat(text)) if text else ""


def _fact(key: str, fact: Document) -> FactEntry:
    age = fact.get("age", {}).get("text", "")
    return FactEntry(
        entry=reading.entry(key, fact, is_company=True),
        how=fact.get("how", "") or age,
        told=[*_checks(fact), *_verifications(fact)],
        documents=len(fact.get("evidence", [])),
    )


def _checks(fact: Document) -> list[Told]:
    return [
        Told(check["text"], check["outcome"] == "disagree")
        for check in fact.get("checks", [])
    ]


def _verifications(fact: Document) -> list[Told]:
    return [
        Told(
            " · ".join(
                part
                for part in (
                    verification["organisation"],
                    verification.get("accreditation", ""),
                    verification["assessed_on"],
                    verification.get("reason", ""),
                )
                if part
            ),
            verification["result"] == "refused",
        )
        for verification in fact.get("verifications", [])
    ]
