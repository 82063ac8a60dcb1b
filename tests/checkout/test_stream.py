"""The phone's open line, and the till's long poll."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.http import StreamingHttpResponse
from django.test import AsyncClient
from django.utils import timezone

from checkout.models import PaymentPrompt, Terminal
from checkout.services import decide
from checkout.tokens import poll_token
from common import hub
from common.waiting import in_pool
from shoppers.services import Registered
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10


@pytest.fixture
def terminal(transactional_db: None) -> Terminal:
    shop = make.company("Magasin X")
    make.rate(shop, 64)
    return make.terminal(shop).terminal


@pytest.fixture
def shopper(transactional_db: None) -> Registered:
    return make.shopper()


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run an asynchronous scenario, within a deadline of its own."""

    async def limited() -> None:
        await asyncio.wait_for(_as_coroutine(scenario), PATIENCE_SECONDS)

    asyncio.run(limited())


async def _as_coroutine(scenario: Callable[[], Awaitable[None]]) -> None:
    await scenario()


async def open_stream(by: Registered) -> AsyncIterator[bytes]:
    response = await AsyncClient().get(
        "/api/v1/me/stream", headers={"Authorization": f"Bearer {by.token}"}
    )
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["X-Accel-Buffering"] == "no"
    stream = aiter(cast(StreamingHttpResponse, response).streaming_content)  # type: ignore[arg-type]
    assert (await anext(stream)).startswith(b"retry: ")
    return stream


async def next_event(stream: AsyncIterator[bytes]) -> tuple[str, dict[str, Any]]:
    while True:
        lines = (await anext(stream)).decode().strip().split("\n")
        if not lines[0].startswith(":"):
            fields = dict(line.split(": ", 1) for line in lines)
            return fields["event"], json.loads(fields["data"])


@pytest.mark.database
def test_a_prompt_reaches_the_open_stream(
    terminal: Terminal, shopper: Registered
) -> None:
    async def scenario() -> None:
        stream = await open_stream(shopper)
        waiting = asyncio.ensure_future(next_event(stream))
        await asyncio.sleep(0.2)
        prompt = await in_pool(make.prompt, terminal, shopper.shopper)

        event, card = await waiting

        assert (event, card["id"]) == ("prompt", prompt.pk)
        assert card["amount_text"] == "12,99\u00a0€"
        assert card["payee"] == "Magasin X"
        assert card["text"].startswith("Le taux de satisfaction des employés")
        assert card["number"] == prompt.number

    run(scenario)


def test_a_phone_that_opens_late_is_told_what_is_pending(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        stream = await open_stream(shopper)
        event, card = await next_event(stream)
        assert (event, card["id"]) == ("prompt", prompt.pk)
        # The next turn of the stream has noted the delivery.
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True
        )
        assert await next_event(stream) == (
            "prompt.closed",
            {"id": prompt.pk, "state": "approved"},
        )

    run(scenario)
    prompt.refresh_from_db()
    assert prompt.delivery == PaymentPrompt.Delivery.SENT


def test_answering_on_one_phone_dismisses_it_on_the_other(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        first, second = await open_stream(shopper), await open_stream(shopper)
        await asyncio.gather(next_event(first), next_event(second))
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=False
        )

        ends = await asyncio.gather(next_event(first), next_event(second))

        assert [event for event, _card in ends] == ["prompt.closed"] * 2

    run(scenario)


def test_a_stranger_hears_nothing(
    terminal: Terminal, shopper: Registered, settings: LazySettings
) -> None:
    settings.STREAM_HEARTBEAT_SECONDS = 0.3
    stranger = make.shopper()

    async def scenario() -> None:
        stream = await open_stream(stranger)
        await in_pool(make.prompt, terminal, shopper.shopper)

        assert await anext(stream) == b": still here\n\n"

    run(scenario)


def test_without_a_token_there_is_no_stream(db: None) -> None:
    async def scenario() -> None:
        response = await AsyncClient().get("/api/v1/me/stream")
        assert response.status_code == 401
        assert response.headers["Content-Type"] == "application/problem+json"

    run(scenario)


