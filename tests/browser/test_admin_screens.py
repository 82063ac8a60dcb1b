"""
The back office as its people see it: in French, on a phone and on a desk.

Every page is kept as a picture under `artifacts/screens/`, to be looked at; what a
machine can see of it is asserted.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from companies.acts import note_act
from companies.models import CheckResult, Company, Dispute, ImportRun
from companies.services import Source
from products.models import Product
from products.services import publish_sheet
from scanning.models import DailyScans
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = Path(settings.BASE_DIR) / "artifacts" / "screens"
SIZES = {"phone": (390, 844), "desk": (1280, 800)}

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Buttons and links that look like one, which a thumb would miss.
SMALL = """
[...document.querySelectorAll(
    "#main button[type=submit]:not(#searchbar-submit), #main .button,"
    + " #submit-row button, #submit-row a, .addlink, .bo-icon, .lines a, .choices a"
)].filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 40)
    .map(one => one.outerHTML.slice(0, 160))
"""
# Text and ground of what people read and press, by the formula of WCAG 2.1, § 1.4.3.
FAINT = """
(() => {
    const kept = {willReadFrequently: true};
    const canvas = document.createElement("canvas").getContext("2d", kept);
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
        .map(one => one <= .03928 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
        .reduce((sum, one, at) => sum + one * [.2126, .7152, .0722][at], 0);
    const ground = one => {
        for (let at = one; at; at = at.parentElement) {
            const colour = rgba(getComputedStyle(at).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll(
        "#content h2, #content h3, #content p, #content li, #content th, #content td,"
        + "#content label, #content a, #main button, #nav-sidebar li a"
    )].filter(one => one.checkVisibility() && one.innerText.trim()).map(one => {
        const [a, b] = [light(rgba(getComputedStyle(one).color)), light(ground(one))];
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        // A sign beside words, or in their place, needs less: § 1.4.11.
        const least = one.querySelector(".material-symbols-outlined") ? 3 : 4.5;
        return [ratio / least, one.outerHTML.slice(0, 160)];
    }).filter(([share]) => share < 1)
        .map(([share, html]) => share.toFixed(2) + " " + html);
})()
"""


class Desk(NamedTuple):
    """A tab of the owner, what it complained of, and the name of its size."""

    page: Page
    problems: list[str]
    size: str


@pytest.fixture
def company() -> Company:
    """Return a company in the middle of its work."""
    today = timezone.localdate()
    made = make.company("Filature du Val d’Ance", is_fictitious=True)
    make.fact(made, "legal_name", "Filature du Val d’Ance SAS")
    soon = Source(name=made.name, valid_until=today + timedelta(days=21))
    make.fact(made, "legal_form", "SAS", source=soon)
    past = Source(name=made.name, valid_until=today - timedelta(days=3))
    number = make.fact(made, "employees", "47", source=past)
    make.fact(made, "turnover", "4200000")
    make.rate(made, 64)
    note_act(
        company=made,
        actor=None,
        kind="statement.recorded",
        subject="Chiffre d’affaires",
    )
    Dispute.objects.create(
        company=made,
        statement=number,
        fact="employees",
        kind="outdated",
        text="Le dernier bilan social en compte 39.",
        due_on=today + timedelta(days=6),
    )
    CheckResult.objects.create(
        company=made,
        statement=number,
        fact="employees",
        rule="employees_band",
        version=1,
        outcome="disagree",
        text_fr="Le registre donne une tranche de 20 à 49 salariés pour 2024.",
        text_en="The register gives a band of 20 to 49 employees for 2024.",
    )
    ImportRun.objects.create(
        company=made,
        name="etat-civil-2026.xlsx",
        sha256="0" * 64,
        size=14_200,
        state=ImportRun.State.CHECKED,
        total=34,
        done=34,
    )
    for name in ("Pull marin rayé, taille élève", "Bonnet de marin", "Écharpe"):
        product = make.product(of=made, name=name)
        publish_sheet(product=product)
    make.product(of=made, name="Chaussettes d’hiver")
    for product in Product.objects.filter(company=made)[:2]:
        for days in range(1, 12):
            DailyScans.objects.create(
                gtin=product.pk, day=today - timedelta(days=days), count=3 + 7 * days
            )
    return made


@pytest.fixture(params=SIZES)
def desk(
    request: pytest.FixtureRequest,
    chromium: Browser,
    live_server: LiveServer,
    company: Company,
    settings: LazySettings,
    tmp_path: Path,
) -> Iterator[Desk]:
    """Return the tab of the owner, who has used a second factor."""
    settings.LABELS_DIR = settings.EVIDENCE_DIR = settings.IMPORTS_DIR = tmp_path
    client = Client()
    client.force_login(make.member(company, "owner", username="camille"))
    make.second_factor(client)
    width, height = SIZES[request.param]
    window = chromium.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR"
    )
    window.set_default_timeout(10_000)
    name = settings.SESSION_COOKIE_NAME
    window.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": str(live_server)}]
    )
    page, problems = window.new_page(), list[str]()
    own = urlsplit(str(live_server)).netloc
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            problems.append(message.text)
            if message.type in {"error", "warning"}
            else None
        ),
    )
    page.on(
        "request",
        lambda sent: (
            problems.append(sent.url)
            if urlsplit(sent.url).netloc not in {own, ""}
            else None
        ),
    )
    yield Desk(page, problems, request.param)
    window.close()


def look(desk: Desk, name: str) -> None:
    """Keep the page as a picture, and check what a machine can see of it."""
    desk.page.wait_for_load_state("networkidle")
    SCREENS.mkdir(parents=True, exist_ok=True)
    file = SCREENS / f"{name}-{desk.size}.png"
    desk.page.screenshot(path=file, full_page=True)
    print(file)  # noqa: T201 - where to look
    assert desk.page.locator("html").get_attribute("lang") == "fr"
    expect(desk.page.locator("h1")).to_have_count(1)
    assert desk.page.evaluate(OVERFLOW) <= 0, name
    assert desk.page.evaluate(SMALL) == [], name
    assert desk.page.evaluate(FAINT) == [], name
    assert desk.problems == [], name


def test_the_home_says_what_is_to_be_done(
    desk: Desk, live_server: LiveServer, company: Company
) -> None:
    desk.page.goto(f"{live_server}/admin/")

    main = desk.page.locator("#content-main")
    expect(main).to_contain_text("Filature du Val d’Ance")
    expect(main).to_contain_text("64")
    expect(main).to_contain_text("etat-civil-2026.xlsx")
    expect(main.get_by_role("link", name="SIREN").first).to_be_visible()
    look(desk, "home")


def test_the_menu_opens_and_leads(
    desk: Desk, live_server: LiveServer, company: Company
) -> None:
    desk.page.goto(f"{live_server}/admin/")
    if desk.size == "phone":
        desk.page.locator("#main .bo-narrow").click()
    expect(desk.page.locator("#nav-sidebar")).to_be_visible()
    if desk.size == "phone":
        desk.page.wait_for_timeout(300)
        desk.page.screenshot(path=SCREENS / "menu-phone.png")
    menu = desk.page.locator("#nav-sidebar")
    expect(menu.locator("a[href='/admin/auth/user/']")).to_have_count(0)
    menu.locator("a[href='/admin/products/product/']").click()

    expect(desk.page).to_have_url(f"{live_server}/admin/products/product/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_civil_status_is_read(
    desk: Desk, live_server: LiveServer, company: Company, scheme: str
) -> None:
    desk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = reverse("admin:companies_company_change", args=[company.pk])
    desk.page.goto(f"{live_server}{page}")

    expect(desk.page.locator(".civil-status").first).to_be_visible()
    expect(desk.page.locator("#content")).to_contain_text("Filature du Val d’Ance SAS")
    look(desk, f"civil-status-{scheme}")


PAGES = {
    "statements": "companies_statement_changelist",
    "statement-form": "companies_statement_add",
    "products": "products_product_changelist",
    "product-form": "products_product_add",
    "labels-order": "scanning_labelrun_add",
    "labels": "scanning_labelrun_changelist",
    "links-form": "scanning_anchor_add",
    "scans": "scanning_dailyscans_changelist",
    "checks": "companies_checkresult_changelist",
    "acts": "companies_act_changelist",
    "members": "companies_membership_changelist",
    "evidence": "companies_evidence_changelist",
    "evidence-form": "companies_evidence_add",
    "disputes": "companies_dispute_changelist",
    "imports": "companies_importrun_changelist",
    "import-form": "companies_importrun_add",
    "invitation-form": "companies_invitation_add",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(
    desk: Desk, live_server: LiveServer, company: Company, name: str
) -> None:
    desk.page.goto(f"{live_server}{reverse(f'admin:{PAGES[name]}')}")

    expect(desk.page.locator("#content")).to_be_visible()
    look(desk, name)


def test_a_dispute_and_an_import_are_opened_from_the_home(
    desk: Desk, live_server: LiveServer, company: Company
) -> None:
    for name, page, row in (
        ("dispute", "companies_dispute_change", Dispute.objects.get()),
        ("import", "companies_importrun_change", ImportRun.objects.get()),
        (
            "check",
            "companies_checkresult_change",
            CheckResult.objects.filter(fact="employees", outcome="disagree")[0],
        ),
    ):
        try:
            path = reverse(f"admin:{page}", args=[row.pk])
        except NoReverseMatch:
            continue
        desk.page.goto(f"{live_server}/admin/")
        desk.page.locator(f"#content-main a[href='{path}']").first.click()
        expect(desk.page.locator("#content")).to_be_visible()
        look(desk, name)
