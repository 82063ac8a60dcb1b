"""Honest companies whom no rule may contradict: written otherwise is not wrong."""

import pytest

from companies import catalogue
from companies.crosschecks import Given
from tests.companies.crosschecks.cases_identity import sirene
from tests.companies.crosschecks.given import (
    AGREE,
    DISAGREE,
    ID,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    dossier,
    finding,
    register,
    state,
)

FOREIGN = {
    "AT": "FN 122119m",
    "BE": "0403170701",
    "CH": "CHE-100.155.212",
    "DE": "HRB 11223 Aachen",
    "DK": "13585628",
    "ES": "J99216582",
    "FI": "2077474-0",
    "IT": "00743110157",
    "LU": "15027442",
    "NO": "988 077 917",
    "PT": "501964843",
    "SE": "1234567897",
}
FTE = state("employees", "87.5", number=4, unit="FTE")


def seat(country: str) -> Given:
    return state("registered_address", "x", number=5, country=country)


def outcome(rule: str, one: Given, *others: Given, **answers: object) -> str:
    return finding(rule, dossier(one, *others, registers=answers)).outcome


@pytest.mark.parametrize("country", FOREIGN)
def test_a_foreign_number_has_the_form_of_the_country_that_it_names(
    country: str,
) -> None:
    number = catalogue.clean("national_id", f"{country} {FOREIGN[country]}")

    for others in ((), (seat(country),), (seat("FR"),)):
        assert outcome("id.checksum", state("national_id", number), *others) == AGREE


def test_a_foreign_number_with_wrong_digits_is_said() -> None:
    assert outcome("id.checksum", state("national_id", "BE 0403170702")) == DISAGREE


def test_a_siren_stays_one_wherever_the_seat_is() -> None:
    one = state("national_id", "552008443")

    assert outcome("id.checksum", one, seat("BE")) == AGREE


@pytest.mark.parametrize(
    ("fact", "said", "theirs"),
    [
        ("legal_form", "SAS", "Société par actions simplifiée (SAS)"),
        ("legal_form", "5710", "Société par actions simplifiée (SAS)"),
        ("legal_form", "GmbH", "Gesellschaft mit beschränkter Haftung"),
        ("mission_status", "mission", "Société à mission"),
    ],
)
def test_a_form_in_other_words_contradicts_no_register(
    fact: str, said: str, theirs: str
) -> None:
    assert outcome("sources.agree", state(fact, said), register(fact, theirs)) == (
        INCONCLUSIVE
    )


@pytest.mark.parametrize(("form", "code"), [("SASU", "5710"), ("EURL", "5499")])
def test_a_company_of_one_associate_has_its_general_form(form: str, code: str) -> None:
    answer = sirene(legal_form_code=code)

    assert outcome("form.sirene", state("legal_form", form), ID, sirene=answer) == AGREE


@pytest.mark.parametrize(
    "indicators",
    [
        # Of five, the one that could not be had is left out.
        {"Rémunération": "40", "Augmentation": "20", "Promotion": "15", "Top": "10"},
        {"Rémunération": "40", "Augmentation": "20", "Maternité": "15", "Top": "10"},
        {"Rémunération": "40", "Augmentations": "35", "Maternité": "15", "Top": "10"},
    ],
)
def test_an_index_is_of_a_hundred_whatever_could_be_had(
    indicators: dict[str, str],
) -> None:
    one = state("equality_index", 100, indicators=indicators)

    assert outcome("equality.sum", one) == AGREE


def test_indicators_of_unknown_names_contradict_nobody() -> None:
    points = {"a": "38", "b": "20", "c": "15", "d": "0"}

    assert outcome("equality.sum", state("equality_index", 86, indicators=points)) == (
        INCONCLUSIVE
    )


@pytest.mark.parametrize(
    ("by_country", "expected"),
    [
        ({"France": "60", "Belgique": "940"}, INCONCLUSIVE),
        ({"BE": "1000"}, INCONCLUSIVE),
        ({"fr": "60", "BE": "940"}, AGREE),
        ({"fr": "600", "BE": "400"}, DISAGREE),
    ],
)
def test_a_band_is_of_the_staff_in_france(
    by_country: dict[str, str], expected: str
) -> None:
    one = state("employees", "1000", by_country=by_country)

    found = outcome("employees.band", one, ID, sirene=sirene(band="21", band_year=2025))

    assert found == expected


def test_contracts_and_equivalents_are_not_counted_alike() -> None:
    share = state("permanent_share", "90", permanent="90", temporary="10")
    cover = state("cba_coverage", "100", covered="100")

    assert outcome("permanent.formula", share, FTE) == INCONCLUSIVE
    assert outcome("cba.formula", cover, FTE) == INCONCLUSIVE


def test_a_certificate_without_its_number_is_not_called_missing() -> None:
    one = state("tax_residence", "FR", evidence=["0" * 64])

    assert outcome("residence.seat", one, seat("BE")) == INCONCLUSIVE


def test_no_lei_is_held_against_who_never_had_one() -> None:
    one = state("lei", status="none")

    found = outcome("lei.gleif", one, gleif={"legal_name": "Somebody Else"})

    assert found in {INCONCLUSIVE, NOT_APPLICABLE}
