"""What is due is delivered, what is overdue expires, whatever was lost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from checkout import delivering, tasks
from checkout.models import (
    Delivery,
    PaymentPrompt,
    State,
    Terminal,
    TerminalRequest,
)
from checkout.services import decide
from common import hub
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    channels: list[str] = []
    monkeypatch.setattr(hub, "publish", channels.append)
    return channels


@pytest.fixture
def terminal() -> Terminal:
    return make.terminal(make.company()).terminal


def lost(prompt: PaymentPrompt) -> None:
    """Make a prompt's delivery due: nobody was told in time."""
    Delivery.objects.filter(prompt=prompt).update(
        due_at=timezone.now() - timedelta(seconds=1)
    )


@pytest.mark.database
def test_the_sweep_pushes_what_nobody_delivered(
    terminal: Terminal, woken: list[str]
) -> None:
    shopper = make.shopper().shopper
    prompt = make.prompt(terminal, shopper)
    lost(prompt)

    tasks.sweep.delay()

    assert woken == [shopper.channel, prompt.channel]
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.state) == (1, "open")
    assert delivery.due_at > timezone.now()


def test_a_second_sweep_at_once_takes_nothing(
    terminal: Terminal, woken: list[str]
) -> None:
    lost(make.prompt(terminal, make.shopper().shopper))

    assert (delivering.push_due(), delivering.push_due()) == (1, 0)


def test_of_two_sweeps_that_saw_the_same_row_one_gets_it(terminal: Terminal) -> None:
    lost(make.prompt(terminal, make.shopper().shopper))
    seen = Delivery.objects.get()

    assert [Delivery.objects.claim(seen), Delivery.objects.claim(seen)] == [True, False]


def test_a_decided_prompt_is_pushed_no_more(
    terminal: Terminal, woken: list[str]
) -> None:
    shopper = make.shopper().shopper
    prompt = make.prompt(terminal, shopper)
    decide(shopper=shopper, prompt_id=prompt.pk, is_approved=True)

    tasks.push_prompt.delay(prompt.pk)

    assert woken == []


def test_a_task_for_a_prompt_that_is_gone_does_nothing(woken: list[str]) -> None:
    tasks.push_prompt.delay("gone")

    assert woken == []


@pytest.mark.database
def test_the_sweep_expires_what_nobody_answered(terminal: Terminal) -> None:
    past = timezone.now() - timedelta(seconds=1)
    prompt = make.prompt(terminal, make.shopper().shopper, expires_at=past)

    tasks.sweep.delay()

    prompt.refresh_from_db()
    assert (prompt.state, prompt.reason) == (State.EXPIRED, "timeout")
    assert not Delivery.objects.open().exists()


def test_the_sweep_leaves_a_sign_of_life() -> None:
    tasks.sweep.delay()

    assert cache.get(tasks.SWEPT) is not None


def test_a_forgotten_shopper_leaves_the_prompt(
    terminal: Terminal, woken: list[str]
) -> None:
    shopper = make.shopper().shopper
    prompt = make.prompt(terminal, shopper)
    shopper.delete()

    delivering.push(prompt.pk)

    assert woken == [prompt.channel]


def test_a_request_is_forgotten_after_a_day_and_its_prompt_kept(
    terminal: Terminal,
) -> None:
    make.prompt(terminal, make.shopper().shopper)
    old = make.prompt(terminal, make.shopper().shopper)
    TerminalRequest.objects.filter(answer__prompt=old.pk).update(
        created_at=timezone.now() - timedelta(hours=25)
    )

    tasks.forget_requests.delay()

    assert TerminalRequest.objects.count() == 1
    assert PaymentPrompt.objects.count() == 2
