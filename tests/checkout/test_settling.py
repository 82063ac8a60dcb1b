"""The ways out of pending, each with its guard; and who is forgotten afterwards."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from checkout import settling
from checkout.models import (
    Delivery,
    OutboxState,
    Outcome,
    PaymentPrompt,
    State,
    Terminal,
)
from shoppers.models import Shopper
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


@pytest.fixture
def lost(terminal: Terminal, shopper: Registered) -> PaymentPrompt:
    """Return a prompt that no phone can be told of, after the time of grace."""
    prompt = make.prompt(terminal, shopper.shopper)
    for target in ("7", "8"):
        Delivery.objects.create(
            prompt=prompt,
            target=target,
            due_at=prompt.created_at,
            state=OutboxState.DEAD,
            error="gone",
        )
    PaymentPrompt.objects.update(created_at=timezone.now() - settling.GRACE)
    return prompt


def test_a_prompt_that_no_phone_can_be_told_of_is_unreachable(
    lost: PaymentPrompt,
) -> None:
    assert settling.unreachable(lost.pk)

    lost.refresh_from_db()
    assert (lost.state, lost.reason) == (State.UNREACHABLE, "push_undeliverable")
    assert lost.delivery == Stage.UNDELIVERABLE
    assert lost.outcome.event == "unreachable"
    assert not settling.unreachable(lost.pk)


def young(prompt: PaymentPrompt) -> None:
    PaymentPrompt.objects.filter(pk=prompt.pk).update(created_at=timezone.now())


def overdue(prompt: PaymentPrompt) -> None:
    PaymentPrompt.objects.filter(pk=prompt.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )


def delivered(prompt: PaymentPrompt) -> None:
    PaymentPrompt.objects.filter(pk=prompt.pk).update(delivery=Stage.DELIVERED)


def seen(prompt: PaymentPrompt) -> None:
    PaymentPrompt.objects.filter(pk=prompt.pk).update(delivery=Stage.SEEN)


def one_push_left(prompt: PaymentPrompt) -> None:
    prompt.deliveries.filter(target="7").update(state=OutboxState.OPEN)


def one_push_taken(prompt: PaymentPrompt) -> None:
    prompt.deliveries.filter(target="7").update(state=OutboxState.DONE)


def line_took_it(prompt: PaymentPrompt) -> None:
    prompt.deliveries.filter(target="").update(state=OutboxState.DONE)


def no_subscription(prompt: PaymentPrompt) -> None:
    prompt.deliveries.exclude(target="").delete()


HOPES = [
    *(young, overdue, delivered, seen),
    *(one_push_left, one_push_taken, line_took_it, no_subscription),
]


@pytest.mark.parametrize("hope", HOPES, ids=lambda hope: hope.__name__)
def test_while_there_is_hope_it_is_not_unreachable(
    lost: PaymentPrompt, hope: Callable[[PaymentPrompt], None]
) -> None:
    hope(lost)

    assert not settling.unreachable(lost.pk)
    lost.refresh_from_db()
    assert lost.state == State.PENDING


def test_what_is_not_due_does_not_expire(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    assert not settling.expire(prompt.pk)
    overdue(prompt)
    assert settling.expire(prompt.pk)
    prompt.refresh_from_db()
    assert (prompt.state, prompt.reason) == (State.EXPIRED, "timeout")


@pytest.mark.parametrize("state", [one for one in State if one != State.PENDING])
def test_nothing_follows_an_end(
    terminal: Terminal, shopper: Registered, state: State
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    now = timezone.now()
    PaymentPrompt.objects.update(state=state, decided_at=now)

    for target in State:
        if target != State.PENDING:
            assert not settling.settle(prompt.pk, target, where=settling.IN_TIME)
    overdue(prompt)
    assert not settling.expire(prompt.pk)
    prompt.refresh_from_db()
    assert (prompt.state, prompt.version) == (state, 1)
    assert not Outcome.objects.exists()


def test_the_end_closes_what_was_still_to_be_asked(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    now = timezone.now()
    Delivery.objects.create(prompt=prompt, target="7", due_at=now, attempts=1)
    Delivery.objects.create(prompt=prompt, target="8", due_at=now)

    settling.settle(prompt.pk, State.DECLINED, where=settling.IN_TIME)

    # The phone that was told is told of the end; the other one never hears of it.
    (left,) = Delivery.objects.open()
    assert (left.event, left.target) == (Delivery.Event.CLOSED, "7")


def test_an_end_whose_rows_cannot_be_written_is_none(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    with (
        patch.object(settling, "_close", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        settling.settle(prompt.pk, State.APPROVED, where=settling.IN_TIME)

    prompt.refresh_from_db()
    assert prompt.state == State.PENDING
    assert not Outcome.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_shopper_and_till_are_woken_after_the_commit() -> None:
    shopper = make.shopper().shopper
    prompt = make.prompt(make.terminal(make.company()).terminal, shopper)

    with patch("common.hub.publish") as publish:
        settling.settle(prompt.pk, State.APPROVED, where=settling.IN_TIME)

    told = [call.args[0] for call in publish.call_args_list]
    assert told == [shopper.channel, prompt.channel]


def ended(by: Terminal, to: Shopper, days_ago: float) -> PaymentPrompt:
    prompt = make.prompt(by, to)
    settling.settle(prompt.pk, State.APPROVED, where=settling.IN_TIME)
    PaymentPrompt.objects.filter(pk=prompt.pk).update(
        decided_at=timezone.now() - timedelta(days=days_ago)
    )
    return prompt


def test_whom_old_prompts_asked_is_forgotten(
    terminal: Terminal, shopper: Registered
) -> None:
    old = ended(terminal, shopper.shopper, 30.1)
    young = ended(terminal, shopper.shopper, 29.9)
    pending = make.prompt(terminal, shopper.shopper)

    with patch.object(settling, "FORGOTTEN_AT_ONCE", 1):
        assert settling.forget_people() == 1
        assert settling.forget_people() == 0

    linked = PaymentPrompt.objects.filter(shopper=shopper.shopper)
    assert set(linked) == {young, pending}
    old.refresh_from_db()
    # What happened stays; which phone was told does not.
    assert (old.state, old.amount) == (State.APPROVED, 1299)
    assert Outcome.objects.filter(pk=old.pk).exists()
    assert not old.deliveries.exists()
    assert young.deliveries.exists()
