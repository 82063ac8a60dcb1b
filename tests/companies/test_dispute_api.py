"""`GET /api/v1/companies/{id}/disputes`: what is contested, for anyone to read."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from companies.models import Company, Dispute
from companies.services import disputing
from tests import make

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
MEMBERS = {
    "id",
    "fact",
    "label",
    "kind",
    "kind_text",
    "state",
    "state_text",
    "opened_on",
    "due_on",
    "days_left",
    "overdue",
    "answer",
    "answered_on",
    "decision",
    "decided_on",
    "settled_on",
}


def url(company: Company) -> str:
    return f"/api/v1/companies/{company.pk}/disputes"


def contested() -> Dispute:
    author = make.member(make.company("Rivale"), username="zoe", email="zoe@x.example")
    statement = make.fact(make.company(), "employees", "47")
    return make.dispute(statement, "outdated", opened_by=author)


def only(api: APIClient, dispute: Dispute) -> dict[str, Any]:
    [found] = api.get(url(dispute.company), headers=ENGLISH).json()["results"]
    assert isinstance(found, dict)
    return found


@pytest.mark.database
def test_it_says_what_is_contested_and_until_when(api: APIClient) -> None:
    dispute = contested()

    document = only(api, dispute)

    assert set(document) == MEMBERS
    assert document["fact"] == "employees"
    assert document["kind_text"] == "out of date"
    assert document["state"] == "open"
    assert document["state_text"] == "waiting for the company’s answer, 15 days left"
    assert (document["days_left"], document["overdue"]) == (15, False)
    assert document["opened_on"] == timezone.localdate().isoformat()
    assert document["due_on"] == dispute.due_on.isoformat()
    assert document["answer"] is document["settled_on"] is None


def test_it_never_says_who_contests_nor_their_words(api: APIClient) -> None:
    dispute = contested()

    content = api.get(url(dispute.company)).content.decode()

    assert dispute.text not in content
    assert "zoe" not in content
    assert "Rivale" not in content


@pytest.mark.parametrize(
    ("days", "left", "overdue", "words"),
    [
        (2, 2, False, "waiting for the company’s answer, 2 days left"),
        (1, 1, False, "waiting for the company’s answer, 1 day left"),
        (0, 0, False, "to be answered today at the latest"),
        (-1, 0, True, "unanswered since"),
    ],
)
def test_the_delay_is_said_in_words(
    api: APIClient, days: int, left: int, overdue: bool, words: str
) -> None:
    dispute = contested()
    day = timezone.localdate() + timedelta(days=days)
    Dispute.objects.update(due_on=day)

    document = only(api, dispute)

    assert (document["days_left"], document["overdue"]) == (left, overdue)
    assert document["state_text"].startswith(words)


def test_the_answer_and_the_decision_are_public(api: APIClient) -> None:
    dispute = contested()
    disputing.answer_dispute(
        dispute=dispute, author=make.member(dispute.company), answer="Recompté hier."
    )
    disputing.decide_dispute(
        dispute=dispute,
        operator=User.objects.create_superuser("operator"),
        decision="rejected",
        reason="Le registre dit de même.",
    )

    document = only(api, dispute)

    today = timezone.localdate().isoformat()
    assert document["state"] == "rejected"
    assert document["state_text"] == "rejected: the statement stands"
    assert (document["answer"], document["answered_on"]) == ("Recompté hier.", today)
    assert document["decision"] == "Le registre dit de même."
    assert (document["decided_on"], document["settled_on"]) == (today, today)
    assert (document["days_left"], document["overdue"]) == (None, False)


def test_a_reader_who_has_it_is_told_so_until_it_changes(api: APIClient) -> None:
    dispute = contested()
    etag = api.get(url(dispute.company))["ETag"]

    known = api.get(url(dispute.company), headers={"If-None-Match": etag})
    disputing.answer_dispute(
        dispute=dispute, author=make.member(dispute.company), answer="Recompté hier."
    )
    changed = api.get(url(dispute.company), headers={"If-None-Match": etag})

    assert (known.status_code, known.content) == (304, b"")
    assert (changed.status_code, changed["ETag"] == etag) == (200, False)
    assert "Accept-Language" in known["Vary"]


@pytest.mark.parametrize("count", [1, 5])
def test_it_costs_two_queries_however_many(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    company = make.company()
    for _ in range(count):
        make.dispute(make.fact(company, "employees", "47"))

    with django_assert_num_queries(2):
        found = api.get(url(company)).json()
    assert len(found["results"]) == count


def test_a_long_list_is_read_by_cursor(api: APIClient) -> None:
    company = make.company()
    for _ in range(5):
        make.dispute(make.fact(company, "employees", "47"))
    make.dispute(make.fact(make.company("Autre"), "employees", "3"))

    seen, address = [], f"{url(company)}?page_size=2"
    while address:
        page = api.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address = page["next"]

    newest_first = company.disputes.order_by("-created_at")
    assert seen == [str(one.pk) for one in newest_first]


def test_what_is_no_company_or_no_cursor_is_a_problem(api: APIClient) -> None:
    unknown = api.get(f"/api/v1/companies/{uuid.uuid4()}/disputes")
    cursor = api.get(f"{url(make.company())}?cursor=cD1ub25zZW5zZQ==")

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_company")
    assert (cursor.status_code, cursor.json()["code"]) == (404, "not_found")


def test_a_token_that_opens_nothing_does_not_hinder_reading(api: APIClient) -> None:
    headers = {"Authorization": "Bearer fsd_" + "x" * 43}

    assert api.get(url(make.company()), headers=headers).status_code == 200
