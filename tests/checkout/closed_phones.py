"""Phones whose app is closed, and what they are to be told."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout import delivering
from checkout.models import Delivery, PaymentPrompt, Terminal
from common import hub
from shoppers.services import Registered
from shoppers.services.push import subscribe
from tests import make
from tests.checkout.push_service import ENDPOINT, Phone


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