def test_the_stream_takes_no_post(shopper: Registered) -> None:
    async def scenario() -> None:
        response = await AsyncClient().post(
            "/api/v1/me/stream", headers={"Authorization": f"Bearer {shopper.token}"}
        )
        assert response.status_code == 405

    run(scenario)


def test_streams_end_when_the_server_stops(shopper: Registered) -> None:
    async def scenario() -> None:
        stream = await open_stream(shopper)
        waiting = asyncio.ensure_future(_drain(stream))
        await asyncio.sleep(0.1)
        assert hub.open_count() == 1

        hub.close_all()

        await waiting
        assert hub.open_count() == 0

    run(scenario)


async def _drain(stream: AsyncIterator[bytes]) -> None:
    async for _chunk in stream:
        pass


@pytest.mark.database
def test_fifty_phones_open_at_once(terminal: Terminal, settings: LazySettings) -> None:
    shoppers = [make.shopper() for _ in range(50)]

    async def scenario() -> None:
        streams = await asyncio.gather(*(open_stream(one) for one in shoppers))
        events = [asyncio.ensure_future(next_event(stream)) for stream in streams]
        for one in shoppers:
            await in_pool(make.prompt, terminal, one.shopper)

        assert {event for event, _card in await asyncio.gather(*events)} == {"prompt"}

    run(scenario)


async def poll(prompt_id: str, query: str = "", token: str | None = None) -> Any:
    token = poll_token(prompt_id) if token is None else token
    return await AsyncClient().get(
        f"/api/v1/payment-prompts/{prompt_id}{query}",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.mark.database
def test_the_till_learns_the_answer_by_long_poll(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        waiting = asyncio.ensure_future(poll(prompt.pk, "?wait=25"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await in_pool(
            decide, shopper=shopper.shopper, prompt_id=prompt.pk, is_approved=True
        )

        body = (await waiting).json()

        assert body["state"] == "approved"
        assert body["decided_at"].endswith("Z")

    run(scenario)
    prompt.refresh_from_db()
    assert prompt.acknowledged_at is not None


def test_a_poll_that_waits_in_vain_says_pending(
    terminal: Terminal, shopper: Registered
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        started = time.monotonic()
        body = (await poll(prompt.pk, "?wait=1")).json()
        assert body["state"] == "pending"
        assert time.monotonic() - started >= 1

    run(scenario)
    prompt.refresh_from_db()
    assert prompt.acknowledged_at is None


def test_a_poll_sees_the_end_of_time_without_any_sweep(
    terminal: Terminal, shopper: Registered
) -> None:
    soon = timezone.now() + timedelta(seconds=1)
    prompt = make.prompt(terminal, shopper.shopper, expires_at=soon)

    async def scenario() -> None:
        body = (await poll(prompt.pk, "?wait=8")).json()
        assert (body["state"], body["reason"]) == ("expired", "timeout")

    run(scenario)


@pytest.mark.parametrize("token", ["", "fst_wrong", "é"])
def test_a_wrong_token_reads_nothing(
    terminal: Terminal, shopper: Registered, token: str
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        response = await poll(prompt.pk, token=token)
        assert response.status_code == 401
        assert response.json()["code"] == "invalid_poll_token"

    run(scenario)


def test_a_prompt_that_never_was_gets_the_same_answer(db: None) -> None:
    async def scenario() -> None:
        assert (await poll("never")).status_code == 401

    run(scenario)


@pytest.mark.parametrize("wait", ["-1", "31", "soon", "1e3"])
def test_a_wait_out_of_bounds_is_refused(
    terminal: Terminal, shopper: Registered, wait: str
) -> None:
    prompt = make.prompt(terminal, shopper.shopper)

    async def scenario() -> None:
        response = await poll(prompt.pk, f"?wait={wait}")
        assert (response.status_code, response.json()["code"]) == (400, "invalid_input")

    run(scenario)
