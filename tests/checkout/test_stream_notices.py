"""A recall on the phone's open line, beside the prompts and after them."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.utils import timezone

from checkout.views.streams import events
from common.waiting import in_pool
from scanning import noticing
from scanning.models import HistoryEntry, NoticeDelivery
from scanning.services.history import switch_history
from scanning.services.notices import see_notice
from shoppers.models import Shopper
from tests import make
from tests.products.notices_made import issued

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 10


@pytest.fixture
def shopper(transactional_db: None) -> Shopper:
    """Return who scanned a cheese that will be recalled."""
    return make.shopper().shopper


def recall(shopper: Shopper) -> None:
    """Recall a product of a shopper's history, and tell it."""
    product = make.product(name="Tomme", of=make.company(), published=True)
    switch_history(shopper=shopper, is_enabled=True)
    HistoryEntry.objects.create(
        shopper=shopper, gtin=product.pk, lot="L1", scanned_at=timezone.now()
    )
    issued(product, batches=[{"lot": "L1"}])
    noticing.work(settle_seconds=0)


async def next_event(stream: AsyncIterator[bytes]) -> tuple[str, dict[str, Any]]:
    """Return the next event, but for signs of life."""
    while True:
        lines = (await anext(stream)).decode().strip().split("\n")
        if lines[0].startswith("event: "):
            fields = dict(line.split(": ", 1) for line in lines)
            return fields["event"], json.loads(fields["data"])


@pytest.mark.database
def test_a_recall_reaches_the_open_line_and_again_until_it_is_seen(
    shopper: Shopper,
) -> None:
    device = shopper.devices.get()

    async def scenario() -> None:
        stream = events(device)
        assert (await anext(stream)).startswith(b"retry: ")
        waiting = asyncio.ensure_future(next_event(stream))
        await in_pool(recall, shopper)
        event, card = await waiting
        assert (event, card["affected"], card["lot"]) == ("notice", True, "L1")
        assert "L1" in card["affected_text"]

        # Another phone, or the same one after a tunnel.
        again = events(device)
        assert (await next_event(again))[1] == card
        key = (await in_pool(NoticeDelivery.objects.get)).pk
        await in_pool(see_notice, shopper=shopper, delivery_id=key)
        assert await in_pool(noticing.unseen_of, shopper) == []

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE_SECONDS))


def test_a_prompt_comes_before_a_recall(shopper: Shopper) -> None:
    shop = make.company("Magasin X")
    make.rate(shop)
    recall(shopper)
    make.prompt(make.terminal(shop).terminal, shopper)
    device = shopper.devices.get()

    async def scenario() -> None:
        stream = events(device)
        names = [(await next_event(stream))[0] for _ in range(2)]
        assert names == ["prompt", "notice"]

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE_SECONDS))
