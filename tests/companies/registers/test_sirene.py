"""What is kept of an answer of the French company search, and what is not."""

import json
from typing import Any

import pytest

from companies.registers import sirene
from companies.registers.asked import Question, Unusable
from tests.companies.registers.answers import SIREN, changed, recorded

ASKED = Question(SIREN)
SITES = ("99990005300029", "99990005300037")


def read(body: bytes) -> dict[str, Any]:
    extract = sirene.read(ASKED, [body])
    assert extract is not None
    return dict(extract)


def test_the_question_asks_for_no_officer() -> None:
    path = sirene.next_path(ASKED, [])

    assert path == (
        "/search?q=999900053&minimal=true"
        "&include=complements,finances,matching_etablissements,siege,tva"
        "&page=1&per_page=1"
    )


def test_an_answer_is_kept_in_our_words() -> None:
    assert read(recorded("sirene_found")) == {
        "siren": SIREN,
        "legal_name": "ATELIERS DU TEST",
        "legal_form_code": "5710",
        "founded_on": "2008-03-14",
        "is_active": True,
        "band": "21",
        "band_year": 2024,
        "seat": {
            "siret": "99990005300011",
            "street": "4 B RUE DES CARDEUSES",
            "postcode": "00150",
            "city": "BREVOINE",
            "country": "FR",
            "lat": "46.512345",
            "lng": "2.301234",
        },
        "sites": [{"siret": "99990005300011", "is_open": True}],
        # 2023 says zero, which is how the register writes “not disclosed”.
        "finances": {"2024": {"turnover": "6840000"}},
        "vat_ids": ["FR03999900053"],
        "idcc": ["0018", "1044"],
        "is_ess": False,
        "is_mission": True,
        "has_equality_index": True,
        "has_ghg_report": False,
    }


def test_each_stated_site_is_asked_for_and_said_open_or_closed() -> None:
    asked = Question(SIREN, (*SITES, "99990001200017", "not a SIRET"))
    answers = [
        recorded("sirene_found"),
        recorded("sirene_site_open"),
        recorded("sirene_site_closed"),
    ]
    paths = [sirene.next_path(asked, answers[:count]) for count in range(4)]
    extract = sirene.read(asked, answers)

    searched = [path and path[len("/search?q=") :].partition("&")[0] for path in paths]
    assert searched == [SIREN, *SITES, None]
    assert extract is not None
    assert extract["sites"] == [
        {"siret": "99990005300011", "is_open": True},
        {"siret": "99990005300029", "is_open": True},
        {"siret": "99990005300037", "is_open": False},
    ]


def test_a_site_that_the_register_does_not_know_is_neither_open_nor_closed() -> None:
    asked = Question(SIREN, SITES[:1])

    extract = sirene.read(asked, [recorded("sirene_found"), recorded("sirene_absent")])

    assert extract is not None
    assert SITES[0] not in [site["siret"] for site in extract["sites"]]


def test_no_more_is_asked_of_a_company_that_is_not_there() -> None:
    asked = Question(SIREN, SITES)

    assert sirene.next_path(asked, [recorded("sirene_absent")]) is None
    assert sirene.read(asked, [recorded("sirene_absent")]) is None


def test_what_is_kept_private_is_named_and_never_kept() -> None:
    extract = read(recorded("sirene_masked"))

    assert extract["masked"] == ["legal_name", "street", "postcode", "point"]
    assert extract["seat"] == {
        "siret": "99990005300011",
        "city": "BREVOINE",
        "country": "FR",
    }
    assert extract["band"] == "NN"
    assert {"legal_name", "band_year", "finances", "vat_ids"}.isdisjoint(extract)
    assert "DIFFUSIBLE" not in json.dumps(extract)
    said = {one.fact for one in sirene.says(extract)}
    assert said == {"national_id", "founded_on", "mission_status", "legal_form"}


def test_no_person_of_an_answer_is_kept() -> None:
    person = {"nom": "CANARI", "prenoms": "Canari", "date_de_naissance": "1964-09"}
    body = changed(
        "sirene_found",
        dirigeants=[person],
        complements={"collectivite_territoriale": {"elus": [person]}},
        canari={"CANARI": ["CANARI"]},
    )

    kept = json.dumps(read(body))

    assert "canari" not in kept.lower()
    assert "1964" not in kept


