"""`GET /api/v1/companies`: search, filters, order, cursor."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from companies import renewing
from companies.models import Company
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/companies"


def listed(
    name: str, *, country: str = "FR", facts: int = 0, **columns: Any
) -> Company:
    """Return a company in the list; each fact more raises its index."""
    company = make.company(name, **columns)
    make.fact(company, "tax_residence", country)
    for key in ("enps", "convictions", "equality_index")[:facts]:
        make.fact(company, key, 1)
    renewing.renew(company.pk, "fr")
    return company


def _by_name_and_key(company: Company) -> tuple[str, str]:
    return company.name, str(company.pk)


def names(api: APIClient, **query: Any) -> list[str]:
    return [one["name"] for one in api.get(URL, query).json()["results"]]


@pytest.mark.database
def test_companies_come_by_name_whatever_the_accents(api: APIClient) -> None:
    for name in ("Zèbre", "Éclair", "atelier", "Écho"):
        listed(name)

    assert names(api) == ["atelier", "Écho", "Éclair", "Zèbre"]
    assert names(api, ordering="-name") == ["Zèbre", "Éclair", "Écho", "atelier"]


@pytest.mark.database
@pytest.mark.parametrize("words", ["eclair", "ÉCLAIR", "du éclair", "boulangerie écl"])
def test_words_find_a_company_without_accents_in_any_order(
    api: APIClient, words: str
) -> None:
    listed("Boulangerie du Éclair")
    listed("Filature")

    assert names(api, q=words) == ["Boulangerie du Éclair"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "\x00", "boulangerie filature"])
def test_what_fits_nothing_finds_nothing(api: APIClient, words: str) -> None:
    listed("Boulangerie")
    listed("Filature")

    answer = api.get(URL, {"q": words})

    assert answer.status_code in {200, 400}
    assert not answer.json().get("results")


def test_a_legal_name_and_a_number_find_it_too(api: APIClient) -> None:
    company = make.company("Enseigne")
    make.fact(company, "legal_name", "Société des Trois Ponts")
    make.fact(company, "national_id", "552008443")
    renewing.renew(company.pk, "fr")

    assert names(api, q="trois ponts") == ["Enseigne"]
    assert names(api, q="552008443") == ["Enseigne"]


def test_filters_narrow_the_list(api: APIClient) -> None:
    listed("Bruxelles", country="BE", facts=3)
    listed("Lille", facts=0)
    listed("Inventée", is_fictitious=True)

    assert names(api, country="be") == ["Bruxelles"]
    assert names(api, fictitious="true") == ["Inventée"]
    assert names(api, complete="true") == []
    assert names(api, tier="gold") == []
    assert names(api, min_index=4) == ["Bruxelles"]
    assert names(api, ordering="-index")[0] == "Bruxelles"


@pytest.mark.parametrize(
    "query",
    [
        {"country": "FRA"},
        {"tier": "platinum"},
        {"min_index": "101"},
        {"ordering": "id"},
        {"q": "x" * 201},
        {"complete": "perhaps"},
    ],
    ids=["country", "tier", "index", "ordering", "length", "complete"],
)
def test_a_filter_that_is_none_is_refused(
    api: APIClient, query: dict[str, str]
) -> None:
    answer = api.get(URL, query)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert answer.json()["errors"]


@pytest.mark.database
def test_pages_follow_each_other_without_loss(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(7):
        listed(f"Nom {number % 2}")
    seen: list[str] = []
    address = f"{URL}?page_size=3"
    while address:
        with django_assert_num_queries(1):
            page = api.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address = page["next"]

    # Of one name, by key: an order that has ties may differ from page to page.
    assert len(seen) == 7
    assert seen == [
        str(one.pk) for one in sorted(Company.objects.all(), key=_by_name_and_key)
    ]


def test_a_page_that_one_has_is_not_sent_again(api: APIClient) -> None:
    listed("Filature")
    etag = api.get(URL)["ETag"]

    assert api.get(URL, headers={"If-None-Match": etag}).status_code == 304
    listed("Autre")
    assert api.get(URL, headers={"If-None-Match": etag}).status_code == 200


def test_nobody_yet_is_an_empty_list(api: APIClient) -> None:
    assert api.get(URL).json() == {"next": None, "previous": None, "results": []}
