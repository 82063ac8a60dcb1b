"""What a rule is given, and what it finds."""

from collections.abc import Callable, Mapping, Sequence
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
    # By it we know which register a register's statement quotes.
    source_name: str = ""


class Dossier(NamedTuple):
    """All that is known of one company when its statements are checked."""

    facts: Mapping[str, Sequence[Given]]
    # What registers last answered, by register (`sirene`, `gleif`): see `registers`.
    # One that does not know the company answered `{"is_absent": True}`.
    registers: Mapping[str, Mapping[str, Any]]
    # Identifiers, as `fact:value`, that another company states as well.
    shared_identifiers: frozenset[str]
    # The LEIs that one meets going up from parent to parent as they are stated, the
    # stated parent first. This company's own one among them is a cycle.
    parents: Sequence[str]
    today: date


class Finding(NamedTuple):
    """What a rule says: outcome, a sentence in each language, and what it looked at."""

    # A `companies.models.Outcome`: agree, disagree, inconclusive, not_applicable.
    outcome: str
    text_fr: str
    text_en: str
    inputs: Mapping[str, Any]
    # A source of another owner agreed or disagreed.
    is_independent: bool = False


class Rule(NamedTuple):
    """One rule: pure, so that the same dossier always gives the same finding."""

    id: str
    # Raised with every change that can change a finding.
    version: int
    facts: tuple[str, ...]
    judge: Callable[[Given, Dossier], Finding]
    # It compares with what somebody else says, not only with what the company says.
    asks_others: bool = False
    # A statement of another status has nothing that could be checked.
    statuses: tuple[str, ...] = ("known",)
    # Whether there is anything to compare with: a rule for every fact would else say of
    # nearly all of them that it does not apply.
    concerns: Callable[[Given, Dossier], bool] | None = None


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
