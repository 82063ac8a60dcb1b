"""How often a till reads a prompt that is pending, and who keeps the line of two."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import ThreadSensitiveContext
from django.core.cache import BaseCache
from django.test import AsyncClient
from redis.exceptions import ConnectionError as NoRedis

from checkout.models import PaymentPrompt, Terminal
from checkout.services import decide
from checkout.services.receiving import note_stage
from checkout.simulating.phone import AsyncPhone
from checkout.simulating.till import AsyncTill
from checkout.tokens import poll_token
from checkout.views import polling, tills
from common.waiting import in_pool
from shoppers.services import Registered
from tests import make
from tests.checkout.serving import Shop

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10


@pytest.fixture
def shopper(transactional_db: None) -> Registered:
    return make.shopper()


@pytest.fixture
def prompt(shopper: Registered) -> PaymentPrompt:
    terminal: Terminal = make.terminal(make.company("Magasin X")).terminal
    return make.prompt(terminal, shopper.shopper)


def run(scenario: Callable[[], Awaitable[Any]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await scenario()

    asyncio.run(limited())


async def read(prompt: PaymentPrompt, query: str = "") -> Any:
    # Each with a thread of its own, as the server has it: of two at once none waits.
    async with ThreadSensitiveContext():
        return await AsyncClient().get(
            f"/api/v1/payment-prompts/{prompt.pk}{query}",
            headers={"Authorization": f"Bearer {poll_token(prompt.pk)}"},
        )


async def reading(prompt: PaymentPrompt, query: str = "?wait=25") -> Any:
    """Begin a read, and return it once it has the place."""
    before = _ticket(prompt)
    task = asyncio.ensure_future(read(prompt, query))
    while _ticket(prompt) == before:
        await asyncio.sleep(0.001)
    return task


def _ticket(prompt: PaymentPrompt) -> str:
    found = polling._cache().get(f"read:{prompt.pk}")
    return str(polling.Known(*found).ticket) if found else ""


def backdate(prompt: PaymentPrompt) -> None:
    """Let the interval of the latest read be over."""
    key = f"read:{prompt.pk}"
    known = polling.Known(*polling._cache().get(key))
    since = known.since - polling.INTERVAL_SECONDS
    polling._cache().set(key, tuple(known._replace(since=since)))


def test_who_reads_in_vain_within_the_interval_is_slowed_down(
    prompt: PaymentPrompt,
) -> None:
    async def scenario() -> None:
        assert (await read(prompt)).json()["state"] == "pending"
        refused = await read(prompt)

        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (429, "slow_down")
        assert 1 <= int(refused.headers["Retry-After"]) <= 5
        assert (problem["state"], problem["interval"]) == ("pending", 5)

    run(scenario)


def test_after_the_interval_it_may_be_read_again(prompt: PaymentPrompt) -> None:
    async def scenario() -> None:
        await read(prompt)
        assert (await read(prompt)).status_code == 429
        await in_pool(backdate, prompt)

        assert (await read(prompt)).status_code == 200

    run(scenario)


def test_who_is_refused_is_not_refused_for_longer(prompt: PaymentPrompt) -> None:
    async def scenario() -> None:
        await read(prompt)
        before = polling._cache().get(f"read:{prompt.pk}")
        await read(prompt)

        assert polling._cache().get(f"read:{prompt.pk}") == before

    run(scenario)


def test_an_outcome_is_told_however_often_it_is_asked_for(
    prompt: PaymentPrompt, shopper: Registered
) -> None:
    async def scenario() -> None:
        await read(prompt)
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True
        )

        states = [(await read(prompt)).json()["state"] for _ in range(3)]

        assert states == ["approved"] * 3

    run(scenario)


def test_news_of_the_way_to_the_phone_are_told_at_once(prompt: PaymentPrompt) -> None:
    async def scenario() -> None:
        await read(prompt)
        await in_pool(note_stage, prompt.pk, PaymentPrompt.Delivery.SEEN)

        assert (await read(prompt)).json()["delivery"] == "seen"
        # Who says another word each time does not make it news.
        assert (await read(prompt, "?wait=25&delivery=queued")).status_code == 429

    run(scenario)


def test_a_read_that_will_wait_longer_than_the_interval_may_begin_at_once(
    prompt: PaymentPrompt, shopper: Registered
) -> None:
    async def scenario() -> None:
        await read(prompt)
        assert (await read(prompt, "?wait=2")).status_code == 429
        waiting = await reading(prompt)
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True
        )

        assert (await waiting).json()["state"] == "approved"

    run(scenario)


@pytest.mark.database
def test_of_two_reads_at_once_the_newer_stays(
    prompt: PaymentPrompt, shopper: Registered
) -> None:
    async def scenario() -> None:
        older = await reading(prompt)
        newer = await reading(prompt)

        ended = await older
        assert (ended.status_code, ended.json()["code"]) == (429, "slow_down")
        assert ended.headers["Retry-After"] == "5"
        assert not newer.done()
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True
        )
        assert (await newer).json()["state"] == "approved"

    run(scenario)


def test_who_begins_one_read_after_the_other_is_slowed_down(
    prompt: PaymentPrompt, shopper: Registered
) -> None:
    async def scenario() -> None:
        older = await reading(prompt)
        newer = await reading(prompt)
        await older

        third = await read(prompt, "?wait=25")

        assert third.status_code == 429
        assert not newer.done()
        await in_pool(backdate, prompt)
        fourth = await reading(prompt)
        assert (await newer).status_code == 429
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=False
        )
        assert (await fourth).json()["state"] == "declined"

    run(scenario)


def test_a_read_that_nobody_awaits_any_more_leaves_its_place(
    prompt: PaymentPrompt, shopper: Registered
) -> None:
    async def scenario() -> None:
        broken = asyncio.ensure_future(tills._outcome(prompt.pk, 25, None))
        while not _ticket(prompt):
            await asyncio.sleep(0.001)
        broken.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await broken
        waiting = await reading(prompt)
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True
        )

        assert (await waiting).json()["state"] == "approved"

    run(scenario)


def test_reads_of_other_prompts_do_not_count(
    prompt: PaymentPrompt, transactional_db: None
) -> None:
    other = make.prompt(prompt.terminal, make.shopper().shopper)

    async def scenario() -> None:
        assert (await read(prompt)).status_code == 200
        assert (await read(other)).status_code == 200

    run(scenario)


def test_who_has_not_the_token_slows_nobody_down(prompt: PaymentPrompt) -> None:
    async def scenario() -> None:
        stranger = await AsyncClient().get(
            f"/api/v1/payment-prompts/{prompt.pk}",
            headers={"Authorization": "Bearer wrong"},
        )
        assert stranger.status_code == 401
        assert (await read(prompt)).status_code == 200

    run(scenario)


def test_without_redis_nobody_counts(
    prompt: PaymentPrompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lost(BaseCache):
        def get(self, *_args: Any, **_options: Any) -> Any:
            raise NoRedis

    lost = Lost({})
    monkeypatch.setattr(polling, "_cache", lambda: lost)

    async def scenario() -> None:
        assert [(await read(prompt)).status_code for _ in range(3)] == [200] * 3

    run(scenario)


def test_the_first_answer_says_the_interval(shop: Shop) -> None:
    async def scenario(till: AsyncTill, phone: AsyncPhone) -> Any:
        handle = await phone.mint_pass()
        asked = await till.ask(handle, 1299, "EUR")
        # Both are the same: pending, and the second was told to slow down.
        return asked, await till.read(asked), await till.read(asked)

    asked, first, second = shop.pay(scenario)

    assert asked.content["interval"] == 5
    assert (first.state, second) == ("pending", asked)
