"""How often tills may ask: each terminal by itself, many of them behind one address."""

import pytest
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from checkout.models import TerminalRequest
from tests import make
from tests.checkout.tills import Till


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


def limit(monkeypatch: pytest.MonkeyPatch, scope: str, rate: str) -> None:
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, scope, rate)


def test_a_terminal_asks_so_many_times_a_minute(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "terminal", "2/day")
    bodies = [till.body(**{"pass": "nonsense"}) for _ in range(3)]

    answers = [till.post(body) for body in bodies]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[2]["Retry-After"]) <= 86_400
    assert TerminalRequest.objects.count() == 2


def test_who_asks_too_often_may_still_cancel(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "terminal", "1/day")
    prompt_id = till.post(till.body()).json()["id"]

    assert till.post(till.body()).status_code == 429
    assert till.cancel(prompt_id).status_code == 200


def test_requests_without_proof_cost_a_terminal_nothing(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "terminal", "1/day")

    for _ in range(3):
        assert till.post(till.body(), {}).status_code == 401

    assert till.post(till.body()).status_code == 202


def test_terminals_behind_one_address_do_not_stop_each_other(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "terminal", "1/day")
    till.post(till.body())
    other, secret = make.terminal(till.company)
    body = make.prompt_body(other, make.handle(make.shopper().shopper))

    answer = till.api.post(
        f"/api/v1/terminals/{other.pk}/payment-prompts",
        body,
        content_type="application/json",
        headers=make.signed(body, secret),
    )

    assert answer.status_code == 202


def test_an_address_has_a_limit_before_anything_is_read(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "prompt", "2/day")

    answers = [till.post(b"{}", {}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert "Retry-After" in answers[2].headers


def test_a_counter_lost_by_the_cache_stops_nobody(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_key: str) -> int:
        raise ValueError

    monkeypatch.setattr("checkout.views.limits.cache.incr", lost)

    assert till.post(till.body()).status_code == 202
