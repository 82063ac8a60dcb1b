"""The simulated till and phone against the real application, over HTTP."""

import asyncio
import json
from typing import Any

import pytest

from checkout.models import PaymentPrompt
from checkout.simulating.lines import NotReached, Refused, Server
from checkout.simulating.misbehaving import ACTS, EXPECTED, Wish, misbehave
from checkout.simulating.phone import AsyncPhone, Phone, digest
from checkout.simulating.till import AsyncTill, Prompt, Till
from config.testing.processes import free_port
from tests import make
from tests.checkout.serving import Shop

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20


def test_a_payment_is_heard_shown_confirmed_and_told(shop: Shop) -> None:
    async def scenario(till: AsyncTill, phone: AsyncPhone) -> tuple[Prompt, Any]:
        line = phone.listen()
        await anext(line)
        asked = await till.ask(
            await phone.mint_pass(), 1299, "EUR", reference="T-1", basket=[make.gtin()]
        )
        waiting = asyncio.create_task(till.wait(asked, PATIENCE_SECONDS))
        async for event in line:
            if event.name == "prompt":
                break
        card = json.loads(event.data)
        await phone.receipt(card, "delivered")
        await phone.receipt(card, "seen")
        await phone.decide(card, approve=True)
        await line.aclose()  # type: ignore[attr-defined]
        return await waiting, card

    outcome, card = shop.pay(scenario)

    assert (outcome.state, outcome.content["reference"]) == ("approved", "T-1")
    assert card["text"].startswith("Le taux de satisfaction des employés")
    assert card["number"] == outcome.number
    assert outcome.content["delivery"] == "seen"


def test_the_phone_computes_the_digest_and_does_not_copy_it(shop: Shop) -> None:
    async def scenario(till: AsyncTill, phone: AsyncPhone) -> str:
        await till.ask(await phone.mint_pass(), 1299, "EUR")
        [card] = await phone.pending()
        assert digest(card) == card["digest"]
        with pytest.raises(Refused) as refused:
            await phone.decide({**card, "amount": 1}, approve=True)
        return refused.value.code

    assert shop.pay(scenario) == "digest_mismatch"


def test_a_phone_takes_the_prompt_whose_code_the_till_shows(shop: Shop) -> None:
    async def scenario(till: AsyncTill, phone: AsyncPhone) -> Prompt:
        asked = await till.ask("", 1299, "EUR", mode="claim")
        card = await phone.claim(asked.claim_code)
        await phone.decide(card, approve=False)
        return await till.wait(asked, PATIENCE_SECONDS)

    assert shop.pay(scenario).state == "declined"


def test_a_till_cancels_and_finds_what_it_asked(shop: Shop) -> None:
    async def scenario(
        till: AsyncTill, phone: AsyncPhone
    ) -> tuple[Prompt, list[Prompt]]:
        asked = await till.ask(await phone.mint_pass(), 1299, "EUR", reference="T-7")
        canceled = await till.cancel(asked)
        [found] = await till.find("T-7")
        return canceled, [found, await till.read(found)]

    canceled, found = shop.pay(scenario)

    assert [one.state for one in (canceled, *found)] == ["canceled"] * 3
    assert {one.id for one in found} == {canceled.id}


def test_who_cancels_too_late_is_told(shop: Shop) -> None:
    async def scenario(till: AsyncTill, phone: AsyncPhone) -> str:
        asked = await till.ask(await phone.mint_pass(), 1299, "EUR")
        await phone.decide((await phone.pending())[0], approve=True)
        with pytest.raises(Refused) as refused:
            await till.cancel(asked)
        return refused.value.code

    assert shop.pay(scenario) == "already_approved"


@pytest.mark.parametrize("name", sorted(ACTS))
def test_misbehaviour_is_answered_as_it_must_be(shop: Shop, name: str) -> None:
    async def scenario(till: AsyncTill, phone: AsyncPhone) -> Any:
        return await misbehave(till, name, Wish(await phone.mint_pass()))

    answers = shop.pay(scenario)

    assert EXPECTED[name].are_right(answers), [
        (one.status, one.body[:200]) for one in answers
    ]
    assert PaymentPrompt.objects.count() == (
        0 if answers[0].status in (401, 413) else 1
    )


def test_the_devices_work_without_a_loop(shop: Shop) -> None:
    till, phone = Till(shop.address, *shop.credentials), Phone(shop.address)
    assert phone.sign_up("en").startswith("fsd_")
    line = phone.listen()
    next(line)
    asked = till.ask(phone.mint_pass(), 1299, "EUR", reference="T-1")
    card = next(json.loads(one.data) for one in line if one.name == "prompt")
    assert card["id"] == phone.pending()[0]["id"]
    phone.receipt(card)
    phone.decide(card, approve=True)

    assert till.wait(asked, 5).state == "approved"
    assert till.find("T-1")[0].state == "approved"
    waiting = till.ask("", 1299, "EUR", mode="claim")
    assert phone.claim(waiting.claim_code)["amount"] == 1299
    assert till.cancel(waiting).state == "canceled"
    assert till.wait(waiting, 0).state == "pending"
    phone.close()
    till.close()


def test_a_line_that_does_not_open_says_why(shop: Shop) -> None:
    shop.token = "fsd_nobody"

    async def scenario(_till: AsyncTill, phone: AsyncPhone) -> int:
        with pytest.raises(Refused) as refused:
            await anext(phone.listen())
        return refused.value.status

    assert shop.pay(scenario) == 401


def test_a_server_that_is_not_there_is_not_reached() -> None:
    async def ask() -> None:
        await Server(f"http://127.0.0.1:{free_port()}").request("GET", "/healthz")

    with pytest.raises(NotReached, match=r"127\.0\.0\.1"):
        asyncio.run(ask())
