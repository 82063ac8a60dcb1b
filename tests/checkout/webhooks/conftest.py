"""A till's server on this machine, and what is told there."""

import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Q
from django.utils import timezone

from checkout import settling
from checkout.models import Endpoint, Outcome, PaymentPrompt, State, Terminal
from checkout.services import endpoints
from checkout.services.endpoints import Address, NewKey
from common import outgoing, signing
from companies.models import Company
from tests import make
from tests.common.https_server import Answering, serving


class Till:
    """A terminal whose outcomes are told at an address, and what arrived there."""

    def __init__(self, url: str, server: type[Answering]) -> None:
        self.server = server
        self.company: Company = make.company("Magasin X")
        self.terminal: Terminal = make.terminal(self.company).terminal
        self.given: NewKey = endpoints.register_endpoint(
            company=self.company, address=Address(url), author=make.operator()
        )
        self.endpoint: Endpoint = self.given.key.endpoint
        self.attach(self.endpoint)

    def attach(self, endpoint: Endpoint) -> None:
        """Have outcomes told at another address from now on."""
        Terminal.objects.filter(pk=self.terminal.pk).update(endpoint=endpoint)

    def ended(self, state: State = State.APPROVED, reference: str = "T-1") -> Outcome:
        """Ask something, end it, and return its outcome, which nobody has claimed."""
        prompt = PaymentPrompt.objects.create(
            terminal=self.terminal,
            amount=1299,
            currency="EUR",
            reference=reference,
            expires_at=timezone.now() + timedelta(minutes=1),
        )
        assert settling.settle(prompt.pk, state, where=Q())
        return Outcome.objects.get(pk=prompt.pk)

    def claimed(self, attempts: int = 1) -> Outcome:
        """Return an outcome claimed for the so-manieth attempt."""
        outcome = self.ended()
        Outcome.objects.filter(pk=outcome.pk).update(attempts=attempts - 1)
        outcome.refresh_from_db()
        assert Outcome.objects.claim(outcome)
        return Outcome.objects.get(pk=outcome.pk)

    def proven(self, key: str, number: int = -1) -> str:
        """Return the `webhook-id` of what arrived, if this key proves it."""
        _path, headers = self.server.asked[number]
        lower = {name.lower(): value for name, value in headers.items()}
        body = self.server.bodies[number]
        return signing.verify(body, lower, [key], now=time.time())


@pytest.fixture
def till(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    """Lend a till whose server listens."""
    with serving(tmp_path) as (address, certificate, handler):
        context = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(outgoing, "trusted", lambda: context)
        host = frozenset([address.removeprefix("https://")])
        monkeypatch.setattr(outgoing, "allowed_private", host)
        yield Till(f"{address}/hooks?of=1", handler)
