"""All rules, and running them on one company."""

from collections.abc import Iterator
from functools import cache

from companies.crosschecks import (
    accounts,
    agreement,
    certificates,
    emissions,
    identity,
    pay,
    people,
    places,
    reading,
    registered,
    seat,
    surveys,
)
from companies.crosschecks.given import Dossier, Found, Given, Rule
from companies.crosschecks.words import typographic

SUBJECTS = (
    identity,
    registered,
    seat,
    places,
    people,
    emissions,
    pay,
    accounts,
    surveys,
    certificates,
    agreement,
)
# As long as the columns that keep the sentences.
LONGEST_TEXT = 500


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its id."""
    return {rule.id: rule for subject in SUBJECTS for rule in subject.RULES}


@cache
def rules_of(fact: str) -> tuple[Rule, ...]:
    """Return the rules that concern a fact."""
    return tuple(rule for rule in rules().values() if fact in rule.facts)


def run(dossier: Dossier) -> list[Found]:
    """
    Return what every rule finds about every current statement that it concerns.

    The same dossier always gives the same findings, in the same order. Nothing is
    raised, whatever was stated or answered.
    """
    return [
        _found(rule, one, dossier)
        for statements in dossier.facts.values()
        for one in statements
        for rule in _concerning(one, dossier)
    ]


def _concerning(one: Given, dossier: Dossier) -> Iterator[Rule]:
    return (
        rule
        for rule in rules_of(one.fact)
        if one.status in rule.statuses
        and (rule.concerns is None or rule.concerns(one, dossier))
    )


def _found(rule: Rule, one: Given, dossier: Dossier) -> Found:
    said = rule.judge(one, dossier)
    return Found(
        rule.id,
        rule.version,
        one.id,
        said.outcome,
        said.is_independent,
        reading.plain(said.inputs),
        typographic(said.text_fr)[:LONGEST_TEXT],
        said.text_en[:LONGEST_TEXT],
    )
