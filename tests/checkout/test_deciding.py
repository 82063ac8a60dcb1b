"""The shopper answers, once."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from checkout import settling
from checkout.models import Delivery, PaymentPrompt, State, Terminal
from shoppers.services import Registered
from tests import make


@pytest.fixture
def terminal(db: None) -> Terminal:
    shop = make.company("Magasin X")
    make.rate(shop, 64)
    return make.terminal(shop).terminal


@pytest.fixture
def shopper(db: None) -> Registered:
    return make.shopper()


def answer(
    api: APIClient, by: Registered, prompt: PaymentPrompt, decision: str, **extra: str
) -> Any:
    return api.post(
        f"/api/v1/me/prompts/{prompt.pk}/decision",
        {"decision": decision, **extra},
        headers={"Authorization": f"Bearer {by.token}"},
    )


@pytest.mark.database
@pytest.mark.parametrize(
    ("decision", "state"), [("approve", "approved"), ("decline", "declined")]
)
def test_the_answer_is_final(
    api: APIClient, terminal: Terminal, shopper: Registered, decision: str, state: str
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    result = answer(api, shopper, prompt, decision)

    assert (result.status_code, result.json()["state"]) == (200, state)
    prompt.refresh_from_db()
    assert (prompt.state, prompt.version) == (state, 2)
    assert prompt.decided_at is not None
    assert not Delivery.objects.open().exists()


def test_the_same_answer_again_changes_nothing(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    answer(api, shopper, prompt, "approve")

    again = answer(api, shopper, prompt, "approve")

    assert again.status_code == 200
    prompt.refresh_from_db()
    assert prompt.version == 2


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("approve", "decline", "already_approved"),
        ("decline", "approve", "already_declined"),
    ],
)
def test_the_other_answer_comes_too_late(
    api: APIClient,
    terminal: Terminal,
    shopper: Registered,
    first: str,
    second: str,
    code: str,
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    answer(api, shopper, prompt, first)

    result = answer(api, shopper, prompt, second)

    assert (result.status_code, result.json()["code"]) == (409, code)


def test_a_late_answer_is_not_taken(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    past = timezone.now() - timedelta(seconds=1)
    prompt = make.prompt(terminal, shopper.shopper, expires_at=past)

    result = answer(api, shopper, prompt, "approve")

    assert (result.status_code, result.json()["code"]) == (409, "prompt_expired")
    assert result.json()["state"] == "expired"
    assert result.json()["detail"] == "Trop tard : paiement non validé."


@pytest.mark.parametrize(
    ("state", "code"),
    [(State.CANCELED, "prompt_canceled"), (State.UNREACHABLE, "prompt_ended")],
)
def test_an_answer_after_another_end_is_told_which(
    api: APIClient, terminal: Terminal, shopper: Registered, state: State, code: str
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    settling.settle(prompt.pk, state, where=settling.IN_TIME)

    result = answer(api, shopper, prompt, "approve")

    assert (result.status_code, result.json()["code"]) == (409, code)
    assert result.json()["state"] == state
    assert "paiement non validé" in result.json()["detail"]


def test_a_wrong_digest_declines_nothing_either(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    result = answer(api, shopper, prompt, "decline", digest="0" * 64)

    assert (result.status_code, result.json()["code"]) == (409, "digest_mismatch")
    prompt.refresh_from_db()
    assert prompt.state == State.PENDING


def test_a_stranger_has_no_such_prompt(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    result = answer(api, make.shopper(), prompt, "approve")

    assert (result.status_code, result.json()["code"]) == (404, "unknown_prompt")
    prompt.refresh_from_db()
    assert prompt.state == State.PENDING


def test_nobody_answers_without_a_token(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    result = api.post(
        f"/api/v1/me/prompts/{prompt.pk}/decision", {"decision": "approve"}
    )

    assert result.status_code == 401


@pytest.mark.parametrize("decision", ["", "yes", None])
def test_only_two_answers_are_known(
    api: APIClient, terminal: Terminal, shopper: Registered, decision: Any
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    assert answer(api, shopper, prompt, decision).status_code == 400


def test_a_phone_that_shows_something_else_is_refused(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    wrong = answer(api, shopper, prompt, "approve", digest="0" * 64)
    right = answer(api, shopper, prompt, "approve", digest=prompt.digest)

    assert (wrong.status_code, wrong.json()["code"]) == (409, "digest_mismatch")
    assert right.status_code == 200


def test_a_phone_can_compute_the_digest_from_what_it_shows(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    make.prompt(terminal, shopper.shopper)
    headers = {"Authorization": f"Bearer {shopper.token}"}
    (card,) = api.get("/api/v1/me/prompts", headers=headers).json()["results"]

    shown = {
        key: card[key]
        for key in ("id", "amount", "currency", "payee", "text", "rate", "rate_source")
    }
    shown["rate_n"] = card["rate_n"]
    day = datetime.fromisoformat(card["rate_date"]).replace(tzinfo=UTC)
    shown["rate_date"] = int(day.timestamp())
    shown["expires_at"] = int(datetime.fromisoformat(card["expires_at"]).timestamp())
    canonical = json.dumps(
        shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )

    assert hashlib.sha256(canonical.encode()).hexdigest() == card["digest"]


def test_the_list_shows_ones_own_prompts_only(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    make.prompt(terminal, shopper.shopper)
    stranger = make.shopper()

    mine = api.get(
        "/api/v1/me/prompts?state=pending",
        headers={"Authorization": f"Bearer {shopper.token}"},
    )
    theirs = api.get(
        "/api/v1/me/prompts",
        headers={"Authorization": f"Bearer {stranger.token}"},
    )

    assert [card["amount_text"] for card in mine.json()["results"]] == ["12,99\u00a0€"]
    assert theirs.json()["results"] == []


def test_the_list_never_shows_an_overdue_prompt_as_pending(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    past = timezone.now() - timedelta(seconds=1)
    make.prompt(terminal, shopper.shopper, expires_at=past)
    headers = {"Authorization": f"Bearer {shopper.token}"}

    pending = api.get("/api/v1/me/prompts?state=pending", headers=headers)
    expired = api.get("/api/v1/me/prompts?state=expired", headers=headers)

    assert (len(pending.json()["results"]), len(expired.json()["results"])) == (0, 1)


@pytest.mark.parametrize("state", ["open", "x"])
def test_an_unknown_state_is_refused(
    api: APIClient, shopper: Registered, state: str
) -> None:
    answer = api.get(
        f"/api/v1/me/prompts?state={state}",
        headers={"Authorization": f"Bearer {shopper.token}"},
    )

    assert answer.status_code == 400
