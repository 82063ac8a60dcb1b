"""`GET /api/v1/facts`: what can be stated, for programs and for credentials."""

import pytest
from rest_framework.test import APIClient

from companies import catalogue

URL = "/api/v1/facts"


def test_the_catalogue_says_all_in_its_order(api: APIClient) -> None:
    answer = api.get(URL, headers={"Accept-Language": "en"})

    facts = answer.json()["facts"]
    assert [fact["key"] for fact in facts] == list(catalogue.facts())
    assert sum(fact["mandatory"] for fact in facts) == 11
    assert facts[0]["label"] == "Legal name"
    assert answer.json()["transparency_index"]["version"] == 1
    again = api.get(
        URL, headers={"Accept-Language": "en", "If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_one_fact_says_how_it_is_checked_and_by_whom(api: APIClient) -> None:
    fact = api.get(f"{URL}/employees").json()

    assert fact["label"] == "Effectif"
    assert "employees.band" in fact["checks"]
    assert "payroll_export" in fact["verifiable_by"]
    assert {one["key"] for one in fact["details"]} >= {"by_contract", "by_gender"}


@pytest.mark.parametrize("path", ["/facts/employees", "/facts/employees/2025"])
def test_the_name_that_credentials_use_leads_there(api: APIClient, path: str) -> None:
    answer = api.get(path)

    assert answer.status_code == 302
    assert answer["Location"] == f"{URL}/employees"


def test_a_fact_that_is_none_is_unknown(api: APIClient) -> None:
    answer = api.get(f"{URL}/happiness")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_fact")
