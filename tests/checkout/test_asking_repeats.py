"""The same request again: one prompt, one answer, whichever key says so."""

from typing import Any

import pytest
from django.db import IntegrityError
from rest_framework.test import APIClient

from checkout.models import PaymentPrompt, TerminalRequest
from checkout.settling import expire
from tests import make
from tests.checkout.tills import Till

pytestmark = pytest.mark.database


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


def signed(till: Till, body: bytes, key: str | None, **others: Any) -> dict[str, str]:
    """Return the headers of an attempt, with an `Idempotency-Key` if there is one."""
    headers = make.signed(body, till.secret, **others)
    return {**headers, "Idempotency-Key": key} if key is not None else headers


def test_attempts_with_ids_of_their_own_are_one_under_one_key(till: Till) -> None:
    body = till.body()

    answers = [till.post(body, signed(till, body, "ticket 17")) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert PaymentPrompt.objects.count() == 1


def test_quoted_and_bare_it_is_the_same_key(till: Till) -> None:
    body = till.body()

    first = till.post(body, signed(till, body, "ticket-17"))
    second = till.post(body, signed(till, body, '"ticket-17"'))

    assert first.json()["id"] == second.json()["id"]


def test_the_same_key_with_another_body_is_422(till: Till) -> None:
    first, second = till.body(), till.body(amount=5)
    till.post(first, signed(till, first, "ticket-17"))

    answer = till.post(second, signed(till, second, "ticket-17"))

    assert (answer.status_code, answer.json()["code"]) == (
        422,
        "idempotency_key_reused",
    )
    assert PaymentPrompt.objects.count() == 1


def test_the_unsigned_key_is_no_way_around_the_signed_one(till: Till) -> None:
    body = till.body()
    recorded = make.signed(body, till.secret)
    first = till.post(body, recorded)

    for key in ("another", None):
        replay = till.post(
            body, {**recorded, **({"Idempotency-Key": key} if key else {})}
        )
        assert replay.json()["id"] == first.json()["id"]

    assert PaymentPrompt.objects.count() == 1


@pytest.mark.parametrize("is_same_body", [True, False])
def test_a_retry_recorded_on_the_line_asks_nothing_without_its_unsigned_key(
    till: Till, *, is_same_body: bool
) -> None:
    first = till.body()
    told = till.post(first, signed(till, first, "ticket-17")).json()["id"]
    second = first if is_same_body else till.body(amount=5)
    recorded = signed(till, second, "ticket-17")
    till.post(second, recorded)
    del recorded["Idempotency-Key"]

    replay = till.post(second, recorded)

    if is_same_body:
        assert replay.json()["id"] == told
    else:
        assert replay.status_code == 422
    assert PaymentPrompt.objects.count() == 1


def test_two_terminals_may_use_one_key(till: Till) -> None:
    body = till.body()
    till.post(body, signed(till, body, "ticket-17", identifier="msg_1"))
    other, secret = make.terminal(till.company)
    body = make.prompt_body(other, make.handle(make.shopper().shopper))
    headers = make.signed(body, secret, identifier="msg_1")

    answer = till.api.post(
        f"/api/v1/terminals/{other.pk}/payment-prompts",
        body,
        content_type="application/json",
        headers={**headers, "Idempotency-Key": "ticket-17"},
    )

    assert answer.json()["state"] == "pending"
    assert PaymentPrompt.objects.count() == 2


@pytest.mark.parametrize(
    "key", ["", " ", '""', '" "', "x" * 256, "é", "a\tb"], ids=range(7)
)
def test_what_is_no_key_is_400(till: Till, key: str) -> None:
    body = till.body()

    answer = till.post(body, signed(till, body, key))

    assert (answer.status_code, answer.json()["code"]) == (
        400,
        "invalid_idempotency_key",
    )
    assert not TerminalRequest.objects.exists()


def test_a_retry_is_told_what_was_told_first(till: Till) -> None:
    body = till.body()
    headers = make.signed(body, till.secret)
    first = till.post(body, headers).json()
    PaymentPrompt.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert expire(first["id"])

    second = till.post(body, headers).json()

    for name in ("id", "state", "reason", "number", "poll_token", "decided_at"):
        assert second[name] == first[name], name
    assert second["expires_in"] == 0


def test_a_rejected_question_is_told_again_too(till: Till) -> None:
    body = till.body(**{"pass": "nonsense"})
    headers = make.signed(body, till.secret)

    answers = [till.post(body, headers).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["reason"] == "pass_invalid"


def test_what_failed_is_not_kept(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    body = till.body()
    headers = signed(till, body, "ticket-17")
    till.api.raise_request_exception = False
    with monkeypatch.context() as broken:

        def fail(*_args: object) -> None:
            raise IntegrityError("some other constraint")

        broken.setattr("checkout.services.asking._create_prompt", fail)
        assert till.post(body, headers).status_code == 500

    assert not TerminalRequest.objects.exists()
    assert till.post(body, headers).json()["state"] == "pending"
