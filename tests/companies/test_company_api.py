"""`GET /api/v1/companies/{id}`: the civil status, cacheable, in two languages."""

import json
import uuid

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from common import canonical
from companies import catalogue
from companies.models import Company
from tests import make

pytestmark = pytest.mark.django_db


def url(company: Company) -> str:
    return f"/api/v1/companies/{company.pk}"


@pytest.mark.database
def test_it_answers_every_fact(api: APIClient) -> None:
    company = make.company(is_fictitious=True)
    make.fact(company, "legal_name", "Filature du Test SAS")

    response = api.get(url(company))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert body["id"] == str(company.pk)
    assert body["fictitious"] is True
    assert body["language"] == "fr"
    assert body["facts"]["legal_name"]["text"] == "Filature du Test SAS"
    assert body["completeness"]["present"] == 1
    assert set(body["facts"]) == set(catalogue.facts())


def test_the_bytes_are_canonical(api: APIClient) -> None:
    content = api.get(url(make.company())).content

    assert canonical.dumps(json.loads(content)) == content


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("en-GB,en;q=0.9", "en"), ("fr", "fr"), ("de", "fr"), ("", "fr"), ("*", "fr")],
)
def test_it_speaks_the_reader_s_language(
    api: APIClient, accepted: str, language: str
) -> None:
    response = api.get(url(make.company()), headers={"Accept-Language": accepted})

    assert response.json()["language"] == language
    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]
    label = response.json()["facts"]["legal_name"]["label"]
    assert label == {"fr": "Raison sociale", "en": "Legal name"}[language]


def test_a_reader_who_has_it_is_told_so_until_it_changes(api: APIClient) -> None:
    company = make.company()
    etag = api.get(url(company))["ETag"]

    known = api.get(url(company), headers={"If-None-Match": f"W/{etag}"})
    assert known.status_code == 304
    assert known.content == b""
    assert known["ETag"] == etag

    make.fact(company, "enps", 12)
    changed = api.get(url(company), headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_each_language_has_its_own_tag(api: APIClient) -> None:
    company = make.company()

    tags = {
        api.get(url(company), headers={"Accept-Language": language})["ETag"]
        for language in ("fr", "en")
    }

    assert len(tags) == 2


def test_head_has_the_headers_without_the_body(api: APIClient) -> None:
    company = make.company()

    response = api.head(url(company))

    assert response.status_code == 200
    assert response.content == b""
    assert response["ETag"] == api.get(url(company))["ETag"]


def test_an_unknown_company_is_a_problem(api: APIClient) -> None:
    response = api.get(f"/api/v1/companies/{uuid.uuid4()}")

    assert response.status_code == 404
    assert response.json()["code"] == "unknown_company"


@pytest.mark.parametrize("identifier", ["12", "bêta", "FR", "0" * 70, "5520084431"])
def test_what_is_no_identifier_is_refused(api: APIClient, identifier: str) -> None:
    answer = api.get(f"/api/v1/companies/{identifier}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_company_identifier"


@pytest.mark.parametrize("facts", [1, 30])
def test_what_is_not_new_is_read_in_one_query(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, facts: int
) -> None:
    company = make.company()
    for number in range(facts):
        make.fact(company, "enps", number)

    api.get(url(company))
    with django_assert_num_queries(1):
        api.get(url(company))
