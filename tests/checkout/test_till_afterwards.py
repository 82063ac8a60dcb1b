"""What a till does after it asked: cancel, find what it lost, read how far it came."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from checkout.models import PaymentPrompt, State
from checkout.services import decide
from tests import make
from tests.checkout.tills import Till


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


def asked(till: Till, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = till.post(till.body(**members)).json()
    return answer


def read(till: Till, answer: dict[str, Any], query: str = "") -> dict[str, Any]:
    found = till.api.get(
        f"/api/v1/payment-prompts/{answer['id']}{query}",
        headers={"Authorization": f"Bearer {answer['poll_token']}"},
    )
    shown: dict[str, Any] = found.json()
    return shown


@pytest.mark.database
def test_a_till_takes_its_question_back_and_again_changes_nothing(till: Till) -> None:
    prompt_id = asked(till)["id"]

    first, second = till.cancel(prompt_id), till.cancel(prompt_id)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["state"] == second.json()["state"] == "canceled"
    prompt = PaymentPrompt.objects.get()
    assert prompt.state == State.CANCELED
    assert prompt.version == 2
    assert prompt.acknowledged_at is not None
    assert prompt.outcome.event == "canceled"


@pytest.mark.parametrize(
    ("is_approved", "code"), [(True, "already_approved"), (False, "already_declined")]
)
def test_who_cancels_too_late_is_told_the_outcome(
    till: Till, *, is_approved: bool, code: str
) -> None:
    prompt_id = asked(till)["id"]
    decide(shopper=till.shopper.shopper, prompt_id=prompt_id, is_approved=is_approved)

    answer = till.cancel(prompt_id)

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["state"] == ("approved" if is_approved else "declined")
    assert PaymentPrompt.objects.get().state == answer.json()["state"]


def test_what_expired_is_not_canceled(till: Till) -> None:
    prompt_id = asked(till)["id"]
    PaymentPrompt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answer = till.cancel(prompt_id)

    assert (answer.status_code, answer.json()["code"]) == (409, "prompt_expired")
    assert PaymentPrompt.objects.get().state == State.EXPIRED


def test_what_was_rejected_is_not_canceled(till: Till) -> None:
    prompt_id = asked(till, **{"pass": "nonsense"})["id"]

    answer = till.cancel(prompt_id)

    assert (answer.status_code, answer.json()["code"]) == (409, "prompt_ended")
    assert answer.json()["state"] == "rejected"


def test_a_terminal_cancels_its_own_questions_alone(till: Till) -> None:
    other, _secret = make.terminal(till.company)
    prompt = make.prompt(other, till.shopper.shopper)

    answers = [till.cancel(prompt.pk), till.cancel("nothing")]

    assert {answer.status_code for answer in answers} == {404}
    prompt.refresh_from_db()
    assert prompt.state == State.PENDING


@pytest.mark.parametrize(
    "members",
    [
        {"type": "payment_prompt.create"},
        {"prompt_id": "another"},
        {"prompt_id": None},
        {"terminal_id": "another"},
    ],
    ids=["type", "prompt", "null", "terminal"],
)
def test_what_was_signed_for_elsewhere_cancels_nothing(
    till: Till, members: dict[str, Any]
) -> None:
    prompt_id = asked(till)["id"]
    said = {"type": "payment_prompt.cancel", "prompt_id": prompt_id, **members}

    answer = till.post(till.question(**said), path=f"/{prompt_id}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_signature")
    assert PaymentPrompt.objects.get().state == State.PENDING


@pytest.mark.parametrize("missing", ["type", "prompt_id", "terminal_id"])
def test_what_a_cancellation_lacks_is_named(till: Till, missing: str) -> None:
    prompt_id = asked(till)["id"]
    said = {"type": "payment_prompt.cancel", "prompt_id": prompt_id}
    body = till.question(**{k: v for k, v in said.items() if k != missing})
    if missing == "terminal_id":
        body = b'{"type": "payment_prompt.cancel", "prompt_id": "%s"}' % (
            prompt_id.encode()
        )

    answer = till.post(body, path=f"/{prompt_id}/cancel")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, missing)


def test_unsigned_nothing_is_canceled_or_found(till: Till) -> None:
    prompt_id = asked(till)["id"]

    answers = [
        till.post(b"{}", {}, path=path) for path in (f"/{prompt_id}/cancel", "/find")
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert PaymentPrompt.objects.get().state == State.PENDING


def test_one_signed_id_is_one_cancellation(till: Till) -> None:
    prompt_id = asked(till)["id"]
    said = {"type": "payment_prompt.cancel", "prompt_id": prompt_id}
    bodies = [till.question(**said), till.question(**said, reason="x")]
    answers = [
        till.post(
            body,
            make.signed(body, till.secret, identifier="msg_c"),
            path=f"/{prompt_id}/cancel",
        )
        for body in (bodies[0], bodies[0], bodies[1])
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 422]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_till_that_lost_the_answer_finds_it_by_its_reference(till: Till) -> None:
    lost = asked(till, reference="ticket 17")
    asked(till, reference="ticket 18", **{"pass": "nonsense"})

    (found,) = till.find("ticket 17").json()["results"]

    assert found["id"] == lost["id"]
    assert found["poll_token"] == lost["poll_token"]
    assert read(till, found)["state"] == "pending"


def test_the_newest_comes_first_and_ten_at_most(till: Till) -> None:
    ids = [asked(till, **{"pass": f"nonsense {n}"})["id"] for n in range(11)]

    found = [one["id"] for one in till.find("T-1").json()["results"]]

    assert found == ids[::-1][:10]


def test_a_terminal_finds_nothing_of_another(till: Till) -> None:
    other, _secret = make.terminal(till.company)
    prompt = make.prompt(other, till.shopper.shopper)
    PaymentPrompt.objects.filter(pk=prompt.pk).update(reference="ticket 17")

    assert till.find("ticket 17").json() == {"results": []}


def test_what_is_found_is_as_it_stands(till: Till) -> None:
    asked(till)
    PaymentPrompt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    (found,) = till.find("T-1").json()["results"]

    assert (found["state"], found["reason"]) == ("expired", "timeout")
    assert PaymentPrompt.objects.get().acknowledged_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("age", "delivery", "shown"),
    [
        (7, "sent", "sent"),
        (9, "queued", "unconfirmed"),
        (9, "sent", "unconfirmed"),
        (9, "delivered", "delivered"),
        (9, "seen", "seen"),
        (1, "undeliverable", "unconfirmed"),
    ],
)
def test_after_eight_seconds_a_till_knows_that_no_phone_shows_it(
    till: Till, age: int, delivery: str, shown: str
) -> None:
    answer = asked(till)
    PaymentPrompt.objects.update(
        delivery=delivery, created_at=timezone.now() - timedelta(seconds=age)
    )

    assert read(till, answer)["delivery"] == shown


@pytest.mark.django_db(transaction=True)
def test_a_poll_that_knows_how_far_it_came_is_answered_when_that_changes(
    till: Till,
) -> None:
    answer = asked(till)
    PaymentPrompt.objects.update(created_at=timezone.now() - timedelta(seconds=9))

    shown = read(till, answer, "?wait=25&delivery=queued")

    assert (shown["state"], shown["delivery"]) == ("pending", "unconfirmed")
    assert read(till, answer, "?delivery=lost")["code"] == "invalid_input"
