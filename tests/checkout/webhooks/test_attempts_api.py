"""The log of attempts, as a terminal's maker reads it by the company's key."""

import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from checkout import notifying
from checkout.models import Outcome
from tests import make
from tests.checkout.webhooks.conftest import Till

SCOPE = "terminals:read"


def read(till: Till, secret: str, **query: Any) -> Any:
    """Ask for the attempts of the till."""
    return APIClient().get(
        f"/api/v1/terminals/{till.terminal.pk}/webhook-attempts",
        query,
        headers={"Authorization": f"Bearer {secret}"},
    )


def test_each_attempt_is_there_the_latest_first(till: Till) -> None:
    till.server.status, till.server.body = 503, b"later"
    notifying.notify(till.claimed())
    till.server.status = 200
    Outcome.objects.update(due_at="2026-01-01T00:00Z")
    [again] = Outcome.objects.claim_due(1)
    notifying.notify(again)

    answer = read(till, make.api_key(till.company, SCOPE))

    outcome = Outcome.objects.get()
    latest, first = answer.json()["results"]
    assert first == {
        "id": first["id"],
        "prompt": outcome.pk,
        "webhook_id": outcome.webhook_id,
        "type": "payment_prompt.approved",
        "url": till.endpoint.url,
        "number": 1,
        "started_at": first["started_at"],
        "milliseconds": first["milliseconds"],
        "status": 503,
        "error": "status_503",
        "answer": "later",
        "is_requested": False,
        "next_due_at": None,
    }
    assert (latest["number"], latest["status"], latest["error"]) == (2, 200, "")
    assert answer["Cache-Control"] == "no-store"


def test_what_is_due_again_says_when(till: Till) -> None:
    till.server.status = 500
    notifying.notify(till.claimed())

    [attempt] = read(till, make.api_key(till.company, SCOPE)).json()["results"]

    assert attempt["next_due_at"].endswith("Z")


@pytest.mark.database
def test_pages_and_their_cost(
    till: Till, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(3):
        notifying.notify(till.claimed())
    secret = make.api_key(till.company, SCOPE)
    read(till, secret)

    for size in (1, 3):
        with django_assert_max_num_queries(4):
            answer = read(till, secret, page_size=size).json()
        assert len(answer["results"]) == size
        assert bool(answer["next"]) is (size == 1)


def test_only_a_key_of_the_company_with_the_scope_reads_them(till: Till) -> None:
    notifying.notify(till.claimed())
    stranger = make.api_key(make.company("Étrangère"), SCOPE)

    assert read(till, "fsk_none").status_code == 401
    assert read(till, make.api_key(till.company)).status_code == 403
    refused = read(till, stranger)
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_terminal")
    till.terminal.pk = uuid.uuid4()
    assert read(till, stranger).json()["code"] == "unknown_terminal"


def test_attempts_of_another_terminal_are_not_among_them(till: Till) -> None:
    notifying.notify(till.claimed())
    till.terminal = make.terminal(till.company, "Caisse 2").terminal

    answer = read(till, make.api_key(till.company, SCOPE))

    assert answer.json()["results"] == []
