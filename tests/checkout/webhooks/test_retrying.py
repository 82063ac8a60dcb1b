"""When a till's server is told again, and when no more."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout import notifying
from checkout.models import Endpoint, Outcome, State
from checkout.services import endpoints
from checkout.services.endpoints import Address
from companies.models import Act
from tests import make
from tests.checkout.webhooks.conftest import Till


def pause(outcome: Outcome, since: datetime) -> timedelta:
    """Return how long nobody tries again."""
    outcome.refresh_from_db()
    return outcome.due_at - since


def test_the_pauses_are_short_for_a_minute_and_then_last_three_days() -> None:
    quick = notifying.PAUSES[:7]

    assert [one.total_seconds() for one in quick] == [0.5, 1, 2, 4, 8, 15, 30]
    assert notifying.PAUSES[7] == timedelta(minutes=5)
    assert notifying.PAUSES[-1] == timedelta(hours=24)
    total = sum(notifying.PAUSES, timedelta())
    assert timedelta(hours=74) < total < timedelta(hours=76)


@pytest.mark.parametrize("attempt", [1, 5, 8, 14])
def test_a_failure_is_followed_by_its_pause_give_or_take_a_fifth(
    till: Till, attempt: int
) -> None:
    till.server.status = 500
    planned = notifying.PAUSES[attempt - 1]
    outcome = till.claimed(attempt)
    started = timezone.now()

    notifying.notify(outcome)

    waits = pause(outcome, started)
    assert planned * 0.8 <= waits <= planned * 1.2 + timedelta(seconds=5)
    assert outcome.attempts == attempt


def test_after_the_last_attempt_it_is_given_up_with_its_reason(till: Till) -> None:
    till.server.status = 500

    notifying.notify(till.claimed(notifying.ATTEMPTS))

    outcome = Outcome.objects.get()
    assert (outcome.state, outcome.error) == ("dead", "status_500")
    assert Endpoint.objects.get().is_enabled


def test_one_that_kills_who_claims_it_is_given_up_too(till: Till) -> None:
    notifying.notify(till.claimed(notifying.ATTEMPTS + 1))

    assert Outcome.objects.get().error == "attempts_exhausted"
    assert till.server.asked == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.database
def test_who_is_busy_is_told_nothing_for_a_while(till: Till, status: int) -> None:
    till.server.status = status
    other, outcome = till.ended(), till.claimed()
    started = timezone.now()

    notifying.notify(outcome)

    assert pause(outcome, started) >= notifying.BUSY_PAUSE
    assert pause(other, started) >= notifying.BUSY_PAUSE


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("90", timedelta(seconds=90), timedelta(seconds=100)),
        ("999999999", timedelta(hours=1), timedelta(hours=1, seconds=10)),
        ("0", timedelta(), timedelta(seconds=10)),
        ("-5", timedelta(), timedelta(seconds=10)),
        ("soon", timedelta(), timedelta(seconds=10)),
        (f"Mon, 01 Jan {9**20} 00:00:00 GMT", timedelta(), timedelta(seconds=10)),
    ],
    ids=["seconds", "for ever", "at once", "before", "words", "year"],
)
def test_retry_after_is_heeded_within_an_hour(
    till: Till, asked: str, least: timedelta, most: timedelta
) -> None:
    till.server.status, till.server.headers_sent = 500, {"Retry-After": asked}
    outcome = till.claimed()
    started = timezone.now()

    notifying.notify(outcome)

    assert least <= pause(outcome, started) <= most


@pytest.mark.database
def test_gone_disables_the_address_and_gives_up_what_is_due(till: Till) -> None:
    till.server.status = 410
    waiting, outcome = till.ended(), till.claimed()

    notifying.notify(outcome)

    endpoint = Endpoint.objects.get()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "gone")
    outcome.refresh_from_db()
    waiting.refresh_from_db()
    assert (outcome.state, outcome.error) == ("dead", "status_410")
    assert (waiting.state, waiting.error) == ("dead", "endpoint_disabled")
    assert Act.objects.filter(kind="webhook_endpoint.disabled").count() == 1
    # What ends from now on is asked for by the till.
    assert till.ended().state == "done"


@pytest.mark.parametrize(("days", "is_enabled"), [(4.9, True), (5.1, False)])
def test_five_days_of_failing_disable_an_address(
    till: Till, days: float, is_enabled: bool
) -> None:
    till.server.status = 500
    since = timezone.now() - timedelta(days=days)
    Endpoint.objects.update(failing_since=since)

    notifying.notify(till.claimed())

    endpoint = Endpoint.objects.get()
    assert endpoint.is_enabled is is_enabled
    assert endpoint.disabled_reason == ("" if is_enabled else "failing")


def test_a_disabled_address_is_not_told(till: Till) -> None:
    outcome = till.claimed()
    Endpoint.objects.update(is_enabled=False)

    assert not notifying.notify(Outcome.objects.get(pk=outcome.pk))

    assert till.server.asked == []
    assert Outcome.objects.get().error == "endpoint_disabled"


def test_a_claim_lasts_longer_than_an_attempt() -> None:
    assert Outcome.pause_after(0) > timedelta(seconds=notifying.SECONDS)


def test_who_comes_late_with_a_failure_does_not_move_what_another_has_claimed(
    till: Till,
) -> None:
    till.server.status = 500
    late = till.claimed()
    assert Outcome.objects.claim(Outcome.objects.get())
    claimed = Outcome.objects.get()

    notifying.notify(late)

    assert Outcome.objects.get().due_at == claimed.due_at


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a turn last as long as there is something due, on a busy machine too."""
    monkeypatch.setattr(notifying, "TURN_SECONDS", 600.0)


