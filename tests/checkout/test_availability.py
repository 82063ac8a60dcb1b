"""Who may be asked now. Six causes, one query."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from checkout.availability import OVERDUE, reach
from checkout.models import PaymentPrompt, State, Terminal
from shoppers.models import BlockedCompany, Shopper, TillSettings
from tests import make

pytestmark = pytest.mark.database


@pytest.fixture
def terminal(db: None) -> Terminal:
    return make.terminal(make.company("Magasin X")).terminal


@pytest.fixture
def shopper(db: None) -> Shopper:
    return make.shopper().shopper


def wish(of: Shopper, **columns: object) -> None:
    TillSettings.objects.update_or_create(shopper=of, defaults=columns)


def end_prompts(
    by: Terminal, to: Shopper, count: int, state: State = State.EXPIRED
) -> QuerySet[PaymentPrompt]:
    """Leave `count` prompts that ended so behind."""
    now = timezone.now()
    PaymentPrompt.objects.bulk_create(
        PaymentPrompt(
            terminal=by,
            shopper=to,
            state=state,
            amount=100,
            currency="EUR",
            payee="Magasin X",
            expires_at=now,
            decided_at=now,
        )
        for _ in range(count)
    )
    return PaymentPrompt.objects.filter(shopper=to)


def cause_of(shopper: Shopper, by: Terminal, *, is_contactless: bool = False) -> str:
    return reach(shopper.pk, by, is_contactless=is_contactless).cause


def test_whoever_wished_nothing_may_be_asked(
    terminal: Terminal, shopper: Shopper
) -> None:
    assert cause_of(shopper, terminal) == ""


def quiet(_by: Terminal, to: Shopper) -> None:
    wish(to, quiet_until=timezone.now() + timedelta(hours=1))


def blocked(by: Terminal, to: Shopper) -> None:
    BlockedCompany.objects.create(shopper=to, company=by.company)


def no_device(_by: Terminal, to: Shopper) -> None:
    to.devices.update(revoked_at=timezone.now())


def busy(by: Terminal, to: Shopper) -> None:
    make.prompt(by, to)


def rate_limited(by: Terminal, to: Shopper) -> None:
    end_prompts(by, to, 4)


CAUSES = [quiet, blocked, no_device, busy, rate_limited]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_each_cause_has_its_name(
    terminal: Terminal, shopper: Shopper, cause: Callable[[Terminal, Shopper], None]
) -> None:
    cause(terminal, shopper)

    assert cause_of(shopper, terminal) == cause.__name__


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_every_cause_costs_the_same_single_query(
    terminal: Terminal,
    shopper: Shopper,
    cause: Callable[[Terminal, Shopper], None],
    django_assert_num_queries: Callable[[int], object],
) -> None:
    cause(terminal, shopper)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        cause_of(shopper, terminal, is_contactless=True)


def test_a_pass_without_network_needs_the_shoppers_wish(
    terminal: Terminal, shopper: Shopper
) -> None:
    before = cause_of(shopper, terminal, is_contactless=True)
    wish(shopper, is_contactless=True)

    after = cause_of(shopper, terminal, is_contactless=True)

    assert (before, after) == ("not_activated", "")


def test_quiet_ends_by_itself(terminal: Terminal, shopper: Shopper) -> None:
    wish(shopper, quiet_until=timezone.now() - timedelta(seconds=1))

    assert cause_of(shopper, terminal) == ""


def test_another_companys_till_is_not_blocked(
    terminal: Terminal, shopper: Shopper
) -> None:
    BlockedCompany.objects.create(shopper=shopper, company=make.company("Autre"))

    assert cause_of(shopper, terminal) == ""


def test_another_shoppers_wishes_and_prompts_do_not_count(
    terminal: Terminal, shopper: Shopper
) -> None:
    stranger = make.shopper().shopper
    for cause in CAUSES:
        if cause is not no_device:
            cause(terminal, stranger)

    assert cause_of(shopper, terminal) == ""


def test_three_unanswered_prompts_are_still_borne(
    terminal: Terminal, shopper: Shopper
) -> None:
    end_prompts(terminal, shopper, 3)

    assert cause_of(shopper, terminal) == ""


def test_a_till_that_cancels_each_time_bothers_as_much(
    terminal: Terminal, shopper: Shopper
) -> None:
    end_prompts(terminal, shopper, 2)
    end_prompts(terminal, shopper, 2, State.CANCELED)

    assert cause_of(shopper, terminal) == "rate_limited"


@pytest.mark.parametrize(
    "state", [State.APPROVED, State.DECLINED, State.REJECTED, State.UNREACHABLE]
)
def test_what_was_answered_or_reached_no_phone_does_not_count(
    terminal: Terminal, shopper: Shopper, state: State
) -> None:
    end_prompts(terminal, shopper, 4, state)

    assert cause_of(shopper, terminal) == ""


def test_ten_minutes_later_all_is_forgotten(
    terminal: Terminal, shopper: Shopper
) -> None:
    past = timezone.now() - timedelta(minutes=10, seconds=1)
    end_prompts(terminal, shopper, 4).update(created_at=past)

    assert cause_of(shopper, terminal) == ""


def test_a_prompt_whose_time_is_over_is_to_be_ended_first(
    terminal: Terminal, shopper: Shopper
) -> None:
    make.prompt(terminal, shopper, expires_at=timezone.now() - timedelta(seconds=1))

    assert cause_of(shopper, terminal) == OVERDUE


def test_nobody_is_there_once_the_shopper_is_erased(
    terminal: Terminal, shopper: Shopper
) -> None:
    Shopper.objects.filter(pk=shopper.pk).delete()

    assert cause_of(shopper, terminal) == "no_device"
