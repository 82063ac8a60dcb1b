"""Terminals and the keys that prove what they ask."""

import base64
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from checkout.models import Terminal, TerminalKey
from common import sealing
from companies.models import Company

# Both secrets count for a day: tills are not all changed in the same minute.
OVERLAP = timedelta(hours=24)


class Registered(NamedTuple):
    """A new terminal; the secret is shown this once."""

    terminal: Terminal
    secret: str


@transaction.atomic
def register_terminal(*, company: Company, label: str) -> Registered:
    """Create a terminal of a company, with a secret of 32 random bytes."""
    terminal = Terminal.objects.create(company=company, label=label)
    return Registered(terminal, _new_key(terminal))


@transaction.atomic
def replace_secret(terminal: Terminal, *, overlap: timedelta = OVERLAP) -> str:
    """Give a terminal a new secret; the earlier ones count for `overlap` more."""
    until = timezone.now() + overlap
    terminal.keys.active().filter(not_after=None).update(not_after=until)
    return _new_key(terminal)


def _new_key(terminal: Terminal) -> str:
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    TerminalKey.objects.create(terminal=terminal, sealed_secret=sealing.seal(secret))
    return secret
