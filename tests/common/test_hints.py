"""Hints to workers."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from common import hints
from companies.tasks.mailing import send_mails


def test_is_sent_once_and_does_not_wait_in_the_queue_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(send_mails, "apply_async", lambda *a, **o: sent.append((a, o)))

    assert hints.send(send_mails, 7, lost="mails.hint_lost")

    assert sent == [(((7,),), {"retry": False, "expires": 60})]


def test_that_no_broker_takes_is_only_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_args: object, **_options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(send_mails, "apply_async", dead)

    with capture_logs() as logs:
        assert not hints.send(send_mails, lost="mails.hint_lost")

    assert logs == [
        {
            "event": "mails.hint_lost",
            "reason": "ConnectionError",
            "log_level": "warning",
        }
    ]
