"""A sheet in a real browser: narrow, enlarged, and loading nothing from elsewhere."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from products.models import Product
from products.services import publish_sheet
from tests import make
from tests.browser.test_pages import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WATCH = """
window.shift = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
STEPS = [
    {
        "at": f"2026-05-0{day}T08:00:00Z",
        "step": {"fr": "filature", "en": "spinning"},
        "place": "Valbrume-sur-Laine-lès-Trois-Rus",
        "country": "FR",
        "actor": "Filature du Vallon (fictive)",
    }
    for day in range(1, 4)
]


@pytest.fixture
def product() -> Product:
    """Return a published product of which much is told."""
    product = make.product(of=make.company("Filature"), name="Pull marin")
    make.field(product, "traceability.journey", STEPS)
    make.field(product, "manufacturing.work_time", "PT42M")
    make.field(product, "eco.environmental_cost", "1180")
    publish_sheet(product=product)
    return product


def test_a_full_sheet_is_accessible_and_stays_at_home(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)

    page.goto(f"{live_server}/01/{product.pk}?lang=en", wait_until="load")

    assert_accessible(page)
    assert {url.startswith(str(live_server)) for url in asked} == {True}
    assert page.evaluate("window.shift") == 0
    assert page.locator("ol.steps > li").count() == len(STEPS)


def test_nothing_is_cut_when_it_is_enlarged(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    # 390 points at 200 % are 195 of the page's own.
    page.set_viewport_size({"width": 195, "height": 422})

    page.goto(f"{live_server}/01/{product.pk}?lang=en")

    assert page.evaluate("document.documentElement.scrollWidth") <= 195
