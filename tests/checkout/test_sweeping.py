"""The sweeper: what is due is done, whatever fails, and it leaves a sign of life."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from checkout import delivering, hinting, notifying, settling, sweeping, tasks
from checkout.models import (
    Delivery,
    OutboxState,
    Outcome,
    PaymentPrompt,
    State,
    SweeperSign,
    Terminal,
    WebhookAttempt,
)
from checkout.sweeping import Pool, Pools, Sweeper, Swept, tick
from common import hints
from tests import make

pytestmark = pytest.mark.django_db
PATIENCE_SECONDS = 10.0


class Here(Pool):
    """A pool that works in the caller's thread, where a test's rows are seen."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        fn(*args, **kwargs)


@pytest.fixture
def pools() -> Iterator[Pools]:
    made = Pools(Here("phones"), Here("tills"))
    yield made
    made.close()


@pytest.fixture
def terminal() -> Terminal:
    return make.terminal(make.company()).terminal


@pytest.fixture
def prompt(terminal: Terminal) -> PaymentPrompt:
    return make.prompt(terminal, make.shopper().shopper)


def age(prompt: PaymentPrompt, **times: timedelta) -> None:
    """Move times of a prompt into the past."""
    columns = {name: timezone.now() - by for name, by in times.items()}
    PaymentPrompt.objects.filter(pk=prompt.pk).update(**columns)


def pushed(prompt: PaymentPrompt, state: str) -> Delivery:
    """Add a push delivery in a state."""
    return Delivery.objects.create(
        prompt=prompt, target="7", due_at=timezone.now(), state=state
    )


@pytest.mark.database
def test_what_nobody_answered_expires(pools: Pools, prompt: PaymentPrompt) -> None:
    age(prompt, expires_at=timedelta(seconds=1))

    swept = tick(pools)

    prompt.refresh_from_db()
    assert (swept.counts, swept.failed) == ({"expired": 1}, ())
    assert (prompt.state, prompt.outcome.event) == (State.EXPIRED, "expired")


def test_what_still_has_time_is_left_alone(pools: Pools, prompt: PaymentPrompt) -> None:
    assert tick(pools).counts == {}

    prompt.refresh_from_db()
    assert prompt.state == State.PENDING


@pytest.mark.database
def test_what_is_due_is_delivered(
    pools: Pools, prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(
        delivering, "deliver", lambda delivery: given.append(delivery.prompt_id)
    )
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    assert (tick(pools).delivered, tick(pools).delivered) == (1, 0)
    assert given == [prompt.pk]


@pytest.mark.database
def test_a_prompt_whose_every_push_was_given_up_is_unreachable(
    pools: Pools, prompt: PaymentPrompt
) -> None:
    pushed(prompt, OutboxState.DEAD)

    assert tick(pools).unreachable == 0
    age(prompt, created_at=timedelta(seconds=6))
    assert tick(pools).unreachable == 1

    prompt.refresh_from_db()
    assert prompt.state == State.UNREACHABLE


@pytest.mark.parametrize("state", [OutboxState.OPEN, OutboxState.DONE])
def test_a_push_that_may_arrive_keeps_a_prompt_pending(
    pools: Pools, prompt: PaymentPrompt, state: str
) -> None:
    pushed(prompt, state)
    age(prompt, created_at=timedelta(seconds=6))

    assert tick(pools).unreachable == 0


def test_one_prompt_that_fails_keeps_no_other(
    pools: Pools, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (make.prompt(terminal, make.shopper().shopper) for _ in range(2))
    age(first, expires_at=timedelta(seconds=2))
    age(second, expires_at=timedelta(seconds=1))
    expire = settling.expire

    def fail_once(key: str) -> bool:
        if key == first.pk:
            raise ValueError(key)
        return expire(key)

    monkeypatch.setattr(settling, "expire", fail_once)

    assert tick(pools).expired == 1


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), ValueError("ours")], ids=["theirs", "ours"]
)
def test_a_part_that_fails_stops_no_other(
    pools: Pools,
    prompt: PaymentPrompt,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(_limit: int, _pool: object) -> int:
        raise error

    monkeypatch.setattr(delivering, "deliver_due", fail)
    monkeypatch.setattr(notifying, "notify_due", lambda _limit, _pool: 3)

    swept = tick(pools)

    assert (swept.failed, swept.notified) == (("delivered",), 3)
    assert swept.has_signed


def test_a_full_part_is_gone_on_with_at_once(
    pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "deliver_due", lambda limit, _pool: limit)

    assert tick(pools).is_full


def test_a_batch_that_takes_too_long_leaves_the_rest(
    pools: Pools, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        due = make.prompt(terminal, make.shopper().shopper)
        age(due, expires_at=timedelta(seconds=1))
    monkeypatch.setattr(sweeping, "PART_SECONDS", -1.0)

    swept = tick(pools)

    assert (swept.expired, swept.is_full) == (1, True)


def test_the_sign_of_life_is_one_row(pools: Pools) -> None:
    tick(pools)
    first = sweeping.last_sign()
    tick(pools)

    assert SweeperSign.objects.count() == 1
    last = sweeping.last_sign()
    assert first is not None
    assert last is not None
    assert last > first


def test_the_command_sweeps_once(
    prompt: PaymentPrompt, capsys: pytest.CaptureFixture[str]
) -> None:
    age(prompt, expires_at=timedelta(seconds=1))

    call_command("sweep", once=True)

    assert capsys.readouterr().out == "1 expired\n"


def test_it_sweeps_until_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Swept] = []
    signed = [False, False, True]

    def fake(_pools: Pools) -> Swept:
        if not signed:
            sweeper.stop()
        return Swept(has_signed=signed.pop(0) if signed else True)

    monkeypatch.setattr(sweeping, "tick", fake)
    for name in ("TICK_SECONDS", "FULL_TICK_SECONDS", "FIRST_PAUSE_SECONDS"):
        monkeypatch.setattr(sweeping, name, 0.001)
    sweeper = Sweeper(say=told.append)
    thread = threading.Thread(target=sweeper.run)
    thread.start()
    thread.join(PATIENCE_SECONDS)

    assert not thread.is_alive()
    assert [one.has_signed for one in told] == [False, False, True, True]


def test_one_that_is_stopped_before_it_began_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeping, "tick", pytest.fail)
    sweeper = Sweeper()
    sweeper.stop()

    sweeper.run()


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_the_pool_gives_its_connection_back() -> None:
    seen: list[object] = []

    def look() -> None:
        SweeperSign.objects.count()
        seen.append(connection.connection)

    pool = Pool("test", 1)
    pool.submit(look).result(PATIENCE_SECONDS)
    pool.submit(lambda: seen.append(connection.connection)).result(PATIENCE_SECONDS)
    pool.shutdown()

    assert seen[0] is not None
    assert seen[1] is None


