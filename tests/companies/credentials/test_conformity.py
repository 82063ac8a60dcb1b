"""What a conformity credential says of which company, and in which words."""

from decimal import Decimal
from typing import Any

import pytest

from companies.credentials import conformity
from companies.credentials.conformity import Attestation, Figure, Party
from ledger.credentials.refusals import Refused
from tests.companies.credentials import signing
from tests.companies.credentials.signing import VOCABULARY, assessment, subject

SIREN = {"national_id": "552100554"}
ALL = {**SIREN, "vat_id": "FR40552100554", "lei": "969500UEQ3U3P21QNJ13"}


def read(content: Any) -> Attestation:
    """Read an attestation."""
    return conformity.read({"credentialSubject": content}, vocabulary=VOCABULARY)


def code_of(content: Any) -> str:
    """Return the code with which an attestation is refused."""
    with pytest.raises(Refused) as refused:
        read(content).figure_of("employees", 2025)
    return refused.value.code


def test_a_criterion_names_a_fact_and_a_year() -> None:
    others = [assessment(year=2024, value=41), assessment("energy", 2025, 12, "MWH")]

    found = read(subject(assessment(), *others))

    assert found.figure_of("employees", 2025).value == 47
    assert found.figure_of("employees", 2024).value == 41
    assert found.figure_of("energy", 2025).unit == "MWH"


@pytest.mark.parametrize(
    "identifier",
    [
        "https://stranger.example/facts/employees/2025",
        f"{VOCABULARY}employees",
        f"{VOCABULARY}employees/",
        f"{VOCABULARY}employees/25",
        f"{VOCABULARY}employees/2025/",
        f"{VOCABULARY}employees/2025#x",
        f"{VOCABULARY}employees/٢٠٢٥",
        f"{VOCABULARY}turnover/2025",
        None,
    ],
)
def test_a_criterion_that_does_not_name_it_says_nothing(identifier: Any) -> None:
    criteria = [{"id": identifier}]

    assert code_of(subject(assessment(assessmentCriteria=criteria))) == (
        "credential_fact_missing"
    )


@pytest.mark.parametrize("member", ["assessedProduct", "assessedFacility"])
def test_a_product_or_a_facility_is_not_the_company(member: str) -> None:
    about: dict[str, Any] = {
        member: [{"product": {"id": "https://x.example", "name": "x"}}]
    }

    assert code_of(subject(assessment(**about))) == "credential_fact_missing"


def test_of_several_values_the_one_with_the_fact_s_name_counts() -> None:
    values = [
        {"metricName": "response rate", "metricValue": {"value": 90, "unit": "P1"}},
        {"metricName": "employees", "metricValue": {"value": 47, "unit": "IE"}},
    ]

    figure = read(subject(assessment(declaredValue=values))).figure_of(
        "employees", 2025
    )

    assert (figure.value, figure.unit) == (Decimal(47), "IE")


@pytest.mark.parametrize(
    "changes",
    [
        {"declaredValue": []},
        {"declaredValue": [{"metricName": "a"}, {"metricName": "b"}]},
        {"declaredValue": [{"metricName": "a"}]},
        {"declaredValue": "47"},
        {"declaredValue": [{"metricValue": {"value": "47", "unit": "C62"}}]},
        {"declaredValue": [{"metricValue": {"value": True, "unit": "C62"}}]},
        {"declaredValue": [{"metricValue": {"value": 47}}]},
        {"conformance": "true"},
        {"assessmentDate": "10/11/2026"},
        {"assessmentDate": "2026-02-30"},
        {"assessedOrganisation": "us"},
        {"assessmentCriteria": {}},
    ],
)
def test_an_assessment_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    assert code_of(subject(assessment(**changes))) == "credential_malformed"


def test_two_answers_to_one_question_are_none() -> None:
    both = subject(assessment(value=47), assessment(value=48))

    assert code_of(both) == "credential_malformed"


@pytest.mark.parametrize("level", ["Self", "Commercial", "Buyer", "3rdparty", None, []])
def test_only_an_independent_assessor_counts(level: Any) -> None:
    assert code_of(subject(assessorLevel=level)) == "credential_not_third_party"


@pytest.mark.parametrize("level", ["", "verified", None, ["Verified"]])
def test_an_unknown_assessment_level_is_refused(level: Any) -> None:
    assert code_of(subject(assessmentLevel=level)) == "credential_malformed"


@pytest.mark.parametrize(
    ("number", "register", "fact"),
    [
        ("552100554", "https://www.sirene.fr/", "national_id"),
        (
            "552 100 554",
            "https://annuaire-entreprises.data.gouv.fr/entreprise/",
            "national_id",
        ),
        ("FR 40 552100554", "https://ec.europa.eu/taxation_customs/vies/", "vat_id"),
        ("969500UEQ3U3P21QNJ13", "https://www.gleif.org/", "lei"),
        ("969500ueq3u3p21qnj13", "", "lei"),
    ],
)
def test_a_party_is_known_by_its_number(number: str, register: str, fact: str) -> None:
    party = read(subject(issuedToParty=signing.party(number, register))).party

    assert party.number_among(ALL) == fact


@pytest.mark.parametrize(
    ("number", "register"),
    [
        ("552100553", "www.sirene.fr"),
        # Nine figures of another country's register are another company's.
        ("552100554", "www.irs.gov"),
        ("552100554", ""),
        ("552100554", "sirene.fr.stranger.example"),
        ("", "www.sirene.fr"),
        ("FR40552100554", "www.sirene.fr"),
    ],
)
def test_another_number_is_another_company(number: str, register: str) -> None:
    assert Party(number, register).number_among(ALL) is None


def test_a_company_without_numbers_is_nobody() -> None:
    assert Party("", "").number_among({}) is None
    assert Party("", "www.sirene.fr").number_among({"national_id": ""}) is None


@pytest.mark.parametrize(
    ("value", "unit", "ours", "expected"),
    [
        ("12.40", "P1", "%", True),
        ("12.4", "%", "%", True),
        ("12.4", "C62", "%", False),
        ("12.41", "P1", "%", False),
        ("12.4", "TNE", "tCO2e", True),
        ("12.4", "KGM", "tCO2e", False),
        ("12.4", "C62", "FTE", False),
        ("12.4", "FTE", "FTE", True),
        ("12.4", "EUR", "EUR", True),
        ("12.4", "USD", "EUR", False),
    ],
)
def test_value_and_unit_must_be_the_stated_ones(
    value: str, unit: str, ours: str, expected: bool
) -> None:
    figure = Figure("x", 2025, Decimal(value), unit, True, None, ())

    assert conformity.is_same(figure, value=Decimal("12.4"), unit=ours) == expected


def test_every_unit_of_a_figure_in_the_catalogue_has_a_code() -> None:
    from companies import catalogue

    units = {
        (fact.unit or "").partition("|")[0]
        for fact in catalogue.facts().values()
        if fact.period == "year" and fact.key != catalogue.COMPUTED_ONLY
    }

    # A currency is its own code.
    assert units - set(conformity.UNITS) == {"EUR"}
