"""Ordering labels in a real browser, at the size of a phone and of a desk."""

from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from companies.models import Company
from products.services import publish_sheet
from scanning.label_tasks import make_labels
from scanning.models import LabelRun
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNLABELLED = """
[...document.querySelectorAll("#content-main [id^=id_]")]
    .filter(one => one.matches("input, select, textarea") && !one.labels.length)
    .map(one => one.outerHTML)
"""


@pytest.fixture
def company(settings: LazySettings, tmp_path: Path) -> Company:
    """Return a company whose labels lead to a public address."""
    settings.LABELS_DIR = tmp_path
    settings.BASE_URL = "https://id.filature.example"
    return make.company("Filature du Test")


@pytest.fixture
def desk(context: BrowserContext, live_server: LiveServer, company: Company) -> Page:
    """Return the tab of a member, signed in."""
    from django.test import Client

    client = Client()
    client.force_login(make.member(company, "editor"))
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": str(live_server)}]
    )
    page = context.new_page()
    page.set_viewport_size({"width": 1100, "height": 900})
    return page


def test_labels_are_ordered_from_the_list_of_products(
    desk: Page, live_server: LiveServer, company: Company
) -> None:
    problems: list[str] = []
    desk.on("pageerror", lambda error: problems.append(str(error)))
    product = make.product(of=company, name="Pull marin rayé, taille élève")
    publish_sheet(product=product)

    desk.goto(f"{live_server}/admin/products/product/")
    desk.locator(f'input[name="_selected_action"][value="{product.pk}"]').check()
    desk.locator('select[name="action"]').select_option("print_labels")
    desk.locator('button[name="index"]').click()
    # Chosen already, in the field that searches.
    expect(desk.locator(".select2-selection__choice")).to_contain_text("Pull marin")

    desk.get_by_label("a running serial number").check()
    desk.locator("#id_lot").fill("LOT1")
    desk.get_by_label("Serial number: beginning").fill("AB-")
    desk.get_by_label("First number").fill("1")
    desk.get_by_label("Digits").fill("5")
    desk.get_by_label("How many").fill("30")
    assert desk.evaluate(UNLABELLED) == []
    desk.get_by_role("button", name="Show the first label").click()
    picture = desk.locator(".label-preview img")
    link = f"HTTPS://ID.FILATURE.EXAMPLE/01/{product.pk}/10/LOT1/21/AB-00001"
    expect(picture).to_have_attribute("alt", link)
    assert picture.evaluate("one => one.naturalWidth") > 0

    desk.get_by_role("button", name="Make the labels").click()
    run = LabelRun.objects.get()
    make_labels()
    desk.goto(f"{live_server}/admin/scanning/labelrun/{run.pk}/change/")
    with desk.expect_download() as download:
        desk.locator(".label-download").click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert problems == []


def test_the_progress_refreshes_itself_and_is_cancelled(
    desk: Page, live_server: LiveServer, company: Company
) -> None:
    product = make.product(of=company, name="Pull")
    desk.goto(f"{live_server}/admin/scanning/labelrun/add/?products={product.pk}")
    desk.get_by_role("button", name="Make the labels").click()
    run = LabelRun.objects.get()
    LabelRun.objects.update(state="running", total=300, done=120, finished_at=None)

    desk.goto(f"{live_server}/admin/scanning/labelrun/{run.pk}/change/")
    expect(desk.locator("progress")).to_have_attribute("value", "40")
    LabelRun.objects.update(done=240)
    expect(desk.locator("progress")).to_have_attribute("value", "80", timeout=6000)
    desk.get_by_role("button", name="Cancel").click()
    expect(desk.locator(".label-run h2").first).to_have_text("Cancelled")
