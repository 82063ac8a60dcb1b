"""The other way round: the till shows a code, and the phone that reads it is asked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from checkout import sentences, settling, tokens
from checkout.cards import terminal_answer
from checkout.errors import AlreadyClaimed
from checkout.models import PaymentPrompt, State, Terminal
from checkout.services import Asked, ask, claim
from shoppers.models import BlockedCompany, Shopper, TillSettings
from shoppers.services import Registered
from tests import make

pytestmark = pytest.mark.database
URL = "/api/v1/me/prompts/claim"


@pytest.fixture
def terminal(db: None) -> Terminal:
    shop = make.company("Magasin X")
    make.rate(shop, 64)
    return make.terminal(shop).terminal


@pytest.fixture
def shopper(db: None) -> Registered:
    return make.shopper("en")


def waiting(by: Terminal, key: str = "msg_claim") -> PaymentPrompt:
    """Return a prompt that waits for a phone."""
    answer = ask(
        terminal=by, key=key, body_sha256="0" * 64, asked=Asked(None, 1299, "EUR")
    )
    return PaymentPrompt.objects.get(pk=answer["id"])


def read(api: APIClient, by: Registered, code: str) -> Any:
    headers = {"Authorization": f"Bearer {by.token}"}
    return api.post(URL, {"code": code}, headers=headers)


def test_the_phone_that_reads_the_code_is_asked_in_its_language(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    before = waiting(terminal)

    answer = read(api, shopper, tokens.claim_code(before.pk))

    assert answer.status_code == 200
    prompt = PaymentPrompt.objects.get(pk=before.pk)
    assert (prompt.shopper, prompt.language) == (shopper.shopper, "en")
    assert prompt.text == (
        "The satisfaction rate of this company’s employees is 64%. "
        "Do you want to confirm your payment?"
    )
    assert prompt.digest == sentences.digest(prompt) != before.digest
    assert prompt.claimed_at is not None
    assert prompt.version == before.version + 1
    assert prompt.delivery == PaymentPrompt.Delivery.DELIVERED
    card = answer.json()
    assert (card["text"], card["digest"]) == (prompt.text, prompt.digest)


def test_what_was_claimed_is_answered_as_any_other(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = waiting(terminal)
    card = read(api, shopper, tokens.claim_code(prompt.pk)).json()

    answer = api.post(
        f"/api/v1/me/prompts/{prompt.pk}/decision",
        {"decision": "approve", "digest": card["digest"]},
        headers={"Authorization": f"Bearer {shopper.token}"},
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "approved")


def test_the_same_phone_may_read_it_again(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = waiting(terminal)
    code = tokens.claim_code(prompt.pk)

    first, again = read(api, shopper, code), read(api, shopper, code)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["digest"] == again.json()["digest"]
    prompt.refresh_from_db()
    assert prompt.version == 2


def test_the_second_shopper_comes_too_late(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = waiting(terminal)
    read(api, make.shopper(), tokens.claim_code(prompt.pk))

    late = read(api, shopper, tokens.claim_code(prompt.pk))

    assert (late.status_code, late.json()["code"]) == (409, "already_claimed")


def test_what_was_asked_by_a_pass_is_its_shoppers_alone(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)
    code = tokens.claim_code(prompt.pk)

    stranger = read(api, make.shopper(), code)
    own = read(api, shopper, code)

    assert (stranger.status_code, stranger.json()["code"]) == (409, "already_claimed")
    assert own.status_code == 200
    prompt.refresh_from_db()
    assert prompt.claimed_at is not None
    assert prompt.delivery == PaymentPrompt.Delivery.DELIVERED


def test_a_prompt_whose_shopper_was_erased_is_nobodys(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, make.shopper().shopper)
    PaymentPrompt.objects.update(shopper=None)

    answer = read(api, shopper, tokens.claim_code(prompt.pk))

    assert answer.json()["code"] == "already_claimed"


FORGED: dict[str, Callable[[str], str]] = {
    "empty": lambda _code: " ",
    "the id alone": lambda code: code.split(".")[1],
    "no tag": lambda code: code.rpartition(".")[0] + ".",
    "another tag": lambda code: code[:-16] + "A" * 16,
    "another prompt": lambda code: f"FSC1.{'A' * 27}.{code[-16:]}",
    "a pass": lambda _code: "FS1." + "A" * 26,
    "not ASCII": lambda code: code[:-1] + "é",
    "a line end": lambda code: code + "\n.",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=list(FORGED))
def test_a_forged_code_opens_nothing(
    api: APIClient,
    terminal: Terminal,
    shopper: Registered,
    forge: Callable[[str], str],
) -> None:
    prompt = waiting(terminal)

    answer = read(api, shopper, forge(tokens.claim_code(prompt.pk)))

    assert answer.status_code in (400, 404)
    prompt.refresh_from_db()
    assert prompt.shopper is None


def test_a_code_of_a_prompt_that_is_gone_is_of_no_payment(
    api: APIClient, shopper: Registered
) -> None:
    answer = read(api, shopper, tokens.claim_code("A" * 27))

    assert (answer.status_code, answer.json()["code"]) == (404, "invalid_claim_code")


def test_the_code_of_an_earlier_key_still_opens(
    api: APIClient, terminal: Terminal, shopper: Registered, settings: Any
) -> None:
    code = tokens.claim_code(waiting(terminal).pk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-tests-which-is-long-enough"

    assert claim(shopper=shopper.shopper, code=code).shopper == shopper.shopper


def test_the_poll_token_is_no_claim_code(terminal: Terminal) -> None:
    prompt = waiting(terminal)

    assert not tokens.is_claim_code(prompt.pk, tokens.poll_token(prompt.pk))
    assert tokens.is_claim_code(prompt.pk, tokens.claim_code(prompt.pk))
    # The till shows the code to everybody: it must not give the token away.
    assert tokens.poll_token(prompt.pk)[4:20] != tokens.claim_code(prompt.pk)[-16:]


def test_nobody_claims_without_a_token(api: APIClient, terminal: Terminal) -> None:
    code = tokens.claim_code(waiting(terminal).pk)

    assert api.post(URL, {"code": code}).status_code == 401


def quiet(_by: Terminal, to: Shopper) -> None:
    until = timezone.now() + timedelta(hours=1)
    TillSettings.objects.create(shopper=to, quiet_until=until)


def company_blocked(by: Terminal, to: Shopper) -> None:
    BlockedCompany.objects.create(shopper=to, company=by.company)


def busy(by: Terminal, to: Shopper) -> None:
    make.prompt(by, to)


@pytest.mark.parametrize(
    "cause", [quiet, company_blocked, busy], ids=lambda cause: cause.__name__
)
def test_the_shopper_is_told_why_not(
    api: APIClient,
    terminal: Terminal,
    shopper: Registered,
    cause: Callable[[Terminal, Shopper], None],
) -> None:
    cause(terminal, shopper.shopper)
    prompt = waiting(terminal)

    answer = read(api, shopper, tokens.claim_code(prompt.pk))

    assert (answer.status_code, answer.json()["code"]) == (409, cause.__name__)
    assert answer.json()["detail"]
    # The till sees a code that nobody has read yet.
    prompt.refresh_from_db()
    assert terminal_answer(prompt)["state"] == "pending"
    assert prompt.shopper is None


def test_whoever_left_prompts_unanswered_may_still_claim(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    now = timezone.now()
    for _ in range(4):
        prompt = make.prompt(terminal, shopper.shopper)
        PaymentPrompt.objects.filter(pk=prompt.pk).update(
            state=State.EXPIRED, decided_at=now
        )

    answer = read(api, shopper, tokens.claim_code(waiting(terminal).pk))

    assert answer.status_code == 200


def test_an_overdue_prompt_of_before_is_in_nobodys_way(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    past = timezone.now() - timedelta(seconds=1)
    before = make.prompt(terminal, shopper.shopper, expires_at=past)

    answer = read(api, shopper, tokens.claim_code(waiting(terminal).pk))

    assert answer.status_code == 200
    before.refresh_from_db()
    assert before.state == State.EXPIRED


def test_an_expired_code_is_refused(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = waiting(terminal)
    PaymentPrompt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answer = read(api, shopper, tokens.claim_code(prompt.pk))

    assert (answer.status_code, answer.json()["code"]) == (409, "prompt_expired")
    assert answer.json()["state"] == "expired"


def test_a_code_that_the_till_took_back_is_refused(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = waiting(terminal)
    settling.settle(prompt.pk, State.CANCELED, where=settling.IN_TIME)

    answer = read(api, shopper, tokens.claim_code(prompt.pk))

    assert (answer.status_code, answer.json()["code"]) == (409, "prompt_canceled")


def test_the_till_learns_nothing_of_who_claimed(
    api: APIClient, terminal: Terminal, shopper: Registered
) -> None:
    prompt = waiting(terminal)
    read(api, shopper, tokens.claim_code(prompt.pk))
    prompt.refresh_from_db()

    said = str(terminal_answer(prompt))

    assert str(shopper.shopper.pk) not in said
    assert prompt.text not in said


@pytest.mark.django_db(transaction=True)
def test_of_five_phones_at_once_one_gets_it() -> None:
    shop = make.company("Magasin X")
    terminal = make.terminal(shop).terminal
    together = threading.Barrier(5)

    def take(of: Shopper, code: str) -> bool:
        try:
            together.wait()
            claim(shopper=of, code=code)
        except AlreadyClaimed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(5) as pool:
        for number in range(8):
            people = [make.shopper().shopper for _ in range(5)]
            prompt = waiting(terminal, f"msg_{number}")
            code = tokens.claim_code(prompt.pk)

            taken = list(pool.map(take, people, [code] * 5))

            prompt.refresh_from_db()
            assert taken.count(True) == 1
            assert prompt.shopper == people[taken.index(True)]
            assert prompt.digest == sentences.digest(prompt)


@pytest.mark.django_db(transaction=True)
def test_one_phone_that_reads_two_codes_at_once_takes_one() -> None:
    terminal = make.terminal(make.company("Magasin X")).terminal
    together = threading.Barrier(2)

    def take(of: Shopper, code: str) -> str:
        try:
            together.wait()
            claim(shopper=of, code=code)
        except Exception as error:
            return str(getattr(error, "code", repr(error)))
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        for number in range(8):
            person = make.shopper().shopper
            codes = [
                tokens.claim_code(waiting(terminal, f"msg_{number}_{side}").pk)
                for side in "ab"
            ]

            said = sorted(pool.map(take, [person] * 2, codes))

            assert said == ["busy", "taken"]
