"""What is due is told to phones: by open lines, by push, once, or not at all."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from checkout import delivering, settling, tasks
from checkout.delivering import MAX_ATTEMPTS
from checkout.models import Delivery, PaymentPrompt, State, Terminal
from checkout.services import decide
from common import hub, outgoing
from shoppers.models import PushSubscription
from shoppers.services import Registered
from shoppers.services.push import subscribe
from tests import make
from tests.checkout.push_service import ENDPOINT, Phone, PushService, push_service

__all__ = ["push_service"]

pytestmark = pytest.mark.django_db


class Here(Executor):
    """Does at once what it is given."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    channels: list[str] = []
    monkeypatch.setattr(hub, "publish", channels.append)
    return channels


@pytest.fixture
def terminal() -> Terminal:
    return make.terminal(make.company("Magasin X")).terminal


@pytest.fixture
def shopper() -> Registered:
    return make.shopper()


@pytest.fixture
def phone(shopper: Registered) -> Phone:
    """Return the phone of the shopper, whose app is closed."""
    return phone_of(shopper)


def phone_of(who: Registered, endpoint: str = ENDPOINT) -> Phone:
    phone = Phone()
    subscribe(device=who.device, kind="web_push", endpoint=endpoint, **phone.keys)
    return phone


def asked(terminal: Terminal, who: Registered) -> PaymentPrompt:
    """Ask, with the deliveries as they are before anybody has claimed one."""
    prompt = make.prompt(terminal, who.shopper)
    Delivery.objects.filter(prompt=prompt).delete()
    delivering.queue(prompt)
    return prompt


def claimed(prompt: PaymentPrompt, target: str | None = None) -> Delivery:
    """Claim one row: that of the only subscription unless another is named."""
    rows = Delivery.objects.filter(prompt=prompt)
    pushed = rows.exclude(target="")
    row = (pushed if target is None else rows.filter(target=target)).get()
    assert Delivery.objects.claim(row)
    return row


def due(prompt: PaymentPrompt) -> None:
    """Make all that is open due: nobody was told in time."""
    Delivery.objects.open().filter(prompt=prompt).update(
        due_at=timezone.now() - timedelta(seconds=1)
    )


def states_of(prompt: PaymentPrompt) -> Sequence[tuple[str, str]]:
    return list(
        Delivery.objects.filter(prompt=prompt)
        .exclude(target="")
        .values_list("state", "error")
    )


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
