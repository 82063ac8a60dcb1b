"""What is kept of a record of GLEIF, and of its ultimate parent."""

import json
from typing import Any

import pytest

from companies.registers import gleif
from companies.registers.asked import Question, Said, Unusable
from tests.companies.registers.answers import LEI, PARENT_LEI, SIREN, recorded

ASKED = Question(LEI)


def read(*answers: bytes | None) -> dict[str, Any]:
    extract = gleif.read(ASKED, answers)
    assert extract is not None
    return dict(extract)


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ("gleif_record", f"/api/v1/lei-records/{LEI}/ultimate-parent"),
        (
            "gleif_record_alone",
            f"/api/v1/lei-records/{LEI}/ultimate-parent-reporting-exception",
        ),
    ],
)
def test_the_record_is_asked_for_and_then_its_parent_or_why_there_is_none(
    record: str, path: str
) -> None:
    answers = [recorded(record)]

    assert gleif.next_path(ASKED, []) == f"/api/v1/lei-records/{LEI}"
    assert gleif.next_path(ASKED, answers) == path
    assert gleif.next_path(ASKED, [*answers, None]) is None


def test_a_link_of_an_answer_leads_nowhere() -> None:
    content = json.loads(recorded("gleif_record"))
    links = content["data"]["relationships"]["ultimate-parent"]["links"]
    links["lei-record"] = "https://evil.example/steal"

    path = gleif.next_path(ASKED, [json.dumps(content).encode()])

    assert path == f"/api/v1/lei-records/{LEI}/ultimate-parent"


def test_an_answer_is_kept_in_our_words() -> None:
    extract = read(recorded("gleif_record"), recorded("gleif_parent"))

    assert extract == {
        "lei": LEI,
        "legal_name": "ATELIERS DU TEST",
        "registered_as": SIREN,
        "jurisdiction": "FR",
        "legal_form_elf": "6CHY",
        "status": "ISSUED",
        "entity_status": "ACTIVE",
        "corroboration": "FULLY_CORROBORATED",
        "legal_address": {
            "street": "4 B RUE DES CARDEUSES",
            "postcode": "00150",
            "city": "BREVOINE",
            "country": "FR",
        },
        "created_on": "2008-03-14",
        "ultimate_parent": {
            "lei": PARENT_LEI,
            "legal_name": "Prüfwerk Beteiligungen GmbH",
            "country": "DE",
        },
    }


def test_it_does_not_say_again_what_it_quotes_of_sirene() -> None:
    said = gleif.says(read(recorded("gleif_record"), recorded("gleif_parent")))

    assert said == [
        Said("legal_name", "ATELIERS DU TEST"),
        Said("lei", LEI),
        Said(
            "ultimate_parent",
            "Prüfwerk Beteiligungen GmbH",
            {"lei": PARENT_LEI, "country": "DE"},
        ),
    ]


def test_of_a_company_abroad_it_states_form_founding_and_seat() -> None:
    extract = gleif.read(Question(PARENT_LEI), [recorded("gleif_parent"), None])
    assert extract is not None

    said = {one.fact: one for one in gleif.says(extract)}

    assert said["legal_form"].value == "Gesellschaft mit beschränkter Haftung"
    assert said["founded_on"].value == "2008-03-14"
    assert said["registered_address"] == Said(
        "registered_address",
        "Prüfgasse 7, Hinterhaus, 00999 Musterstadt, DE",
        {
            "street": "Prüfgasse 7, Hinterhaus",
            "postcode": "00999",
            "city": "Musterstadt",
            "country": "DE",
        },
    )
    assert "ultimate_parent" not in said


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("NATURAL_PERSONS", "none"),
        ("NO_KNOWN_PERSON", "none"),
        ("NON_CONSOLIDATING", None),
        ("NO_LEI", None),
        ("NON_PUBLIC", None),
    ],
)
def test_only_some_exceptions_say_that_there_is_no_parent(
    reason: str, status: str | None
) -> None:
    body = recorded("gleif_exception").replace(b"NATURAL_PERSONS", reason.encode())
    extract = read(recorded("gleif_record_alone"), body)

    said = {one.fact: one.status for one in gleif.says(extract)}

    assert extract["ultimate_parent"] is None
    assert extract["parent_exception"] == reason
    assert said.get("ultimate_parent") == status


def test_a_record_that_was_withdrawn_states_nothing() -> None:
    body = recorded("gleif_record").replace(b'"ISSUED"', b'"ANNULLED"')

    assert gleif.says(read(body, None)) == []


def test_a_company_is_not_its_own_parent() -> None:
    assert (
        read(recorded("gleif_record"), recorded("gleif_record"))["ultimate_parent"]
        is None
    )


def test_an_lei_that_nobody_issued_is_absent() -> None:
    assert gleif.next_path(ASKED, [None]) is None
    assert gleif.read(ASKED, [None]) is None


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([b"{}"], "no_data"),
        ([b'{"data": []}'], "no_data"),
        ([recorded("gleif_parent")], "another_company"),
        ([recorded("gleif_record")[:700]], "not_json"),
        ([recorded("gleif_record"), b'{"errors": []}'], "no_data"),
        ([recorded("gleif_record"), b'{"data": {"id": "../../x"}}'], "no_parent"),
        ([recorded("gleif_record"), b'{"data": {"id": 7}}'], "no_parent"),
    ],
    ids=range(7),
)
def test_another_answer_than_documented_is_unusable(
    answers: list[bytes], reason: str
) -> None:
    with pytest.raises(Unusable, match=reason):
        gleif.read(ASKED, answers)
