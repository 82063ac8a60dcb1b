"""Every rule of the catalogue: what it agrees with, and what it does not."""

from collections.abc import Mapping
from typing import Any

import pytest

from companies import catalogue
from companies.crosschecks import rules, rules_of, run
from tests.companies.crosschecks.cases_figures import FIGURES
from tests.companies.crosschecks.cases_identity import (
    IDENTITY,
    MY_ID,
    MY_NAME,
    gleif,
    sirene,
)
from tests.companies.crosschecks.given import (
    AGREE,
    DISAGREE,
    ID,
    INCONCLUSIVE,
    NAME,
    VAT,
    Case,
    dossier,
    finding,
    register,
    state,
)

CASES = [*IDENTITY, *FIGURES]
# These ask for what explains a figure, or point at what is unusual: what is missing is
# no failure, and what is unusual is no contradiction.
ONLY_WARN = {
    "after_sales.definition",
    "equality.sirene",
    "ghg.report",
    "labels.complete",
    "residence.gleif",
    "residence.vat",
    "satisfaction.method",
}


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{number} {case}" for number, case in enumerate(CASES)]
)
def test_a_rule_finds_what_it_should(case: Case) -> None:
    found = finding(case.rule, case.of)

    assert found.outcome == case.outcome, found.text_en
    assert found.text_fr
    assert found.text_en
    assert is_publishable(found.inputs)


def is_publishable(inputs: Any) -> bool:
    """Say whether there is no float in it, and nothing that JSON lacks."""
    if isinstance(inputs, Mapping):
        return all(map(is_publishable, inputs.values()))
    if isinstance(inputs, list):
        return all(map(is_publishable, inputs))
    return inputs is None or isinstance(inputs, str | int)


@pytest.mark.parametrize("rule", sorted(rules()))
def test_every_rule_has_a_passing_and_a_failing_case(rule: str) -> None:
    outcomes = {case.outcome for case in CASES if case.rule == rule}
    failing = INCONCLUSIVE if rule in ONLY_WARN else DISAGREE

    assert {AGREE, failing} <= outcomes


def test_rules_that_only_warn_have_no_failing_case() -> None:
    failing = {case.rule for case in CASES if case.outcome == DISAGREE}

    assert failing == set(rules()) - ONLY_WARN


def test_the_catalogue_names_exactly_the_rules_there_are() -> None:
    named = {key: list(fact.checks) for key, fact in catalogue.facts().items()}

    assert {key: sorted(checks) for key, checks in named.items()} == {
        key: sorted(rule.id for rule in rules_of(key)) for key in named
    }
    assert set().union(*named.values()) == set(rules())
    assert all(len(set(checks)) == len(checks) for checks in named.values())


def test_only_another_owner_s_word_is_independent() -> None:
    everything = dossier(
        MY_ID,
        NAME,
        state("vat_id", VAT, number=2),
        registers={"sirene": sirene(vat_ids=[VAT]), "gleif": gleif()},
    )
    independent = {one.rule for one in run(everything) if one.is_independent}

    assert {"id.sirene", "id.gleif", "vat.sirene", "name.sirene"} <= independent
    assert not {"id.checksum", "id.vat", "id.unique", "vat.siren"} & independent
    assert independent <= {key for key, rule in rules().items() if rule.asks_others}


def test_what_gleif_only_repeats_is_not_independent() -> None:
    repeated = gleif(corroboration="ENTITY_SUPPLIED_ONLY")

    found = finding("name.gleif", dossier(MY_NAME, ID, registers={"gleif": repeated}))

    assert (found.outcome, found.is_independent) == (AGREE, False)


def test_a_register_s_vat_number_vouches_for_the_siren() -> None:
    found = finding("id.vat", dossier(MY_ID, register("vat_id", VAT)))

    assert (found.outcome, found.is_independent) == (AGREE, True)


def test_a_sentence_is_said_in_both_languages() -> None:
    stated = state("founded_on", "2008-03-14")
    answer = sirene(founded_on="2008-03-14")

    found = finding("founded.sirene", dossier(stated, ID, registers={"sirene": answer}))

    assert found.text_fr == "SIRENE\u00a0: 2008-03-14, même date."
    assert found.text_en == "SIRENE: 2008-03-14, same date."
    assert found.inputs == {"stated": "2008-03-14", "register": "2008-03-14"}


def test_numbers_are_readable_in_both_languages() -> None:
    filed = sirene(finances={"2025": {"turnover": 1234567.5}})

    found = finding(
        "turnover.accounts",
        dossier(state("turnover", "1234567"), ID, registers={"sirene": filed}),
    )

    assert "1\u202f234\u202f567,5\u00a0EUR" in found.text_fr
    assert "EUR 1,234,567.5" in found.text_en


def test_the_fictitious_register_says_that_it_is() -> None:
    found = finding(
        "name.sirene", dossier(MY_NAME, ID, registers={"demonstration": sirene()})
    )

    assert "(fictif)" in found.text_fr
    assert "(fictitious)" in found.text_en


@pytest.mark.parametrize("status", ["none", "unknown", "withheld", "not_applicable"])
def test_what_has_no_value_is_not_checked(status: str) -> None:
    assert run(dossier(state("turnover", status=status))) == []


def test_the_word_of_strangers_counts_only_where_the_catalogue_says() -> None:
    def against_community(fact: str, value: Any) -> set[str]:
        other = state(fact, value, number=2, source="community")
        return {one.rule for one in run(dossier(state(fact, value), other))}

    assert "sources.agree" not in against_community("turnover", "1")
    assert "sources.agree" in against_community("sites", [{"place": "Roubaix"}])
