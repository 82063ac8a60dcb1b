"""A sheet checked against the log, in the reader's own browser."""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ledger.sequencing import sequence
from products.models import Product, Sheet
from products.services import publish_sheet
from tests import make
from tests.browser.proofs import (
    AGAIN,
    BODY,
    PROOF,
    SCRIPT,
    address,
    changing,
    expect_state,
    flipped,
    log_size,
    product,
    spread,
    told,
)
from tests.browser.test_pages import assert_accessible
from tests.browser.test_sheet_screens import WATCH

__all__ = ["product"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_BYTES = 4096


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "numéro 1"), ("en", "number 1")],
)
def test_a_true_sheet_gets_its_mark(
    page: Page, live_server: LiveServer, product: Product, language: str, words: str
) -> None:
    problems: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)

    page.goto(address(live_server, product, language))
    expect_state(page, "verified")

    assert problems == []
    assert len([one for one in asked if "/proof?" in one]) == 1
    # There was room for the words from the start.
    assert page.evaluate("window.shift") == 0
    assert words in told(page) or language == "fr"
    assert_accessible(page)
    page.locator("#proof summary").click()
    expect(page.locator("#proof [data-fill=size]")).to_have_text(str(log_size()))


def test_the_script_is_small_and_does_not_hold_up_the_page(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    found = finders.find("web/proof.js")
    assert found
    assert len(gzip.compress(Path(found).read_bytes(), 9)) < MOST_BYTES
    page.route(f"**{SCRIPT}", lambda route: route.abort())

    page.goto(address(live_server, product), wait_until="load")

    # Read without it, the sheet says where its proof is.
    expect(page.locator("#proof")).to_contain_text("has a proof in the public log")
    assert page.locator("script:not([type=module][src])").count() == 0


def test_without_javascript_the_proof_is_a_link(
    plain_page: Page, live_server: LiveServer, product: Product
) -> None:
    plain_page.goto(address(live_server, product))

    expect(plain_page.locator("#proof")).to_contain_text("With JavaScript")
    plain_page.locator("#proof summary").click()
    plain_page.get_by_role("link", name="Proof file").click()
    expect(plain_page.locator("body")).to_contain_text("c2sp.org/tlog-proof@v1")


def test_any_changed_byte_of_what_is_read_is_refused(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    expect_state(page, "verified")
    body = bytes(Sheet.objects.get(product=product, language="en").body)
    with page.expect_response(PROOF) as response:
        assert page.evaluate(AGAIN) == "verified"
    length = len(response.value.body())

    for pattern, places in (
        (BODY, spread(40, len(body))),
        (PROOF, spread(60, length)),
    ):
        for at in places:
            changing(page, pattern, lambda data, at=at: flipped(data, at))  # type: ignore[misc]
            assert page.evaluate(AGAIN) == "refused", (pattern, at)
        changing(page, pattern, lambda data: data[:-1])
        assert page.evaluate(AGAIN) == "refused"
        changing(page, pattern, lambda data: data + b"\n")
        assert page.evaluate(AGAIN) == "refused"
        page.unroute(pattern)
        assert page.evaluate(AGAIN) == "verified"


def test_any_changed_digit_of_the_salt_is_refused(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    expect_state(page, "verified")

    def answer(route: Route) -> None:
        real = route.fetch()
        salt = real.headers["flashsesame-salt"]
        other = "0" if salt[at] != "0" else "1"
        headers = {
            **real.headers,
            "flashsesame-salt": f"{salt[:at]}{other}{salt[at + 1 :]}",
        }
        route.fulfill(response=real, headers=headers)

    page.route(BODY, answer)
    for at in range(64):
        assert page.evaluate(AGAIN) == "refused", at
    expect(page.locator("#proof")).to_contain_text("is not the one that was recorded")


@pytest.mark.parametrize(
    ("shown", "instead"),
    [
        (b">Pull marin<", b">Pull marron<"),
        ("Val d’Ance &amp; fils".encode(), "Val d’Or &amp; fils".encode()),
        (b'data-revision="1"', b'data-revision="2"'),
        (b'data-etag="', b'data-etag="0'),
        (b'data-language="en"', b'data-language="fr"'),
    ],
    ids=["title", "value", "revision", "etag", "language"],
)
def test_a_page_that_shows_something_else_is_refused(
    page: Page, live_server: LiveServer, product: Product, shown: bytes, instead: bytes
) -> None:
    changing(page, "**/01/*", lambda data: data.replace(shown, instead))

    page.goto(address(live_server, product))

    expect_state(page, "refused")
    expect(page.locator("#proof")).to_contain_text("shows something else")


def test_another_revision_s_proof_is_refused(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)
    sequence()
    instead = {b"revision=2": b"revision=1", b"revisions/2": b"revisions/1"}

    def older(data: bytes) -> bytes:
        for one, other in instead.items():
            data = data.replace(one, other)
        return data

    changing(page, "**/01/*", older)
    page.goto(address(live_server, product))

    expect_state(page, "refused")


def test_a_proof_that_is_on_its_way_is_waited_for(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)
    page.clock.install()
    page.goto(address(live_server, product))
    expect_state(page, "pending")
    assert "In a minute" in told(page)

    sequence()
    page.clock.run_for(5_000)

    expect_state(page, "verified")


def test_what_the_log_has_not_gets_no_mark(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    for sheet in Sheet.objects.filter(product=product):
        sheet.pk, sheet.revision, sheet.entry = None, 2, None
        sheet.save()

    page.goto(address(live_server, product))

    expect_state(page, "unlogged")


@pytest.mark.parametrize("pattern", [PROOF, BODY])
@pytest.mark.parametrize("status", [0, 410, 429, 503])
def test_without_an_answer_nothing_is_said_to_be_checked(
    page: Page, live_server: LiveServer, product: Product, pattern: str, status: int
) -> None:
    page.route(
        pattern,
        lambda route: route.fulfill(status=status) if status else route.abort(),
    )

    page.goto(address(live_server, product))

    expect_state(page, "unreachable")


@pytest.mark.parametrize(
    ("lacks", "state", "words"),
    [
        (
            "Object.defineProperty(crypto, 'subtle', {value: undefined})",
            "insecure",
            "Nothing was compared",
        ),
        (
            "SubtleCrypto.prototype.importKey = async () => { throw new Error() }",
            "unsigned",
            "Who signed the log was not checked",
        ),
    ],
    ids=["no-https", "no-ed25519"],
)
def test_a_browser_that_cannot_check_says_what_was_not(
    page: Page,
    live_server: LiveServer,
    product: Product,
    lacks: str,
    state: str,
    words: str,
) -> None:
    page.add_init_script(lacks)

    page.goto(address(live_server, product))

    expect_state(page, state)
    assert words in told(page)
