"""A company by SIREN, LEI or VAT number, on a past day, and as linked data."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from companies import renewing
from companies.levels import Level, SourceKind
from companies.models import Company, Statement
from companies.services import Source
from tests import make

pytestmark = pytest.mark.django_db
LEI = "213800KUD8LAJWSQ9D15"


def known(name: str = "Filature", level: str = Level.DECLARED) -> Company:
    """Return a company that says its numbers, with the figures it is found by."""
    company = make.company(name)
    source = Source(kind=SourceKind.PRODUCER, level=level)
    make.fact(company, "national_id", "552008443", source=source)
    make.fact(company, "vat_id", "FR40303265045")
    make.fact(company, "lei", LEI)
    renewing.renew(company.pk, "fr")
    return company


@pytest.mark.database
@pytest.mark.parametrize(
    "identifier",
    ["552008443", "552 008 443", "55200844300012", "fr40303265045", LEI, LEI.lower()],
)
def test_each_number_leads_to_the_company_in_one_query(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, identifier: str
) -> None:
    company = known()

    with django_assert_num_queries(1):
        answer = api.get(f"/api/v1/companies/{identifier}")

    assert answer.json()["id"] == str(company.pk)
    assert answer.json()["identifiers"] == {
        "siren": "552008443",
        "vat": "FR40303265045",
        "lei": LEI,
    }


def test_between_equals_nobody_is_chosen(api: APIClient) -> None:
    pair = {str(known("Une").pk), str(known("Autre").pk)}

    answer = api.get("/api/v1/companies/552008443")

    assert answer.status_code == 409
    assert answer.json()["code"] == "ambiguous_identifier"
    assert set(answer.json()["companies"]) == pair


def test_who_only_says_a_number_yields_to_who_is_verified(api: APIClient) -> None:
    known("Imitation")
    real = known("Vraie", Level.CROSS_CHECKED)

    assert api.get("/api/v1/companies/552008443").json()["id"] == str(real.pk)


def test_a_number_that_nobody_states_is_unknown(api: APIClient) -> None:
    answer = api.get("/api/v1/companies/732829320")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_company")


@pytest.mark.database
def test_a_past_day_shows_what_was_recorded_then(api: APIClient) -> None:
    company = make.company()
    first = make.fact(company, "employees", "41")
    second = make.fact(company, "employees", "58")
    before = timezone.now() - timedelta(days=10)
    Company.objects.filter(pk=company.pk).update(created_at=before - timedelta(days=9))
    Statement.objects.filter(pk=first.pk).update(created_at=before - timedelta(days=5))
    Statement.objects.filter(pk=second.pk).update(created_at=before + timedelta(days=5))
    address = f"/api/v1/companies/{company.pk}"

    def employees(at: str) -> Any:
        return api.get(address, {"at": at}).json()["facts"]["employees"]["value"]

    assert employees((before - timedelta(days=7)).isoformat()) is None
    assert employees(before.date().isoformat()) == "41"
    assert employees(timezone.now().isoformat()) == "58"
    assert employees(timezone.localdate().isoformat()) == "58"


@pytest.mark.parametrize(
    "at",
    [
        *("", "yesterday", "2026-02-30", "2999-01-01", "2026-13-01T00:00:00Z", "1"),
        # Before the calendar in UTC.
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_an_instant_that_is_none_is_refused(api: APIClient, at: str) -> None:
    answer = api.get(f"/api/v1/companies/{make.company().pk}", {"at": at})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_instant")


def test_before_it_was_here_a_company_is_unknown(api: APIClient) -> None:
    answer = api.get(f"/api/v1/companies/{make.company().pk}", {"at": "2020-01-01"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_company")


def test_linked_data_is_an_organization(api: APIClient) -> None:
    company = known("Filature & Cie")
    make.fact(company, "legal_name", "Filature et Cie SAS")
    make.fact(company, "founded_on", "1987-03-14")
    make.fact(company, "employees", "58")
    make.fact(company, "enps", 12, source=Source(is_disputed=True))
    make.fact(
        company,
        "registered_address",
        "1 rue de la Laine, 59100 Roubaix",
        details={"postcode": "59100", "city": "Roubaix", "country": "fr"},
    )
    address = f"/api/v1/companies/{company.pk}"

    answer = api.get(address, headers={"Accept": "application/ld+json"})

    assert answer["Content-Type"] == "application/ld+json"
    assert {"Accept", "Accept-Language"} <= set(answer["Vary"].split(", "))
    document = answer.json()
    assert document["@context"] == "https://schema.org"
    assert document["@type"] == "Organization"
    assert document["name"] == "Filature & Cie"
    assert document["legalName"] == "Filature et Cie SAS"
    assert document["taxID"] == "552008443"
    assert document["foundingDate"] == "1987-03-14"
    assert document["numberOfEmployees"]["value"] == "58"
    assert document["address"] == {
        "@type": "PostalAddress",
        "postalCode": "59100",
        "addressLocality": "Roubaix",
        "addressCountry": "FR",
    }
    plain = api.get(address)
    assert plain["Content-Type"] == "application/json"
    assert plain["ETag"] != answer["ETag"]
    again = api.get(
        address,
        headers={"Accept": "application/ld+json", "If-None-Match": answer["ETag"]},
    )
    assert again.status_code == 304


def test_what_is_disputed_is_no_linked_data(api: APIClient) -> None:
    company = make.company()
    make.fact(company, "legal_name", "Autre SAS", source=Source(is_disputed=True))

    document = api.get(
        f"/api/v1/companies/{company.pk}", headers={"Accept": "application/ld+json"}
    ).json()

    assert "legalName" not in document


def test_a_store_that_cannot_be_written_costs_nobody_an_answer(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(renewing, "_keep", fail)
    company = make.company()
    make.fact(company, "employees", "58")

    answer = api.get(f"/api/v1/companies/{company.pk}")

    assert answer.json()["facts"]["employees"]["value"] == "58"


def test_what_was_stored_yesterday_is_composed_again(api: APIClient) -> None:
    company = make.company()
    tomorrow = timezone.localdate() + timedelta(days=1)
    make.fact(company, "employees", "58", source=Source(valid_until=tomorrow))
    address = f"/api/v1/companies/{company.pk}"
    assert "states" not in api.get(address).json()["facts"]["employees"]

    company.civil_status.composed_on = timezone.localdate() - timedelta(days=1)
    company.civil_status.body_fr = b"stale"
    company.civil_status.save()

    assert api.get(address).json()["facts"]["employees"]["value"] == "58"


@pytest.mark.parametrize("identifier", ["552008443", "FR40303265045", LEI, "uuid"])
def test_what_is_contested_is_read_by_each_number_too(
    api: APIClient, identifier: str
) -> None:
    company = known()
    statement = make.fact(company, "employees", "47")
    dispute = make.dispute(statement)
    name = str(company.pk) if identifier == "uuid" else identifier

    answer = api.get(f"/api/v1/companies/{name}/disputes")

    assert [one["id"] for one in answer.json()["results"]] == [str(dispute.pk)]


def test_what_is_contested_of_one_of_two_is_not_guessed(api: APIClient) -> None:
    pair = {str(known("Une").pk), str(known("Autre").pk)}

    answer = api.get("/api/v1/companies/552008443/disputes")
    nonsense = api.get("/api/v1/companies/nonsense!/disputes")

    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous_identifier")
    assert set(answer.json()["companies"]) == pair
    assert nonsense.status_code == 400
    assert nonsense.json()["code"] == "invalid_company_identifier"
