"""What a till reads of its prompt, and at what price."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout import settling
from checkout.models import Outcome, PaymentPrompt, State
from checkout.services import read
from tests import make

pytestmark = pytest.mark.database


@pytest.fixture
def prompt(db: None) -> PaymentPrompt:
    terminal = make.terminal(make.company("Magasin X")).terminal
    return make.prompt(terminal, make.shopper().shopper)


def test_a_pending_prompt_costs_one_question(
    prompt: PaymentPrompt, django_assert_num_queries: Any
) -> None:
    read(prompt.pk)

    with django_assert_num_queries(1):
        found = read(prompt.pk)

    assert found == prompt
    assert found is not None
    assert (found.state, found.acknowledged_at) == (State.PENDING, None)


def test_what_is_over_is_expired_by_whoever_reads_it(prompt: PaymentPrompt) -> None:
    over = timezone.now() - timedelta(seconds=1)
    PaymentPrompt.objects.update(expires_at=over)

    found = read(prompt.pk)

    assert found is not None
    assert (found.state, found.reason) == (State.EXPIRED, settling.TIMEOUT)
    assert Outcome.objects.filter(pk=prompt.pk).exists()


def test_the_first_reading_of_an_end_is_noted(
    prompt: PaymentPrompt, django_assert_num_queries: Any
) -> None:
    settling.settle(prompt.pk, State.APPROVED, where=settling.IN_TIME)

    read(prompt.pk)
    noted = PaymentPrompt.objects.get().acknowledged_at
    with django_assert_num_queries(1):
        read(prompt.pk)

    assert noted is not None
    assert PaymentPrompt.objects.get().acknowledged_at == noted


def test_an_unknown_prompt_is_none(db: None) -> None:
    assert read("nobody-asked-this") is None
