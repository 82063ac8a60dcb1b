"""What a phone says of a question: delivered, seen. It never goes back."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from checkout import settling
from checkout.models import Delivery, PaymentPrompt, State, Terminal
from shoppers.services import Registered
from tests import make

pytestmark = pytest.mark.database
Stage = PaymentPrompt.Delivery


@pytest.fixture
def terminal(db: None) -> Terminal:
    return make.terminal(make.company("Magasin X")).terminal


@pytest.fixture
def shopper(db: None) -> Registered:
    return make.shopper()


def say(api: APIClient, by: Registered, prompt: PaymentPrompt, stage: Any) -> Any:
    return api.post(
        f"/api/v1/me/prompts/{prompt.pk}/receipts",
        {"stage": stage},
        headers={"Authorization": f"Bearer {by.token}"},
    )


@pytest.mark.parametrize("before", list(Stage), ids=str)
@pytest.mark.parametrize("said", [Stage.DELIVERED, Stage.SEEN], ids=str)
def test_it_only_goes_on(
    api: APIClient,
    terminal: Terminal,
    shopper: Registered,
    before: str,
    said: str,
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    PaymentPrompt.objects.update(delivery=before)

    answer = say(api, shopper, prompt, said)

    kept = Stage.SEEN if Stage.SEEN in (before, said) else Stage.DELIVERED
    assert (answer.status_code, answer.json()["delivery"]) == (200, kept)
    prompt.refresh_from_db()
    assert prompt.delivery == kept


def test_the_first_time_of_each_is_kept(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    say(api, shopper, prompt, "delivered")
    first = PaymentPrompt.objects.get()
    say(api, shopper, prompt, "seen")
    second = PaymentPrompt.objects.get()

    for stage in ("delivered", "seen"):
        say(api, shopper, prompt, stage)

    last = PaymentPrompt.objects.get()
    assert first.seen_at is None
    assert first.delivered_at is not None
    assert last.delivered_at == second.delivered_at == first.delivered_at
    assert last.seen_at == second.seen_at is not None
    assert last.sent_at == first.sent_at is not None
    # A receipt is no decision.
    assert (last.state, last.version) == (State.PENDING, 1)


def test_seen_alone_says_both(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    say(api, shopper, prompt, "seen")

    prompt.refresh_from_db()
    assert prompt.delivered_at == prompt.seen_at is not None


def test_no_open_line_is_waited_for_any_more(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    Delivery.objects.create(prompt=prompt, target="7", due_at=prompt.created_at)

    say(api, shopper, prompt, "delivered")

    assert [one.target for one in Delivery.objects.open()] == ["7"]


def test_an_ended_prompt_tells_the_phone_that_it_is_over(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    settling.settle(prompt.pk, State.CANCELED, where=settling.IN_TIME)

    answer = say(api, shopper, prompt, "seen")

    assert (answer.status_code, answer.json()["state"]) == (200, "canceled")


def test_a_stranger_has_no_such_prompt(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    answer = say(api, make.shopper(), prompt, "seen")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_prompt")
    prompt.refresh_from_db()
    assert prompt.seen_at is None


@pytest.mark.parametrize("stage", ["sent", "queued", "undeliverable", "", None])
def test_a_phone_says_two_things_only(
    api: APIClient, terminal: Terminal, shopper: Registered, stage: Any
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    assert say(api, shopper, prompt, stage).status_code == 400


def test_nobody_says_it_without_a_token(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    answer = api.post(f"/api/v1/me/prompts/{prompt.pk}/receipts", {"stage": "seen"})

    assert answer.status_code == 401


def test_pulling_the_list_is_to_be_sent(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    api.get(
        "/api/v1/me/prompts?state=pending",
        headers={"Authorization": f"Bearer {shopper.token}"},
    )

    prompt.refresh_from_db()
    assert prompt.delivery == Stage.SENT


def test_the_list_costs_the_same_at_any_length(
    api: APIClient,
    terminal: Terminal,
    shopper: Registered,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        prompt = make.prompt(terminal, shopper.shopper)
        settling.settle(prompt.pk, State.DECLINED, where=settling.IN_TIME)

    for size in (1, 5):
        # The phone, what is overdue, the page.
        with django_assert_num_queries(3):
            page = api.get(
                f"/api/v1/me/prompts?page_size={size}",
                headers={"Authorization": f"Bearer {shopper.token}"},
            )
        assert len(page.json()["results"]) == size
