"""A till asks: the signed request, its order of checks, its retries."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, OperationalError, connections
from rest_framework.test import APIClient

from checkout.errors import RequestInProgress
from checkout.models import Delivery, PaymentPrompt, State, TerminalRequest
from checkout.proving import DECOY_SECRET
from checkout.services import Asked, ask, replace_secret
from tests import make
from tests.checkout.tills import Till

SENTENCE = (
    "Le taux de satisfaction des employés de cette entreprise est de 64 %. "
    "Voulez-vous valider votre paiement ?"
)


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


@pytest.mark.database
def test_a_signed_request_becomes_a_pending_prompt(till: Till) -> None:
    answer = till.post(till.body())

    assert answer.status_code == 202
    body = answer.json()
    assert body["state"] == "pending"
    assert body["amount"] == 1299
    assert 50 <= body["expires_in"] <= 60
    assert len(body["number"]) == 2
    assert body["poll_token"].startswith("fst_")


def test_the_prompt_carries_amount_payee_and_the_sentence(till: Till) -> None:
    till.post(till.body())

    prompt = PaymentPrompt.objects.get()
    assert prompt.text == SENTENCE
    assert (prompt.payee, prompt.amount, prompt.currency) == ("Magasin X", 1299, "EUR")
    assert (prompt.rate, prompt.rate_n) == (64, 41)


def test_the_till_never_learns_who_the_shopper_is(till: Till) -> None:
    answer = till.post(till.body())

    assert str(till.shopper.shopper.pk) not in answer.content.decode()


def test_an_english_shopper_reads_english(till: Till) -> None:
    other = make.shopper("en")

    till.post(till.body(**{"pass": make.handle(other.shopper)}))

    assert PaymentPrompt.objects.get().text == (
        "The satisfaction rate of this company’s employees is 64%. "
        "Do you want to confirm your payment?"
    )


def test_without_a_published_rate_none_is_invented(api: APIClient, db: None) -> None:
    shop = make.company("Sans taux")
    terminal, _secret = make.terminal(shop)

    prompt = make.prompt(terminal, make.shopper().shopper)

    assert prompt.rate is None
    assert "Aucun taux" in prompt.text


def test_the_row_and_its_delivery_are_there_together(till: Till) -> None:
    till.post(till.body())

    assert Delivery.objects.get().prompt == PaymentPrompt.objects.get()


NEGATIVE_HEADERS: list[tuple[str, dict[str, str | None]]] = [
    ("no id", {"webhook-id": None}),
    ("no timestamp", {"webhook-timestamp": None}),
    ("no signature", {"webhook-signature": None}),
    ("float timestamp", {"webhook-timestamp": "1614265330.9"}),
    ("no comma", {"webhook-signature": "invalid_signature"}),
    ("not ASCII", {"webhook-signature": "v1,é"}),
    ("dot in the id", {"webhook-id": "msg.1"}),
    ("wrong key", {"webhook-signature": "v1," + "A" * 43 + "="}),
]


@pytest.mark.parametrize(
    "changes",
    [one for _, one in NEGATIVE_HEADERS],
    ids=[n for n, _ in NEGATIVE_HEADERS],
)
def test_every_unproven_request_gets_the_same_401(
    till: Till, changes: dict[str, str | None]
) -> None:
    body = till.body()
    headers = make.signed(body, till.secret)
    for name, value in changes.items():
        if value is None:
            del headers[name]
        else:
            headers[name] = value

    answer = till.post(body, headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_signature"
    assert not TerminalRequest.objects.exists()
    assert not PaymentPrompt.objects.exists()


@pytest.mark.parametrize("offset", [-330, 330])
def test_a_stale_or_early_request_is_refused(till: Till, offset: int) -> None:
    body = till.body()

    assert (
        till.post(body, make.signed(body, till.secret, offset=offset)).status_code
        == 401
    )


def test_an_altered_body_is_refused(till: Till) -> None:
    body = till.body()
    headers = make.signed(body, till.secret)

    assert till.post(body.replace(b"1299", b"1298"), headers).status_code == 401


@pytest.mark.parametrize("terminal", ["nobody", "3f0e3f1e-4c1e-4b6e-9b0a-000000000000"])
def test_an_unknown_terminal_gets_that_401_too(till: Till, terminal: str) -> None:
    body = till.body(terminal_id=terminal)

    answer = till.api.post(
        f"/api/v1/terminals/{terminal}/payment-prompts",
        body,
        content_type="application/json",
        headers=make.signed(body, till.secret),
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_signature")


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_tried_besides_the_keys_proves_nothing(
    till: Till, *, is_known: bool
) -> None:
    terminal = str(till.terminal.pk) if is_known else "nobody"
    body = till.body(terminal_id=terminal)

    answer = till.api.post(
        f"/api/v1/terminals/{terminal}/payment-prompts",
        body,
        content_type="application/json",
        headers=make.signed(body, DECOY_SECRET),
    )

    assert answer.status_code == 401


def test_a_disabled_terminal_is_refused(till: Till) -> None:
    till.terminal.is_enabled = False
    till.terminal.save()

    assert till.post(till.body()).status_code == 401


def test_a_replaced_secret_proves_nothing(till: Till) -> None:
    replace_secret(till.terminal, overlap=timedelta(0))

    assert till.post(till.body()).status_code == 401


def test_a_body_of_20001_bytes_is_refused_first(till: Till) -> None:
    answer = till.post(b"x" * 20_001, {})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_request_signed_for_another_terminal_is_refused(till: Till) -> None:
    other, _secret = make.terminal(till.company)

    body = make.prompt_body(other, make.handle(till.shopper.shopper))

    assert till.post(body).status_code == 401


def test_another_type_of_request_is_refused(till: Till) -> None:
    assert till.post(till.body(type="payment_prompt.cancel")).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 9_000, b"NaN"]
)
def test_malformed_content_is_400(till: Till, body: bytes) -> None:
    answer = till.post(body)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    "members",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": "abc"},
        {"amount": 12.5},
        {"amount": 10**13},
        {"currency": "euro"},
        {"currency": None},
        {"reference": "x" * 65},
        {"pass": "x" * 201},
    ],
)
def test_a_wrong_member_is_named(till: Till, members: dict[str, Any]) -> None:
    answer = till.post(till.body(**members))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert answer.json()["errors"][0]["field"] in members


def test_a_missing_type_is_named(till: Till) -> None:
    content = json.loads(till.body())
    del content["type"]

    answer = till.post(json.dumps(content).encode())

    assert answer.json()["errors"][0]["field"] == "type"


@pytest.mark.parametrize("handle", ["FS1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "nonsense"])
def test_an_unknown_pass_is_a_rejected_prompt(till: Till, handle: str) -> None:
    answer = till.post(till.body(**{"pass": handle}))

    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["reason"]) == (
        "rejected",
        "pass_invalid",
    )
    assert not Delivery.objects.exists()


def test_a_pass_works_once(till: Till) -> None:
    handle = make.handle(till.shopper.shopper)
    till.post(till.body(**{"pass": handle}))

    second = till.post(till.body(**{"pass": handle}))

    assert second.json()["reason"] == "pass_invalid"


def test_a_second_prompt_at_once_is_rejected_without_saying_why(till: Till) -> None:
    till.post(till.body())

    answer = till.post(till.body()).json()

    assert (answer["state"], answer["reason"]) == ("rejected", "shopper_unavailable")
    assert PaymentPrompt.objects.get(pk=answer["id"]).audit_reason == "busy"


def test_a_stale_prompt_does_not_block_the_next(
    till: Till, settings: LazySettings
) -> None:
    settings.PROMPT_TTL_SECONDS = 0
    till.post(till.body())
    settings.PROMPT_TTL_SECONDS = 60

    assert till.post(till.body()).json()["state"] == "pending"
    assert PaymentPrompt.objects.filter(state=State.EXPIRED).count() == 1


def test_a_retry_gets_the_first_answer(till: Till) -> None:
    body = till.body()
    first = till.post(body, make.signed(body, till.secret, identifier="msg_1"))

    second = till.post(
        body, make.signed(body, till.secret, identifier="msg_1", offset=5)
    )

    assert second.status_code == 202
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["poll_token"] == first.json()["poll_token"]
    assert PaymentPrompt.objects.count() == 1


def test_the_same_id_with_another_body_is_422(till: Till) -> None:
    first, second = till.body(), till.body(amount=5)
    till.post(first, make.signed(first, till.secret, identifier="msg_1"))

    answer = till.post(second, make.signed(second, till.secret, identifier="msg_1"))

    assert (answer.status_code, answer.json()["code"]) == (
        422,
        "idempotency_key_reused",
    )


def test_a_dead_broker_fails_no_request(
    till: Till, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def dead(*_args: object, **_options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("checkout.tasks.deliver.apply_async", dead)

    with django_capture_on_commit_callbacks(execute=True):
        answer = till.post(till.body())

    assert answer.json()["state"] == "pending"
    assert Delivery.objects.due().count() == 0
    assert Delivery.objects.open().count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_ten_identical_requests_at_once_make_one_prompt(api: APIClient) -> None:
    till = Till(api)
    body = till.body()
    headers = make.signed(body, till.secret, identifier="msg_1")

    def post(_number: int) -> tuple[int, str]:
        try:
            answer = Till.post(till, body, headers)
            return answer.status_code, answer.json().get("id", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(post, range(10)))

    assert {status for status, _ in answers} <= {202, 409}
    assert len({prompt for status, prompt in answers if status == 202}) == 1
    assert PaymentPrompt.objects.count() == 1


def test_another_broken_rule_is_no_retry(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_a_rule(*_args: object, **_members: object) -> None:
        raise IntegrityError("some other constraint")

    monkeypatch.setattr("checkout.services.asking._create_prompt", break_a_rule)

    with pytest.raises(IntegrityError):
        ask(
            terminal=till.terminal,
            key="msg_1",
            body_sha256="0" * 64,
            asked=Asked("FS1.x", 1, "EUR"),
        )


class Cause(Exception):
    """What the driver raised, with PostgreSQL's code."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "refusal"),
    [
        ("55P03", RequestInProgress),
        ("40P01", RequestInProgress),
        ("58030", OperationalError),
    ],
    ids=["lock", "deadlock", "disk"],
)
def test_a_request_that_is_being_worked_on_is_409(
    till: Till, monkeypatch: pytest.MonkeyPatch, sqlstate: str, refusal: Any
) -> None:
    def wait(*_args: object, **_members: object) -> None:
        raise OperationalError("annulation") from Cause(sqlstate)

    monkeypatch.setattr("checkout.services.asking._create_prompt", wait)

    with pytest.raises(refusal):
        ask(
            terminal=till.terminal,
            key="msg_1",
            body_sha256="0" * 64,
            asked=Asked("FS1.x", 1, "EUR"),
        )

    assert not TerminalRequest.objects.exists()
