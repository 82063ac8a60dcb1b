"""Registers that are switched on, and answer what a test has set."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from common import outgoing
from companies.models import RegisterRecord
from companies.registers import asking
from tests.companies.registers.answers import SIREN, Replies, recorded


@pytest.fixture(autouse=True)
def switched_on(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REGISTERS = ("sirene", "gleif")
    monkeypatch.setattr(asking, "SPACING_SECONDS", 0)


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> Replies:
    """Return what registers answer; SIRENE knows the company of the tests."""
    content = Replies()
    content.say(f"/search?q={SIREN}", 200, recorded("sirene_found"))
    monkeypatch.setattr(outgoing, "get", content.get)
    return content


@pytest.fixture
def later() -> Callable[..., None]:
    """Return a function that lets the time pass until every record is due."""

    def pass_time(**columns: Any) -> None:
        past = timezone.now() - timedelta(seconds=1)
        RegisterRecord.objects.update(next_try_at=past, **columns)
        cache.clear()

    return pass_time
