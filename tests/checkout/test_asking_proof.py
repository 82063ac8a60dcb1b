"""Every way to lack a proof: one 401, the same bytes, the same work."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from checkout.models import PaymentPrompt, Terminal, TerminalRequest
from checkout.services.terminals import add_public_key, disable_terminal
from common import sealing, signing
from tests import make
from tests.checkout.tills import Till

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "webhooks.json").read_text()
)
NEGATIVE = VECTORS["negative"]
POSITIVE = [
    vector
    for vector in VECTORS["vectors"]
    if vector["scheme"].startswith("standard-webhooks")
]
SAME_ID = {"X-Request-ID": "the-same-for-all"}
NOBODY = "3f0e3f1e-4c1e-4b6e-9b0a-000000000000"

Headers = dict[str, str]


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


@pytest.fixture
def pair(till: Till) -> str:
    """Give the terminal a public key too, and return the private one."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    add_public_key(
        till.terminal, public_key="whpk_" + base64.b64encode(public).decode()
    )
    return "whsk_" + base64.b64encode(private.private_bytes_raw() + public).decode()


def forged(recipe: dict[str, Any], body: bytes, secret: str) -> Headers:
    """Return the headers of a request after a recipe of the vectors."""
    headers = make.signed(body, secret, offset=recipe.get("seconds", 0))
    name = recipe.get("header", "webhook-signature")
    value = headers[name]
    match recipe["op"]:
        case "drop_header":
            del headers[name]
        case "set_header":
            # The test client sends Latin-1: these are the bytes of UTF-8.
            headers[name] = recipe["value"].encode().decode("latin-1")
        case "insert_in_header":
            at = recipe["at"]
            headers[name] = value[:at] + recipe["value"] + value[at:]
        case "flip_signature_bit":
            raw = bytearray(base64.b64decode(value.removeprefix("v1,")))
            raw[recipe["byte"]] ^= recipe["mask"]
            headers[name] = "v1," + base64.b64encode(raw).decode()
        case "truncate_signature":
            headers[name] = value[: len("v1,") + recipe["keep"]]
        case "sign_with_clock_offset":
            pass
        case unknown:
            raise AssertionError(unknown)
    return headers


def families(till: Till) -> Iterator[tuple[str, str, bytes, Headers]]:
    """Yield every kind of request without proof: name, address, body, headers."""
    body = till.body()
    for vector in NEGATIVE:
        yield (
            vector["name"],
            till.url,
            body,
            forged(vector["recipe"], body, till.secret),
        )
    wrong = "whsec_" + base64.b64encode(b"x" * 32).decode()
    yield "wrong key", till.url, body, make.signed(body, wrong)
    yield "altered body", till.url, body + b" ", make.signed(body, till.secret)
    yield "early", till.url, body, make.signed(body, till.secret, offset=330)
    yield "no headers", till.url, body, {}
    elsewhere = "/api/v1/terminals/{}/payment-prompts"
    for name, terminal in (("unknown", NOBODY), ("no identifier", "nobody")):
        other = till.body(terminal_id=terminal)
        signed = make.signed(other, till.secret)
        yield name, elsewhere.format(terminal), other, signed
    switched_off, secret = make.terminal(till.company)
    disable_terminal(switched_off)
    other = till.body(terminal_id=str(switched_off.pk))
    signed = make.signed(other, secret)
    yield "disabled", elsewhere.format(switched_off.pk), other, signed
    many = " ".join(["v1," + "A" * 43 + "="] * 6)
    headers = {**make.signed(body, till.secret), "webhook-signature": many}
    yield "six signatures", till.url, body, headers


def test_every_family_gets_the_same_bytes_and_writes_nothing(till: Till) -> None:
    control = till.post(till.body())
    before = PaymentPrompt.objects.count(), TerminalRequest.objects.count()

    answers = {}
    for name, url, body, headers in families(till):
        answer = till.api.post(
            url, body, content_type="application/json", headers={**headers, **SAME_ID}
        )
        shown = dict(answer.headers)
        answers[name] = (answer.status_code, answer.content, sorted(shown.items()))

    assert control.status_code == 202
    assert len(answers) > len(NEGATIVE)
    assert {status for status, _, _ in answers.values()} == {401}
    assert len({repr(answer) for answer in answers.values()}) == 1, answers
    assert (
        PaymentPrompt.objects.count(),
        TerminalRequest.objects.count(),
    ) == before
    assert till.post(till.body()).status_code == 202


def test_the_body_has_no_request_id_and_the_header_does(till: Till) -> None:
    first, second = (till.post(till.body(), {}) for _ in range(2))

    assert first.content == second.content
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


