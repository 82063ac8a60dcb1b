"""What could not be told at once: pauses, attempts, and when it is given up."""

from datetime import timedelta

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from checkout import delivering, tasks
from checkout.delivering import MAX_ATTEMPTS
from checkout.models import Delivery, PaymentPrompt, Terminal
from common import outgoing
from shoppers.models import PushSubscription
from shoppers.services import Registered
from tests.checkout.closed_phones import (
    asked,
    claimed,
    phone,
    phone_of,
    shopper,
    states_of,
    terminal,
)
from tests.checkout.push_service import ENDPOINT, Phone, PushService, push_service

__all__ = ["phone", "push_service", "shopper", "terminal"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_asked_no_more(
    terminal: Terminal,
    shopper: Registered,
    phone: Phone,
    push_service: PushService,
    status: int,
) -> None:
    prompt = asked(terminal, shopper)
    push_service.answer(status)

    with capture_logs() as logged:
        delivering.deliver(claimed(prompt))

    assert states_of(prompt) == [("dead", f"status_{status}")]
    assert not PushSubscription.objects.living().exists()
    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.UNDELIVERABLE
    assert logged[-1]["event"] == "push.not_sent"


def test_a_service_in_trouble_is_asked_again_after_its_pause(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    push_service.answer(503, retry_after="20")

    delivering.deliver(claimed(prompt))

    assert states_of(prompt) == [("open", "status_503")]
    row = Delivery.objects.exclude(target="").get()
    assert timedelta(seconds=15) < row.due_at - timezone.now() <= timedelta(seconds=20)
    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.QUEUED


def test_without_a_pause_named_our_own_counts(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    push_service.answers.append(outgoing.NoAnswer("network"))

    delivering.deliver(claimed(prompt))

    assert states_of(prompt) == [("open", "network")]
    row = Delivery.objects.exclude(target="").get()
    assert row.due_at - timezone.now() <= timedelta(seconds=2)


def test_a_pause_beyond_the_prompt_is_not_waited_for(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    push_service.answer(503, retry_after="90")

    delivering.deliver(claimed(prompt))

    assert states_of(prompt) == [("dead", "status_503")]


def test_the_last_attempt_is_the_last(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    Delivery.objects.update(attempts=MAX_ATTEMPTS - 1)
    push_service.answer(500)

    delivering.deliver(claimed(prompt))

    assert states_of(prompt) == [("dead", "status_500")]


def test_a_row_on_which_senders_die_is_given_up(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    Delivery.objects.update(attempts=MAX_ATTEMPTS)

    delivering.deliver(claimed(prompt))

    assert push_service.received == []
    assert states_of(prompt) == [("dead", "too_many_attempts")]


def test_one_phone_of_two_is_enough(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    phone_of(shopper, ENDPOINT + "-2")
    prompt = asked(terminal, shopper)
    first, second = Delivery.objects.exclude(target="")
    push_service.answer(410)

    for row in (first, second):
        tasks.deliver.delay(row.pk)

    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.SENT
    assert sorted(states_of(prompt)) == [("dead", "status_410"), ("done", "")]


def test_while_one_phone_may_still_be_reached_it_is_not_undeliverable(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    phone_of(shopper, ENDPOINT + "-2")
    prompt = asked(terminal, shopper)
    push_service.answer(410)

    tasks.deliver.delay(Delivery.objects.exclude(target="")[0].pk)

    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.QUEUED


def test_a_line_that_opens_late_mends_what_push_could_not(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    push_service.answer(410)
    delivering.deliver(claimed(prompt))

    delivering.mark_sent([prompt.pk])

    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.SENT
