"""One attempt: what a till's server is told, and what is kept of its answer."""

import base64
import json
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import LazySettings
from django.utils import timezone

from checkout import notifying
from checkout.models import Endpoint, EndpointKey, Outcome, State, WebhookAttempt
from checkout.services import endpoints
from common import outgoing, signing
from common.times import rfc3339
from tests import make
from tests.checkout.webhooks.conftest import Till


@pytest.mark.parametrize("state", sorted({*State} - {State.PENDING, State.REJECTED}))
def test_the_end_of_a_prompt_is_told_in_few_words(till: Till, state: State) -> None:
    outcome = till.ended(state, "Ticket « 7 »")
    assert Outcome.objects.claim(outcome)

    assert notifying.notify(outcome)

    [(path, headers)] = till.server.asked
    prompt = outcome.prompt
    prompt.refresh_from_db()
    assert prompt.decided_at is not None
    decided_at = rfc3339(prompt.decided_at)
    assert json.loads(till.server.bodies[0]) == {
        "type": f"payment_prompt.{state}",
        "timestamp": decided_at,
        "data": {
            "id": prompt.pk,
            "terminal_id": str(till.terminal.pk),
            "state": state,
            "amount": 1299,
            "currency": "EUR",
            "reference": "Ticket « 7 »",
            "decided_at": decided_at,
        },
    }
    assert path == "/hooks?of=1"
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("Flashsesame/")
    assert headers["webhook-id"] == outcome.webhook_id
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


def test_our_signature_is_proven_by_our_verifier_and_by_the_key_alone(
    till: Till,
) -> None:
    notifying.notify(till.claimed())

    key = till.given.secret
    assert key.startswith("whpk_")
    assert till.proven(key).startswith("msg_")
    # As a till's maker does it, without any code of ours.
    headers = till.server.asked[0][1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
    version, _comma, signature = headers["webhook-signature"].partition(",")
    assert version == "v1a"
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key[5:])).verify(
        base64.b64decode(signature), signed + till.server.bodies[0]
    )


def test_every_key_that_counts_signs(till: Till) -> None:
    author = make.operator()
    second = endpoints.replace_key(endpoint=till.endpoint, author=author, kind="v1")
    third = endpoints.replace_key(endpoint=till.endpoint, author=author, kind="v1a")

    notifying.notify(till.claimed())

    assert till.server.asked[0][1]["webhook-signature"].count(",") == 3
    for secret in (till.given.secret, second.secret, third.secret):
        assert till.proven(secret)


def test_a_key_whose_time_is_over_signs_no_more(till: Till) -> None:
    made = endpoints.replace_key(
        endpoint=till.endpoint,
        author=make.operator(),
        kind="v1",
        overlap=timedelta(0),
    )

    notifying.notify(till.claimed())

    assert till.proven(made.secret)
    with pytest.raises(signing.SignatureRefused):
        till.proven(till.given.secret)


@pytest.mark.database
def test_the_attempt_is_kept_with_the_beginning_of_the_answer(till: Till) -> None:
    noise = "\x00\x1b[2J\r\n\t\u202eeurt\u2066 é\ufffd"
    till.server.body = f"ok{noise}".encode() + b"\xff" + b"x" * 70_000

    notifying.notify(till.claimed())

    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.error, attempt.number) == (200, "", 1)
    assert attempt.answer.startswith("ok [2J eurt é")
    assert len(attempt.answer) == 500
    assert attempt.answer.isprintable()
    assert attempt.requested_by is None


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_two_hundred_and_something_is_success(till: Till, status: int) -> None:
    till.server.status = status
    Endpoint.objects.update(failing_since="2026-01-01T00:00Z")

    assert notifying.notify(till.claimed())

    outcome = Outcome.objects.get()
    assert (outcome.state, outcome.error) == ("done", "")
    assert outcome.finished_at is not None
    assert Endpoint.objects.get().failing_since is None


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 500, 503])
def test_anything_else_is_a_failure_and_a_redirect_is_not_followed(
    till: Till, status: int
) -> None:
    till.server.status = status
    till.server.headers_sent = {"Location": "https://evil.example/"}

    assert not notifying.notify(till.claimed())

    outcome = Outcome.objects.get()
    assert (outcome.state, outcome.error) == ("open", f"status_{status}")
    assert len(till.server.asked) == 1
    assert WebhookAttempt.objects.get().status == status
    assert Endpoint.objects.get().failing_since is not None


def test_a_second_attempt_has_the_same_id_and_body_and_another_signature(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.server.status = 500
    outcome = till.claimed()
    notifying.notify(outcome)
    # A moment later, by the clock that signs.
    later = timezone.now() + notifying.PAUSES[5]
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Outcome.objects.claim(Outcome.objects.get())
    notifying.notify(Outcome.objects.get())

    (_one, first), (_two, second) = till.server.asked
    assert first["webhook-id"] == second["webhook-id"] == outcome.webhook_id
    assert till.server.bodies[0] == till.server.bodies[1]
    assert int(second["webhook-timestamp"]) > int(first["webhook-timestamp"])
    assert second["webhook-signature"] != first["webhook-signature"]
    assert list(WebhookAttempt.objects.values_list("number", flat=True)) == [2, 1]


@pytest.mark.database
def test_who_dies_between_sending_and_recording_sends_again_under_the_same_id(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = till.claimed()

    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(notifying, "_record", die)
        with pytest.raises(SystemExit):
            notifying.notify(outcome)
    assert not Outcome.objects.due().exists()
    Outcome.objects.update(due_at=outcome.created_at)
    [again] = Outcome.objects.claim_due(5)
    assert notifying.notify(again)

    identifiers = [headers["webhook-id"] for _path, headers in till.server.asked]
    assert identifiers == [outcome.webhook_id] * 2


def test_an_address_that_leads_inside_today_is_not_told(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "allowed_private", frozenset())
    Endpoint.objects.update(url="https://127.0.0.1/hooks")

    assert not notifying.notify(till.claimed())

    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.error) == (None, "private_address")
    assert till.server.asked == []


def test_a_server_that_dribbles_holds_nobody(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "SECONDS", 0.3)
    till.server.drip, till.server.body = 0.02, b"x" * 1_000

    assert not notifying.notify(till.claimed())

    assert WebhookAttempt.objects.get().error == "timeout"


def test_a_key_that_does_not_open_is_a_failure_and_not_a_crash(
    till: Till, settings: LazySettings
) -> None:
    outcome = till.claimed()
    settings.SECRET_KEY = "another key, of somebody who has forgotten the first one"

    assert not notifying.notify(outcome)

    assert WebhookAttempt.objects.get().error == "key_unreadable"
    assert till.server.asked == []


def test_without_a_key_nothing_is_told(till: Till) -> None:
    EndpointKey.objects.all().delete()

    assert not notifying.notify(till.claimed())

    assert WebhookAttempt.objects.get().error == "no_key"
    assert till.server.asked == []
