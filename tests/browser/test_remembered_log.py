"""What a reader's browser remembers of the log, and finds by it."""

import base64
import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from ledger.models import LogKey
from products.models import Product
from tests.browser.proofs import (
    AGAIN,
    CONSISTENCY,
    OTHER_ROOT,
    PROOF,
    address,
    changing,
    expect_state,
    grow,
    log_size,
    product,
    told,
)
from tests.browser.test_pages import assert_accessible

__all__ = ["product"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def remembered(page: Page) -> dict[str, Any]:
    return json.loads(page.evaluate("localStorage.getItem('flashsesame.log')"))  # type: ignore[no-any-return]


def implant(page: Page, **members: Any) -> None:
    """Make the browser remember another log than it saw."""
    memory = json.dumps({**remembered(page), **members})
    page.evaluate("memory => localStorage.setItem('flashsesame.log', memory)", memory)


@pytest.fixture
def visited(page: Page, live_server: LiveServer, product: Product) -> Page:
    """Return a page that saw the log before, which has grown since."""
    page.goto(address(live_server, product))
    expect_state(page, "verified")
    grow()
    return page


def test_a_log_that_only_grew_is_found_to_have(visited: Page) -> None:
    # What the browser's cache still has is of the smaller log.
    visited.route(PROOF, lambda route: route.fulfill(response=route.fetch()))
    with visited.expect_response(CONSISTENCY):
        assert visited.evaluate(AGAIN) == "verified"
    assert remembered(visited)["size"] == log_size()

    changing(
        visited, CONSISTENCY, lambda data: data.replace(b'"hashes":["', b'"hashes":["A')
    )
    implant(visited, size=log_size() - 1, root=OTHER_ROOT)
    assert visited.evaluate(AGAIN) == "refused"


@pytest.mark.parametrize(
    "other",
    [
        {"root": OTHER_ROOT},
        {"size": 5},
        {"size": 1, "root": OTHER_ROOT},
        {"size": 500},
        {"origin": "elsewhere.example/log"},
    ],
    ids=["root", "smaller", "first", "cut-off", "renamed"],
)
def test_a_log_that_was_rewritten_is_told(visited: Page, other: dict[str, Any]) -> None:
    implant(visited, **other)
    before = remembered(visited)

    assert visited.evaluate(AGAIN) == "refused"

    assert "not the one that your browser saw before" in told(visited)
    assert remembered(visited) == before


def test_growth_that_cannot_be_asked_is_not_taken_for_granted(visited: Page) -> None:
    visited.route(PROOF, lambda route: route.fulfill(response=route.fetch()))
    visited.route(CONSISTENCY, lambda route: route.abort())

    assert visited.evaluate(AGAIN) == "uncompared"
    assert remembered(visited)["size"] < log_size()


def test_a_new_key_is_told_once(visited: Page) -> None:
    implant(visited, keys=["sesame.example/log+219df064+ATtq"])

    assert visited.evaluate(AGAIN) == "rekeyed"
    assert visited.evaluate(AGAIN) == "verified"


def test_the_log_s_page_tells_and_forgets_what_is_remembered(
    visited: Page, live_server: LiveServer
) -> None:
    visited.goto(f"{live_server}/log?lang=en")
    assert_accessible(visited)
    seen = remembered(visited)["size"]
    expect(visited.locator("#memory")).to_contain_text(f"A log of {seen} entries")
    expect(visited.locator("#now")).to_contain_text(str(log_size()))
    public = base64.b64encode(b"\1" + bytes(LogKey.objects.get().public)).decode()
    expect(visited.locator("#now")).to_contain_text(public)

    visited.get_by_role("button", name="Forget it").click()

    expect(visited.locator("#memory")).to_contain_text("Nothing.")
    assert visited.evaluate("localStorage.length") == 0
