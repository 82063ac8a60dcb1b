"""What is due is told to phones: by open lines, by push, once, or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout import delivering, settling, tasks
from checkout.models import Delivery, PaymentPrompt, State, Terminal
from checkout.services import decide
from shoppers.models import PushSubscription
from shoppers.services import Registered
from tests import make
from tests.checkout.closed_phones import (
    Here,
    asked,
    claimed,
    due,
    phone,
    phone_of,
    shopper,
    states_of,
    terminal,
    woken,
)
from tests.checkout.push_service import ENDPOINT, Phone, PushService, push_service

__all__ = ["phone", "push_service", "shopper", "terminal", "woken"]

pytestmark = pytest.mark.django_db


def test_open_lines_and_each_living_subscription_are_to_be_told(
    terminal: Terminal, shopper: Registered, phone: Phone
) -> None:
    phone_of(shopper, ENDPOINT + "-gone")
    PushSubscription.objects.filter(endpoint=ENDPOINT + "-gone").update(
        gone_at=timezone.now()
    )
    phone_of(make.shopper(), ENDPOINT + "-of-a-stranger")

    prompt = asked(terminal, shopper)

    living = PushSubscription.objects.get(endpoint=ENDPOINT)
    assert set(prompt.deliveries.values_list("target", flat=True)) == {
        "",
        str(living.pk),
    }
    assert not Delivery.objects.due().exists()


def test_to_queue_twice_is_to_queue_once(
    terminal: Terminal, shopper: Registered, phone: Phone
) -> None:
    prompt = asked(terminal, shopper)

    delivering.queue(prompt)

    assert prompt.deliveries.count() == 2


def test_a_closed_app_is_told_the_question(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)

    delivering.deliver(claimed(prompt))

    (payload,) = push_service.payloads(phone)
    assert payload == {
        "id": prompt.pk,
        "text": prompt.text,
        "amount_text": "12,99\u00a0€",
        "payee": "Magasin X",
        "number": prompt.number,
    }
    headers = push_service.received[0].headers
    assert 50 < int(headers["TTL"]) <= 60
    assert headers["Topic"] == prompt.pk
    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.SENT
    assert prompt.sent_at is not None
    assert states_of(prompt) == [("done", "")]


def test_a_row_that_was_done_is_done_once(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    row = claimed(prompt)
    delivering.deliver(row)

    tasks.deliver.delay(row.pk)

    assert len(push_service.received) == 1


def test_open_lines_are_woken_until_one_has_shown_it(
    terminal: Terminal, shopper: Registered, woken: list[str]
) -> None:
    prompt = asked(terminal, shopper)
    woken.clear()

    delivering.deliver(claimed(prompt, target=""))

    assert woken == [shopper.shopper.channel, prompt.channel]
    assert Delivery.objects.open().filter(prompt=prompt, target="").exists()
    delivering.mark_sent([prompt.pk])
    assert not Delivery.objects.open().filter(prompt=prompt).exists()
    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.SENT
    assert prompt.sent_at is not None


def test_the_first_time_it_was_sent_is_kept(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    delivering.deliver(claimed(prompt))
    prompt.refresh_from_db()
    first = prompt.sent_at

    delivering.mark_sent([prompt.pk])

    prompt.refresh_from_db()
    assert prompt.sent_at == first


def test_the_phones_that_were_asked_are_told_the_end(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    delivering.deliver(claimed(prompt))
    decide(shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True)

    for row in Delivery.objects.open().filter(prompt=prompt):
        tasks.deliver.delay(row.pk)

    question, end = push_service.payloads(phone)
    assert question["id"] == prompt.pk
    assert end == {"id": prompt.pk, "state": "approved"}
    topics = {one.headers["Topic"] for one in push_service.received}
    assert topics == {prompt.pk}
    assert int(push_service.received[1].headers["TTL"]) >= 30


def test_an_old_end_is_told_to_nobody(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    long_ago = timezone.now() - timedelta(seconds=61)
    PaymentPrompt.objects.filter(pk=prompt.pk).update(
        state=State.APPROVED, decided_at=long_ago
    )
    Delivery.objects.update(event=Delivery.Event.CLOSED)

    delivering.deliver(claimed(prompt))

    assert push_service.received == []
    assert states_of(prompt) == [("done", "")]


@pytest.mark.parametrize("is_final", [True, False])
def test_what_nobody_can_answer_any_more_is_not_asked(
    terminal: Terminal,
    shopper: Registered,
    phone: Phone,
    push_service: PushService,
    is_final: bool,
) -> None:
    prompt = asked(terminal, shopper)
    now = timezone.now()
    changed: dict[str, Any] = (
        {"state": State.CANCELED, "decided_at": now}
        if is_final
        else {"expires_at": now - timedelta(seconds=1)}
    )
    PaymentPrompt.objects.filter(pk=prompt.pk).update(**changed)

    delivering.deliver(claimed(prompt))

    assert push_service.received == []
    assert states_of(prompt) == [("done", "")]


def test_what_a_phone_acknowledged_stays_so(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    prompt = asked(terminal, shopper)
    PaymentPrompt.objects.update(delivery=PaymentPrompt.Delivery.SEEN)

    delivering.deliver(claimed(prompt))

    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.SEEN


@pytest.mark.parametrize("how", ["revoked", "moved", "deleted"])
def test_a_phone_that_is_not_the_shopper_s_any_more_learns_nothing(
    terminal: Terminal,
    shopper: Registered,
    phone: Phone,
    push_service: PushService,
    how: str,
) -> None:
    prompt = asked(terminal, shopper)
    row = claimed(prompt)
    if how == "revoked":
        shopper.device.revoked_at = timezone.now()
        shopper.device.save(update_fields=["revoked_at"])
    elif how == "moved":
        phone_of(make.shopper())
    else:
        PushSubscription.objects.all().delete()

    delivering.deliver(row)

    assert push_service.received == []
    assert states_of(prompt) == [("dead", "no_subscription")]


def test_a_forgotten_shopper_is_told_nothing(
    terminal: Terminal,
    shopper: Registered,
    phone: Phone,
    push_service: PushService,
    woken: list[str],
) -> None:
    prompt = asked(terminal, shopper)
    row, line = claimed(prompt), claimed(prompt, target="")
    shopper.shopper.delete()
    woken.clear()

    delivering.deliver(row)
    delivering.deliver(line)

    assert push_service.received == []
    assert woken == [prompt.channel]


@pytest.mark.database
def test_the_sweeper_sends_what_nobody_sent(
    terminal: Terminal,
    shopper: Registered,
    phone: Phone,
    push_service: PushService,
    woken: list[str],
) -> None:
    prompt = asked(terminal, shopper)
    due(prompt)
    woken.clear()

    assert delivering.deliver_due(10, Here()) == 2

    assert len(push_service.received) == 1
    assert shopper.shopper.channel in woken
    # What was claimed is not due again at once.
    assert delivering.deliver_due(10, Here()) == 0


@pytest.mark.database
def test_no_more_is_claimed_than_was_asked_for(
    terminal: Terminal, shopper: Registered, phone: Phone, push_service: PushService
) -> None:
    due(asked(terminal, shopper))

    assert delivering.deliver_due(1, Here()) == 1
    assert delivering.deliver_due(0, Here()) == 0
    assert Delivery.objects.due().count() == 1


def test_of_two_senders_that_saw_the_same_row_one_gets_it(
    terminal: Terminal, shopper: Registered
) -> None:
    asked(terminal, shopper)
    seen = Delivery.objects.get()
    same = Delivery.objects.get()

    assert [Delivery.objects.claim(seen), Delivery.objects.claim(same)] == [True, False]


def test_an_expired_prompt_closes_what_was_to_be_asked(
    terminal: Terminal, shopper: Registered, phone: Phone
) -> None:
    prompt = asked(terminal, shopper)
    past = timezone.now() - timedelta(seconds=1)
    PaymentPrompt.objects.filter(pk=prompt.pk).update(expires_at=past)

    assert settling.expire(prompt.pk)

    asks = Delivery.objects.open().filter(event=Delivery.Event.ASKED)
    assert not asks.exists()
