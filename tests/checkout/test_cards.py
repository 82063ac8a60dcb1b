"""What a till may know of a prompt: how far it came, and the code to offer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import tokens
from checkout.cards import phone_card, terminal_answer
from checkout.models import PaymentPrompt, State, Terminal
from tests import make

Stage = PaymentPrompt.Delivery


@pytest.fixture
def terminal(db: None) -> Terminal:
    return make.terminal(make.company("Magasin X")).terminal


@pytest.fixture
def prompt(terminal: Terminal) -> PaymentPrompt:
    return make.prompt(terminal, make.shopper().shopper)


@pytest.mark.parametrize(
    ("delivery", "seconds", "said"),
    [
        (Stage.QUEUED, 7, "queued"),
        (Stage.SENT, 7, "sent"),
        (Stage.QUEUED, 8, "unconfirmed"),
        (Stage.SENT, 8, "unconfirmed"),
        (Stage.DELIVERED, 8, "delivered"),
        (Stage.SEEN, 8, "seen"),
        # Every channel failed: there is nothing to wait for.
        (Stage.UNDELIVERABLE, 0, "unconfirmed"),
    ],
)
def test_what_no_phone_confirms_in_eight_seconds_is_unconfirmed(
    prompt: PaymentPrompt, delivery: str, seconds: int, said: str
) -> None:
    prompt.delivery = delivery
    prompt.created_at = timezone.now() - timedelta(seconds=seconds)

    assert terminal_answer(prompt)["delivery"] == said
    # The phone is told what the row says.
    assert phone_card(prompt)["delivery"] == delivery


def test_an_ended_prompt_needs_no_confirmation(prompt: PaymentPrompt) -> None:
    prompt.created_at = timezone.now() - timedelta(minutes=1)
    prompt.state = State.APPROVED

    answer = terminal_answer(prompt)

    assert answer["delivery"] == "queued"
    assert (answer["claim_code"], answer["claim_url"]) == (None, None)


def test_a_code_that_nobody_read_yet_is_not_unconfirmed(prompt: PaymentPrompt) -> None:
    prompt.is_claimable, prompt.shopper = True, None
    prompt.created_at = timezone.now() - timedelta(seconds=20)

    before = terminal_answer(prompt)["delivery"]
    prompt.claimed_at = timezone.now()

    assert (before, terminal_answer(prompt)["delivery"]) == ("queued", "unconfirmed")


def test_a_pending_prompt_can_be_claimed(prompt: PaymentPrompt) -> None:
    answer = terminal_answer(prompt)

    assert answer["claim_code"] == tokens.claim_code(prompt.pk)
    assert tokens.claimed_prompt(answer["claim_code"]) == prompt.pk
    assert answer["claim_url"].endswith("/api/v1/me/prompts/claim")


def test_the_till_never_learns_who_is_asked(prompt: PaymentPrompt) -> None:
    said = str(terminal_answer(prompt))

    assert prompt.shopper is not None
    assert str(prompt.shopper.pk) not in said
