"""A published product, its log, and answers that are changed on their way."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ledger.models import State
from ledger.sequencing import sequence
from products.models import Product
from products.services import publish_sheet
from tests import make

SCRIPT = "/static/web/proof.js"
PROOF, BODY, CONSISTENCY = "**/proof?lang=*", "**/*?revision=*", "**/consistency?*"
# Checks again, as the page does when it is loaded, and tells what it came to.
AGAIN = f"""async () => {{
    const {{ check }} = await import("{SCRIPT}");
    const place = document.getElementById("proof");
    await check(place, 0);
    return place.dataset.state;
}}"""
OTHER_ROOT = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def product() -> Product:
    """Return a published product in a log with others before and after it."""
    make.product(published=True)
    made = make.product(of=make.company("Filature"), name="Pull marin")
    make.field(made, "eco.environmental_cost", "1180")
    make.field(made, "identity.brand", "Val d’Ance & fils <sœurs>")
    publish_sheet(product=made)
    make.product(published=True)
    sequence()
    return made


def log_size() -> int:
    return State.objects.get().size


def grow() -> None:
    make.product(published=True)
    sequence()


def address(server: LiveServer, product: Product, language: str = "en") -> str:
    return f"{server}/01/{product.pk}?lang={language}"


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("#proof")).to_have_attribute("data-state", state)


def told(page: Page) -> str:
    return page.locator("#proof [role=status]").inner_text()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def spread(count: int, length: int) -> list[int]:
    """Return `count` places from the first to the last of `length`."""
    return sorted({round(at * (length - 1) / (count - 1)) for at in range(count)})


Change = Callable[[bytes], bytes]


def changing(page: Page, pattern: str, change: Change) -> None:
    """Answer what the server answers, changed on the way."""

    def answer(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, body=change(real.body()))

    page.unroute(pattern)
    page.route(pattern, answer)
