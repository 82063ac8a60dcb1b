"""The live list of prompts: who sees what, what is stuck, how fast it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from checkout import figures
from checkout.models import (
    Delivery,
    OutboxState,
    PaymentPrompt,
    State,
    SweeperSign,
    Terminal,
)
from tests import make

pytestmark = pytest.mark.django_db
PROMPTS = reverse("admin:checkout_paymentprompt_changelist")
DELIVERIES = reverse("admin:checkout_delivery_changelist")


@pytest.fixture
def terminal() -> Terminal:
    return make.terminal(make.company("Filature")).terminal


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make.operator())
    return make.second_factor(client)


def browser_of(terminal: Terminal) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make.member(terminal.company))
    return make.second_factor(client)


def page(client: Client, address: str = PROMPTS, **query: str) -> str:
    answer = client.get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer
    return answer.content.decode()


def prompt(terminal: Terminal, **columns: Any) -> PaymentPrompt:
    made = make.prompt(terminal, make.shopper().shopper)
    PaymentPrompt.objects.filter(pk=made.pk).update(**columns)
    return made


def test_a_member_sees_the_prompts_of_its_company_alone(terminal: Terminal) -> None:
    own = prompt(terminal)
    other = prompt(make.terminal(make.company("Étrangère")).terminal)

    shown = page(browser_of(terminal))

    assert quote(own.pk) in shown
    assert quote(other.pk) not in shown
    assert "Last 24 hours: 1" in shown
    assert "Overdue since" not in shown


def test_why_somebody_cannot_be_asked_is_told_to_operators_alone(
    terminal: Terminal, operator: Client
) -> None:
    now = timezone.now()
    refused = prompt(
        terminal,
        state=State.REJECTED,
        reason="shopper_unavailable",
        audit_reason="blocked",
        decided_at=now,
    )
    address = reverse("admin:checkout_paymentprompt_change", args=[refused.pk])
    member = browser_of(terminal)

    assert "blocked" not in page(member, address)
    assert "blocked" in page(operator, address)
    for lookup in ("audit_reason", "audit_reason__exact", "shopper__isnull"):
        asked = member.get(PROMPTS, {lookup: "blocked"})
        assert (asked.status_code, "e=1" in str(asked.headers.get("Location"))) != (
            200,
            False,
        ), lookup


def test_the_list_refreshes_itself_unless_somebody_searches(operator: Client) -> None:
    refresh = '<meta http-equiv="refresh" content="5">'

    assert refresh in page(operator)
    assert refresh not in page(operator, q="T-1")


def test_an_empty_list_says_what_to_do(operator: Client) -> None:
    assert "Nothing was asked in this time" in page(operator)
    assert "No sweeper has ever run" in page(operator)


def test_an_operator_sees_what_is_stuck(terminal: Terminal, operator: Client) -> None:
    made = prompt(terminal)
    SweeperSign.objects.create(at=timezone.now())
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    Delivery.objects.create(
        prompt=made, target="7", state=OutboxState.DEAD, due_at=timezone.now()
    )

    shown = page(operator)

    assert "2\xa0minutes" in shown
    assert f'<a href="{DELIVERIES}?state__exact=dead">1</a>' in shown
    assert "last sign of life" in shown


def test_the_list_asks_few_questions(
    terminal: Terminal,
    operator: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    page(operator)
    for _ in range(3):
        prompt(terminal)

    with django_assert_max_num_queries(18):
        page(operator)


@pytest.mark.parametrize(
    ("period", "is_shown"),
    [("", False), ("hour", False), ("month", True), ("all", True)],
)
def test_the_last_day_is_shown_unless_more_is_asked(
    terminal: Terminal, operator: Client, period: str, is_shown: bool
) -> None:
    old = prompt(terminal, created_at=timezone.now() - timedelta(days=2))
    asked = {"period": period} if period else {}

    assert (quote(old.pk) in page(operator, **asked)) is is_shown


def test_what_was_given_up_is_tried_again(terminal: Terminal, operator: Client) -> None:
    prompt(terminal)
    Delivery.objects.update(state=OutboxState.DEAD, error="gone", attempts=5)
    delivery = Delivery.objects.get()
    assert "gone" in page(operator, DELIVERIES)

    operator.post(
        DELIVERIES, {"action": "try_again", "_selected_action": [delivery.pk]}
    )

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (OutboxState.OPEN, 0)


def test_a_member_sees_no_message_to_a_phone(terminal: Terminal) -> None:
    assert browser_of(terminal).get(DELIVERIES).status_code == 403


def test_times_and_rates_are_those_of_what_was_asked(terminal: Terminal) -> None:
    now = timezone.now()
    for seconds in (1, 2, 3):
        prompt(
            terminal,
            state=State.APPROVED,
            created_at=now,
            sent_at=now + timedelta(seconds=seconds),
            decided_at=now + timedelta(seconds=10 * seconds),
        )
    prompt(terminal, created_at=now - timedelta(hours=2))
    prompt(terminal, created_at=now, state=State.REJECTED, decided_at=now)

    hour, day = figures.periods(PaymentPrompt.objects.all())

    assert (hour.count, day.count) == (4, 5)
    assert [rate for _name, rate in hour.rates] == [100, 0, 100]
    assert [(one.count, one.p50) for one in hour.times] == [
        (3, 2.0),
        (0, None),
        (3, 20.0),
    ]
    assert [rate for _name, rate in day.rates] == [75, 0, 75]


def test_one_prompt_is_the_middle_of_itself(terminal: Terminal) -> None:
    now = timezone.now()
    prompt(terminal, created_at=now, sent_at=now + timedelta(seconds=2))

    hour, _day = figures.periods(PaymentPrompt.objects.all())

    assert (hour.times[0].p50, hour.times[0].p95) == (2.0, 2.0)
