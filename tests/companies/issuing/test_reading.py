"""What anybody reads of it: keys, lists, credentials, rules; pages and JSON."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.throttling import ScopedRateThrottle

from companies.models import IssuedCredential
from companies.services.issuing import revoke_issued
from tests import make
from tests.companies.issuing.world import (
    DID,
    SIREN,
    certifiable,
    certified,
    identified,
)

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
TOKEN = "application/vc+jwt"
OTHER = "732829320"


def page(client: Client, credential: IssuedCredential, language: str = "en") -> str:
    answer = client.get(
        f"/credentials/{credential.pk}", headers={"Accept-Language": language}
    )
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_did_document_is_where_did_web_looks_for_it(client: Client) -> None:
    answer = client.get("/.well-known/did.json")

    assert answer["Content-Type"] == "application/did+json"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content)["id"] == DID
    again = client.get(
        "/.well-known/did.json", headers={"If-None-Match": answer["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_status_list_is_served_as_it_was_signed(client: Client) -> None:
    made = certified()

    answer = client.get(f"/status/{made.status_list_id}")

    assert answer["Content-Type"] == TOKEN
    assert answer.content.decode() == made.status_list.token
    before = answer["ETag"]
    revoke_issued(credential=made, reason="mistake", author=make.operator())
    assert client.get(f"/status/{made.status_list_id}")["ETag"] != before


@pytest.mark.parametrize("number", ["2", "99999999999999999999999"])
def test_no_other_status_list_is_there(client: Client, number: str) -> None:
    answer = client.get(f"/status/{number}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_status_list"


def test_the_certificate_of_a_company_is_its_latest(client: Client) -> None:
    made = certified()
    for name in (str(made.company_id), SIREN):
        answer = client.get(f"/api/v1/companies/{name}/transparency-certificate")
        assert answer["Content-Type"] == TOKEN
        assert answer.content.decode() == made.token
        assert answer["Cache-Control"] == "public, max-age=300"

    revoke_issued(credential=made, reason="mistake", author=make.operator())
    answer = client.get(f"/api/v1/companies/{SIREN}/transparency-certificate")
    assert answer.status_code == 404
    assert answer.json()["code"] == "no_such_credential"


def test_an_identity_is_read_beside_it(client: Client) -> None:
    made = identified()
    address = f"/api/v1/companies/{made.company_id}"

    answer = client.get(f"{address}/identity-credential")

    assert answer.content.decode() == made.token
    assert client.get(f"{address}/transparency-certificate").status_code == 404


def test_no_certificate_of_a_company_that_is_not_there(client: Client) -> None:
    answer = client.get(f"/api/v1/companies/{uuid.uuid4()}/transparency-certificate")
    assert answer.json()["code"] == "unknown_company"


def test_public_reads_have_a_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"credential": "2/min"})
    cache.clear()
    answers = [client.get("/.well-known/did.json").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            ["In force until", "How much is disclosed and how well it is verified"],
        ),
        ("fr", [SIREN]),
    ],
)
def test_a_page_says_what_a_certificate_says(
    client: Client, language: str, sentences: list[str]
) -> None:
    made = certified()
    said = json.loads(made.lines)

    shown = page(client, made, language)

    for sentence in [*sentences, made.company.name, DID, made.sha256, made.token]:
        assert sentence in shown
    assert said["coverage"].replace(".", "," if language == "fr" else ".") in shown
    assert f'<html lang="{language}">' in shown


def test_a_page_says_that_one_is_revoked_and_why(client: Client) -> None:
    made = certified()
    revoke_issued(credential=made, reason="mistake", author=make.operator())

    shown = page(client, made)

    assert "Revoked on" in shown
    assert "It was issued by mistake." in shown
    assert "In force" not in shown


def test_a_page_says_that_one_has_expired(client: Client) -> None:
    made = certified()
    IssuedCredential.objects.update(
        valid_from=timezone.now() - timedelta(days=20),
        valid_until=timezone.now() - timedelta(days=2),
    )
    assert "Expired on" in page(client, made)


def test_a_page_says_who_an_identity_is_about(client: Client) -> None:
    shown = page(client, identified())
    assert "did:web:maison.example" in shown
    assert "nothing of what it does" in shown


def test_a_page_says_that_a_company_is_made_up(client: Client) -> None:
    assert "no such company exists" in page(
        client, certified(certifiable(is_fictitious=True))
    )


def test_the_address_of_a_credential_is_the_credential_for_programs(
    client: Client,
) -> None:
    made = certified()
    answer = client.get(f"/credentials/{made.pk}", headers={"Accept": TOKEN})
    assert (answer["Content-Type"], answer.content.decode()) == (TOKEN, made.token)
    assert "Accept" in answer["Vary"]


def test_the_lines_are_the_bytes_that_were_hashed(client: Client) -> None:
    made = certified()
    answer = client.get(f"/credentials/{made.pk}/lines")
    assert answer.content.decode() == made.lines
    assert (
        client.get(
            f"/credentials/{identified(certifiable(OTHER)).pk}/lines"
        ).status_code
        == 404
    )


@pytest.mark.parametrize("path", ["", "/lines"])
def test_no_page_of_what_was_never_issued(client: Client, path: str) -> None:
    answer = client.get(f"/credentials/{uuid.uuid4()}{path}", headers=ENGLISH)
    assert answer.status_code == 404
    assert "We issued no credential of this number." in answer.content.decode()


def test_the_rules_are_read_by_people_and_programs(client: Client) -> None:
    address = "/schemes/transparency/1.0"
    shown = client.get(address, headers=ENGLISH).content.decode()
    assert "at least 40 % of the points" in shown

    said = client.get(address, headers={"Accept": "application/json"}).json()
    assert said["version"] == "1.0.0"
    assert said["leastCoverage"] == 40
    assert said["weights"]["legal_name"] == 3
    for version in ("1.1", "1", "0"):
        answer = client.get(f"/schemes/transparency/{version}")
        assert answer.status_code == 404


def test_a_companys_page_leads_to_what_it_holds(client: Client) -> None:
    made = certified()
    address = f"/companies/{made.company_id}"
    assert f"/credentials/{made.pk}" in client.get(address).content.decode()

    revoke_issued(credential=made, reason="asked", author=make.operator())
    assert f"/credentials/{made.pk}" not in client.get(address).content.decode()


def test_what_is_signed_never_changes_its_words(client: Client) -> None:
    made = certified()
    made.company.name = "Un autre nom"
    made.company.save()
    assert "Filature du Test" in page(client, made)


def test_a_cookie_reaches_no_public_page(client: Client) -> None:
    answer: Any = client.get(f"/credentials/{certified().pk}")
    assert not answer.cookies