class Waiting(Executor):
    """Threads that begin nothing until told to."""

    def __init__(self) -> None:
        self.begun: list[tuple[Future[Any], Any]] = []

    def submit(self, fn: Any, /, *args: Any, **_kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.begun.append((future, lambda: fn(*args)))
        return future

    def work(self) -> None:
        """Do all that was begun."""
        begun, self.begun = self.begun, []
        for future, work in begun:
            future.set_result(work())


@pytest.mark.usefixtures("patient")
@pytest.mark.database
def test_an_address_that_hangs_has_its_share_and_no_more(till: Till) -> None:
    hanging = [till.ended() for _one in range(6)]
    Outcome.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    made = endpoints.register_endpoint(
        company=till.company,
        address=Address(till.endpoint.url.replace("/hooks", "/others")),
        author=make.operator(),
    )
    till.attach(made.key.endpoint)
    other = till.ended()
    pool = Waiting()

    assert notifying.notify_due(8, pool) == notifying.IN_FLIGHT + 1
    assert notifying.notify_due(8, pool) == 1
    assert notifying.notify_due(8, pool) == 0
    pool.work()

    for outcome in (*hanging, other):
        outcome.refresh_from_db()
        assert outcome.state == "done"
    assert len(till.server.asked) == 7
    assert notifying.notify_due(8, pool) == 0
    assert notifying._busy == {}


@pytest.mark.usefixtures("patient")
def test_no_more_turns_begin_than_there_are_threads(till: Till) -> None:
    till.ended()
    till.ended()
    pool = Waiting()

    assert notifying.notify_due(1, pool) == 1

    pool.work()
    assert len(till.server.asked) == 2


def test_a_pool_that_is_shut_down_keeps_no_share(till: Till) -> None:
    till.ended()

    pool = ThreadPoolExecutor(1)
    pool.shutdown()

    with pytest.raises(RuntimeError):
        notifying.notify_due(8, pool)

    assert notifying._busy == {}


@pytest.mark.database
def test_what_lost_its_address_is_given_up(till: Till) -> None:
    till.ended(State.DECLINED)
    Outcome.objects.update(endpoint=None)
    pool = Waiting()

    assert notifying.notify_due(8, pool) == 1
    pool.work()

    assert Outcome.objects.get().state == "dead"


def test_a_slow_address_gives_its_thread_back(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "TURN_SECONDS", 0.0)
    till.ended()
    till.ended()
    pool = Waiting()

    notifying.notify_due(1, pool)
    pool.work()

    assert len(till.server.asked) == 1
    assert Outcome.objects.due().count() == 1
