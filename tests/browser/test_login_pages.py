"""Signing in with a real Chromium: a password, an app, a passkey; on a phone."""

import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from common.sealing import unseal
from companies.models import Mail
from companies.services.inviting import invite_member
from products.models import Sheet
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = Path(settings.BASE_DIR) / "artifacts" / "screens"
PASSWORD = "Le-lin-de-Lens-62"


@pytest.fixture(autouse=True)
def patient(settings: Settings) -> None:
    """Take the code of the half minute before, and leave e-mails unsent."""
    settings.MFA_TOTP_TOLERANCE = 1
    settings.EMAIL_IS_SENT = False


@pytest.fixture
def ada() -> User:
    """Return an owner with a password, whose company has a product to publish."""
    company = make.company("Filature du Test")
    make.product(of=company, name="Pull marin")
    user = make.member(company, "owner", username="ada")
    user.set_password(PASSWORD)
    user.save()
    return user


def fits(page: Page, name: str) -> None:
    """Keep the page as a picture; refuse one that must be scrolled sideways."""
    page.wait_for_load_state("networkidle")
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def sign_in(page: Page, live_server: LiveServer) -> None:
    """Type name and password."""
    page.goto(f"{live_server}/admin/")
    fits(page, "login")
    page.locator("#id_login").fill("ada")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def passkeys(context: BrowserContext, page: Page) -> None:
    """Give the browser a device that keeps passkeys and asks nobody."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_publishing_leads_through_the_app_and_back(
    page: Page, live_server: LiveServer, ada: User
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, live_server)
    expect(page.get_by_text("your account has none")).to_be_visible()
    page.goto(f"{live_server}/admin/products/product/")
    page.get_by_role("button", name="Publish all").click()

    expect(page.get_by_text("What you were sending is kept")).to_be_visible()
    fits(page, "second-factor")
    page.get_by_role("link", name="Set up an app").click()
    page.locator("#id_password").fill(PASSWORD)
    fits(page, "confirm")
    page.get_by_role("button", name="Confirm").click()
    secret = page.locator("code").inner_text()
    fits(page, "app")
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.locator("#id_code").fill(code)
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    fits(page, "recovery-codes")
    page.get_by_role("link", name="Go on").click()
    assert not Sheet.objects.exists()
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_text("1 sheet is published.")).to_be_visible()
    assert problems == []


def test_a_passkey_is_added_and_signs_in_alone(
    context: BrowserContext, page: Page, live_server: LiveServer, ada: User
) -> None:
    passkeys(context, page)
    sign_in(page, live_server)
    page.goto(f"{live_server}/admin/account/factors/")
    fits(page, "factors")
    page.get_by_role("link", name="Add a passkey").click()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    fits(page, "passkey")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert Authenticator.objects.filter(type="webauthn", user=ada).count() == 1
    page.goto(f"{live_server}/admin/account/factors/passkeys/")
    fits(page, "passkeys")

    context.clear_cookies()
    page.goto(f"{live_server}/admin/products/product/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Publish all").click()

    expect(page.get_by_text("1 sheet is published.")).to_be_visible()


def test_an_invitation_opens_an_account_on_a_phone(
    page: Page, live_server: LiveServer, ada: User
) -> None:
    invite_member(
        company=ada.memberships.get().company,
        email="grace.hopper.qui.a.une.adresse.tres.longue@filature-du-test.example",
        role="editor",
        author=ada,
    )
    text = unseal(Mail.objects.get().body)
    path = text[text.index("/admin/invitations/") :].split()[0]

    page.goto(f"{live_server}{path}")
    fits(page, "invitation")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Choose a password").fill("Une-laine-neuve-59")
    page.get_by_role("button", name="Open the account and accept").click()

    expect(page.get_by_text("You now act for Filature du Test")).to_be_visible()


def test_each_page_has_one_heading_and_labels(
    page: Page, live_server: LiveServer, ada: User
) -> None:
    for name in ("login/", "password/reset/", "logout/", "second-factor/"):
        page.goto(f"{live_server}/admin/account/{name}")
        fits(page, name.strip("/").replace("/", "-"))
        assert page.locator("main.enter h1").count() == 1
        unlabelled = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden])')]"
            ".filter(one => !one.labels.length && !one.ariaLabel)"
            ".map(one => one.outerHTML)"
        )
        assert unlabelled == []