def test_a_pool_takes_no_more_than_it_has_threads() -> None:
    held = threading.Event()
    pool = Pool("test", 2)
    work = pool.submit(held.wait, PATIENCE_SECONDS)

    assert pool.free == 1
    held.set()
    work.result(PATIENCE_SECONDS)
    pool.shutdown()
    assert pool.free == 2


def test_work_that_fails_is_logged_and_frees_its_thread() -> None:
    def fail() -> None:
        raise ValueError

    pool = Pool("test", 1)
    assert isinstance(pool.submit(fail).exception(PATIENCE_SECONDS), ValueError)
    pool.shutdown()

    assert pool.free == 1
    with pytest.raises(RuntimeError):
        pool.submit(fail)
    assert pool.free == 1


def test_a_task_delivers_what_nobody_claimed(
    prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(settling, "wake", lambda prompt: given.append(prompt.pk))
    delivery = Delivery.objects.get()

    tasks.deliver.delay(delivery.pk)
    Delivery.objects.finish([delivery.pk])
    tasks.deliver.delay(delivery.pk)
    tasks.deliver.delay(0)

    assert given == [prompt.pk]


def test_a_task_claims_what_it_sends_to_a_phone(
    prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(
        delivering, "deliver", lambda one: given.append((one.pk, one.attempts))
    )
    delivery = Delivery.objects.create(
        prompt=prompt, target="7", due_at=timezone.now() + timedelta(minutes=1)
    )

    tasks.deliver.delay(delivery.pk)
    tasks.deliver.delay(delivery.pk)

    assert given == [(delivery.pk, 1)]


def test_the_previous_version_s_message_still_delivers(
    prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(settling, "wake", lambda prompt: given.append(prompt.pk))

    tasks.push_prompt.delay(prompt.pk)
    tasks.sweep.delay()

    assert given == [prompt.pk]


def test_a_task_notifies_what_nobody_claimed(
    prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(notifying, "notify", lambda outcome: given.append(outcome.pk))
    settling.settle(prompt.pk, State.CANCELED, where=settling.IN_TIME)
    tasks.notify.delay(prompt.pk)
    Outcome.objects.update(state=OutboxState.OPEN)

    tasks.notify.delay(prompt.pk)

    assert given == [prompt.pk]


def test_what_a_hint_names_is_registered() -> None:
    """By the application itself: a web process imports no task for its own sake."""
    assert {hinting.DELIVER, hinting.NOTIFY} <= set(current_app.tasks)


def test_the_first_hint_that_is_lost_is_the_last_one_tried(
    prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(prompt, OutboxState.OPEN)
    sent: list[object] = []

    def lose(_task: object, key: object, **_options: object) -> bool:
        sent.append(key)
        return False

    monkeypatch.setattr(hints, "send", lose)

    hinting.hint(prompt)

    assert len(sent) == 1


def test_an_old_attempt_is_forgotten(terminal: Terminal) -> None:
    from checkout.models import Endpoint

    prompt = make.prompt(terminal, make.shopper().shopper)
    endpoint = Endpoint.objects.create(company=terminal.company, url="https://x.test/")
    settling.settle(prompt.pk, State.CANCELED, where=settling.IN_TIME)
    for days in (89, 91):
        WebhookAttempt.objects.create(
            outcome=Outcome.objects.get(),
            endpoint=endpoint,
            number=1,
            started_at=timezone.now() - timedelta(days=days),
            milliseconds=1,
        )

    tasks.forget_attempts.delay()

    assert WebhookAttempt.objects.count() == 1