Count = Callable[[str, bytes, Headers], tuple[int, ...]]


@pytest.fixture
def count(till: Till, monkeypatch: pytest.MonkeyPatch) -> Count:
    """Return a function that counts the work of one request."""
    done = {"hmac": 0, "unseal": 0, "tried": 0}

    def counted(module: Any, name: str, key: str) -> None:
        original = getattr(module, name)

        def call(*args: Any, **members: Any) -> Any:
            done[key] += 1
            return original(*args, **members)

        monkeypatch.setattr(module, name, call)

    counted(signing, "_hmac", "hmac")
    counted(signing, "_proves", "tried")
    counted(sealing, "unseal", "unseal")

    def of(url: str, body: bytes, headers: Headers) -> tuple[int, ...]:
        done.update(hmac=0, unseal=0, tried=0)
        with CaptureQueriesContext(connection) as queries:
            answer = till.api.post(
                url, body, content_type="application/json", headers=headers
            )
        assert answer.status_code == 401
        return done["hmac"], done["tried"], done["unseal"], len(queries)

    return of


def test_every_family_costs_the_same_work(till: Till, count: Count) -> None:
    work = {
        name: count(url, body, headers) for name, url, body, headers in families(till)
    }

    # Three secrets and two public keys are tried, and there is one query.
    assert set(work.values()) == {(3, 5, 3, 1)}, work


def test_a_terminal_with_more_keys_costs_the_same_work(
    till: Till, pair: str, count: Count
) -> None:
    body = till.body()

    work = count(till.url, body, make.signed(body + b" ", pair))

    assert work == (3, 5, 3, 1)


@pytest.mark.parametrize("is_known", [True, False])
def test_ed25519_is_tried_as_often_for_nobody(
    till: Till, pair: str, monkeypatch: pytest.MonkeyPatch, *, is_known: bool
) -> None:
    tried = []
    original = signing._is_ed25519

    def noted(*args: Any) -> bool:
        tried.append(1)
        return original(*args)

    monkeypatch.setattr(signing, "_is_ed25519", noted)
    terminal = str(till.terminal.pk) if is_known else NOBODY
    body = till.body(terminal_id=terminal)

    answer = till.api.post(
        f"/api/v1/terminals/{terminal}/payment-prompts",
        body,
        content_type="application/json",
        headers=make.signed(body + b" ", pair),
    )

    assert answer.status_code == 401
    assert len(tried) == 2


def test_a_till_that_made_its_own_pair_is_let_in(till: Till, pair: str) -> None:
    body = till.body()

    answer = till.post(body, make.signed(body, pair))

    assert answer.json()["state"] == "pending"


def test_one_good_signature_of_two_is_enough(till: Till, pair: str) -> None:
    body = till.body()
    headers = make.signed(body, till.secret)
    other = make.signed(body + b" ", pair)["webhook-signature"]
    headers["webhook-signature"] = f"{other} {headers['webhook-signature']}"

    assert till.post(body, headers).status_code == 202


@pytest.mark.parametrize("vector", POSITIVE, ids=range(len(POSITIVE)))
@pytest.mark.parametrize("offset", [-300, 0, 300])
def test_the_published_positives_are_proven(
    till: Till, monkeypatch: pytest.MonkeyPatch, vector: dict[str, Any], offset: int
) -> None:
    give_keys(till.terminal, vector)
    now = vector["timestamp"] + offset
    monkeypatch.setattr("checkout.views.doors.time.time", lambda: now)
    headers = {
        "webhook-id": vector["id"],
        "webhook-timestamp": str(vector["timestamp"]),
        "webhook-signature": vector["expected"],
    }

    answer = till.post(vector["body"].encode(), headers)

    # Proven, and then found to be no question.
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def give_keys(terminal: Terminal, vector: dict[str, Any]) -> None:
    terminal.keys.all().delete()
    secret = vector["secret"]
    if secret.startswith("whsec_"):
        terminal.keys.create(sealed_secret=sealing.seal(secret))
    if "public" in vector:
        terminal.keys.create(kind="v1a", public_key=vector["public"])


def test_signatures_are_compared_in_constant_time(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    original = hmac.compare_digest

    def noted(left: bytes, right: bytes) -> bool:
        compared.append(1)
        return original(left, right)

    monkeypatch.setattr("common.signing.hmac.compare_digest", noted)

    till.post(till.body(), {})

    assert len(compared) == 3


def test_twenty_thousand_bytes_and_one_are_refused_before_any_key(
    till: Till, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = till.post(b"x" * 20_001, {})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
