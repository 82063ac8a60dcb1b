"""The pages in a real browser, at the size of a phone."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ledger.sequencing import sequence
from products.models import Product
from products.services import publish_sheet
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNLABELLED = """
[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter(one => !one.labels.length && !one.getAttribute("aria-label"))
    .map(one => one.outerHTML)
"""
SKIPPED_LEVELS = """
[...document.querySelectorAll("h1, h2, h3, h4")].map(one => Number(one.tagName[1]))
    .filter((level, at, all) => at && level > all[at - 1] + 1)
"""
DUPLICATE_IDS = """
[...document.querySelectorAll("[id]")].map(one => one.id)
    .filter((id, at, all) => all.indexOf(id) !== at)
"""
WIDTH = "document.documentElement.scrollWidth"


def assert_accessible(page: Page) -> None:
    """Check what a screen reader and a thumb need of every page."""
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("main")).to_have_count(1)
    assert page.evaluate("document.documentElement.lang") in {"fr", "en"}
    assert page.title()
    assert page.evaluate(UNLABELLED) == []
    assert page.evaluate(SKIPPED_LEVELS) == []
    assert page.evaluate(DUPLICATE_IDS) == []
    assert page.locator("img:not([alt])").count() == 0
    assert page.evaluate(WIDTH) <= 390


@pytest.fixture
def product() -> Product:
    """Return a published product of a company that says who it is."""
    company = make.company("Filature du Test", is_fictitious=True)
    make.fact(company, "employees", "47")
    make.rate(company, 64)
    product = make.product(of=company, name="Pull marin")
    make.field(product, "identity.name", {"fr": "Pull marin", "en": "Sailor jumper"})
    publish_sheet(product=product)
    # Until its proof is there, a browser notes in its console that it is not.
    sequence()
    return product


def test_a_sheet_opens_in_both_languages(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto(f"{live_server}/01/{product.pk}?lang=fr")
    assert_accessible(page)
    expect(page.locator("h1")).to_have_text("Pull marin")

    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"\?lang=en$"))
    expect(page.locator("h1")).to_have_text("Sailor jumper")
    assert_accessible(page)
    # A style or a picture that the content policy forbids would say so here.
    assert problems == []


def test_what_is_not_disclosed_opens_at_a_touch(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(f"{live_server}/01/{product.pk}")
    hidden = page.locator("#eco dt").first

    expect(hidden).to_be_hidden()
    page.locator("#eco summary").click()
    expect(hidden).to_be_visible()


def test_a_code_is_typed_without_javascript(
    plain_page: Page, live_server: LiveServer, product: Product
) -> None:
    plain_page.goto(f"{live_server}/")
    expect(plain_page.locator("h1")).to_have_count(1)

    plain_page.get_by_label("Type its digits").fill("3760123450011")
    plain_page.get_by_role("button", name="See the sheet").click()
    expect(plain_page.get_by_role("alert")).to_contain_text("0 would be right")

    plain_page.get_by_label("Type its digits").fill(product.pk)
    plain_page.get_by_role("button", name="See the sheet").click()
    expect(plain_page).to_have_url(f"{live_server}/01/{product.pk}")
    expect(plain_page.locator("h1")).to_have_text("Sailor jumper")


def test_every_page_is_accessible(page: Page, live_server: LiveServer) -> None:
    for path in ("/", "/01/03760123450011", "/01/03017620422003", "/nowhere"):
        page.goto(f"{live_server}{path}")
        assert_accessible(page)


def test_the_keyboard_reaches_the_content_first(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(f"{live_server}/01/{product.pk}")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"


def test_a_fact_is_corrected_published_and_read(
    context: BrowserContext, live_server: LiveServer, product: Product
) -> None:
    assert product.company is not None
    client = Client()
    client.force_login(make.member(product.company, role="editor"))
    make.second_factor(client)
    key = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": key.key, "value": key.value, "url": str(live_server)}]
    )
    page = context.new_page()

    page.goto(f"{live_server}/admin/companies/company/{product.company.pk}/change/")
    page.get_by_role("link", name="Correct Number of employees").click()
    expect(page.get_by_label("Value")).to_have_value("47")
    page.get_by_label("Value").fill("52")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is recorded")).to_be_visible()

    page.goto(f"{live_server}/admin/products/product/")
    expect(page.locator("#result_list")).to_contain_text("to publish")
    page.get_by_role("button", name="Publish all").click()
    expect(page.get_by_text("1 sheet is published.")).to_be_visible()

    page.goto(f"{live_server}/01/{product.pk}")
    expect(page.locator("#company")).to_contain_text("52")
