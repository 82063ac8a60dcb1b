"""What a shopper allows at tills, and which companies may not ask."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from shoppers.models import BlockedCompany, TillSettings
from shoppers.services import Registered
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SETTINGS = "/api/v1/me/till-settings"
BLOCKED = "/api/v1/me/blocked-companies"
Bearer = Callable[[str], dict[str, str]]


@pytest.fixture
def me(db: None) -> Registered:
    return make.shopper()


@pytest.fixture
def mine(me: Registered, bearer: Bearer) -> dict[str, str]:
    return bearer(me.token)


def test_nothing_is_allowed_at_first(api: APIClient, mine: dict[str, str]) -> None:
    found = api.get(SETTINGS, headers=mine)

    assert found.json() == {"contactless": False, "quiet_until": None}
    assert not TillSettings.objects.exists()


def test_what_is_left_out_stays(api: APIClient, mine: dict[str, str]) -> None:
    quiet = {"quiet_until": "2030-01-01T00:00:00Z"}

    first = api.patch(SETTINGS, quiet, headers=mine)
    second = api.patch(SETTINGS, {"contactless": True}, headers=mine)

    assert (first.status_code, second.status_code) == (200, 200)
    kept = TillSettings.objects.get()
    assert kept.quiet_until == datetime(2030, 1, 1, tzinfo=UTC)
    assert kept.is_contactless
    assert api.get(SETTINGS, headers=mine).json() == second.json()


def test_quiet_is_ended_by_null(api: APIClient, mine: dict[str, str]) -> None:
    api.patch(SETTINGS, {"quiet_until": "2030-01-01T00:00:00Z"}, headers=mine)

    answer = api.patch(SETTINGS, {"quiet_until": None}, headers=mine)

    assert answer.json()["quiet_until"] is None


@pytest.mark.parametrize(
    "body",
    [{"contactless": "perhaps"}, {"contactless": None}, {"quiet_until": "tomorrow"}],
    ids=["word", "null", "no-instant"],
)
def test_what_is_no_wish_is_refused(
    api: APIClient, mine: dict[str, str], body: dict[str, Any]
) -> None:
    assert api.patch(SETTINGS, body, headers=mine).status_code == 400


def test_wishes_are_each_shoppers_own(
    api: APIClient, mine: dict[str, str], bearer: Bearer
) -> None:
    stranger = make.shopper()
    company = make.company()
    api.patch(SETTINGS, {"contactless": True}, headers=mine)
    api.put(f"{BLOCKED}/{company.pk}", headers=mine)

    theirs = bearer(stranger.token)
    assert not api.get(SETTINGS, headers=theirs).json()["contactless"]
    assert api.get(BLOCKED, headers=theirs).json()["results"] == []
    assert api.delete(f"{BLOCKED}/{company.pk}", headers=theirs).status_code == 204
    assert BlockedCompany.objects.count() == 1


@pytest.mark.parametrize("path", [SETTINGS, BLOCKED])
def test_nobody_reads_wishes_without_a_token(api: APIClient, path: str) -> None:
    assert api.get(path).status_code == 401


def test_a_company_is_blocked_once_and_let_go(
    api: APIClient, mine: dict[str, str]
) -> None:
    company = make.company("Magasin X")

    first = api.put(f"{BLOCKED}/{company.pk}", headers=mine)
    again = api.put(f"{BLOCKED}/{company.pk}", headers=mine)

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    (card,) = api.get(BLOCKED, headers=mine).json()["results"]
    assert (card["id"], card["name"]) == (str(company.pk), "Magasin X")
    for _ in range(2):
        gone = api.delete(f"{BLOCKED}/{company.pk}", headers=mine)
        assert gone.status_code == 204
    assert api.get(BLOCKED, headers=mine).json()["results"] == []


def test_only_a_known_company_can_be_blocked(
    api: APIClient, mine: dict[str, str]
) -> None:
    answer = api.put(f"{BLOCKED}/{uuid4()}", headers=mine)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_company")


def test_the_list_comes_in_pages_at_one_cost(
    api: APIClient,
    mine: dict[str, str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        company = make.company(f"Magasin {number}")
        api.put(f"{BLOCKED}/{company.pk}", headers=mine)

    for size in (1, 4):
        with django_assert_num_queries(2):
            page = api.get(f"{BLOCKED}?page_size={size}", headers=mine).json()
        assert len(page["results"]) == size
        assert page["next"]
    assert page["results"][0]["name"] == "Magasin 4"