def test_what_it_states_itself_has_the_form_of_statements() -> None:
    said = {
        one.fact: (one.value, dict(one.details))
        for one in sirene.says(read(recorded("sirene_found")))
    }

    seat = {
        "street": "4 B RUE DES CARDEUSES",
        "postcode": "00150",
        "city": "BREVOINE",
        "country": "FR",
    }
    assert said == {
        "legal_name": ("ATELIERS DU TEST", {}),
        "legal_form": ("Société par actions simplifiée (SAS)", {"insee_code": "5710"}),
        "national_id": (SIREN, {}),
        "founded_on": ("2008-03-14", {}),
        "registered_address": ("4 B RUE DES CARDEUSES, 00150 BREVOINE, France", seat),
        "mission_status": ("Société à mission", {}),
    }


def test_a_form_that_nobody_here_can_read_is_not_stated() -> None:
    extract = read(changed("sirene_found", nature_juridique="9999"))

    assert extract["legal_form_code"] == "9999"
    assert "legal_form" not in {one.fact for one in sirene.says(extract)}


@pytest.mark.parametrize(
    ("members", "key", "value"),
    [
        ({"etat_administratif": "C"}, "is_active", False),
        ({"etat_administratif": "?"}, "is_active", None),
        ({"date_creation": "2008-13-45"}, "founded_on", None),
        ({"date_creation": 20080314}, "founded_on", "2008-03-14"),
        ({"tranche_effectif_salarie": "99"}, "band", None),
        ({"annee_tranche_effectif_salarie": "MMXX"}, "band_year", None),
        ({"annee_tranche_effectif_salarie": 2024}, "band_year", 2024),
        ({"finances": None}, "finances", None),
        ({"finances": {"2024": {"ca": None}}}, "finances", None),
        ({"finances": {"2024": {"ca": -5}}}, "finances", None),
        ({"finances": {"2024": {"ca": True}}}, "finances", None),
        ({"finances": {"year": {"ca": 5}}}, "finances", None),
        (
            {"finances": {"2024": {"ca": 1.5}}},
            "finances",
            {"2024": {"turnover": "1.5"}},
        ),
        ({"tva": ["03999900053", "DE1", 7]}, "vat_ids", ["FR03999900053"]),
        ({"tva": "FR03999900053"}, "vat_ids", None),
        ({"nom_raison_sociale": None}, "legal_name", "ATELIERS DU TEST (ADT)"),
        ({"nom_raison_sociale": "A\u202e\x00\ud800B"}, "legal_name", "A B"),
        ({"nom_raison_sociale": "é" * 5_000}, "legal_name", "é" * 300),
        ({"siege": None}, "seat", None),
        ({"siege": {"siret": "35600000000048"}}, "seat", {"country": "FR"}),
        ({"complements": []}, "is_ess", None),
    ],
    ids=range(21),
)
def test_odd_values_are_left_out(
    members: dict[str, Any], key: str, value: object
) -> None:
    extract = read(changed("sirene_found", **members))

    assert extract.get(key) == value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"<html>maintenance</html>", "not_json"),
        (b"\xff\x00", "not_json"),
        (recorded("sirene_found")[:900], "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"results": [{"siren": NaN}]}', "not_json"),
        (b'{"results": ' + b"9" * 5_000 + b"}", "not_json"),
        (b"[]", "not_an_object"),
        (b"{}", "no_results"),
        (b'{"results": {}}', "no_results"),
        (b'{"results": [null]}', "another_company"),
        (changed("sirene_found", siren="999900012"), "another_company"),
        (changed("sirene_found", siren=999900053), "another_company"),
    ],
    ids=range(13),
)
def test_another_answer_than_documented_is_unusable(body: bytes, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        sirene.read(ASKED, [body])


def test_an_address_that_is_not_there_is_no_word_about_the_company() -> None:
    with pytest.raises(Unusable, match="status_404"):
        sirene.read(ASKED, [None])
