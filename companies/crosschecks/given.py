"""What a rule is given, and what it finds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class Given(NamedTuple):
    """One current statement, as a rule sees it."""

    id: int
    fact: str
    # A `companies.levels.Status`; only `known` has a value.
    status: str
    value: Any
    unit: str
    year: int
    details: Mapping[str, Any]
    # A `companies.levels.SourceKind`.
    source_kind: str
    observed_on: date
    # SHA-256 of the documents attached, lower-case hexadecimal.
    evidence: Sequence[str] = ()


class Dossier(NamedTuple):
    """All that is known of one company when its statements are checked."""

    facts: Mapping[str, Sequence[Given]]
    # What registers last answered, by register (`sirene`, `gleif`): see `registers`.
    registers: Mapping[str, Mapping[str, Any]]
    # Identifiers, as `fact:value`, that another company states as well.
    shared_identifiers: frozenset[str]
    # LEIs up the chain of parents that we know of, this company's own excluded.
    parents: Sequence[str]
    today: date


class Found(NamedTuple):
    """What one rule found about one statement."""

    rule: str
    version: int
    statement_id: int
    # A `companies.models.Outcome`: agree, disagree, inconclusive, not_applicable.
    outcome: str
    # A source of another owner agreed or disagreed.
    is_independent: bool
    inputs: Mapping[str, Any]
    text_fr: str
    text_en: str
