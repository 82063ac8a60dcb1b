"""Signing in to the back office: passwords, locks, resets, and no other door."""

import re
from typing import Any, cast

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from common.sealing import unseal
from companies.models import Mail
from config import entrance
from tests import make

pytestmark = pytest.mark.django_db

LOGIN = "/admin/account/login/"
RESET = "/admin/account/password/reset/"
PASSWORD = "Le-lin-de-Lens-62"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """Hash passwords in no time: how slowly they are hashed is Django's affair."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def browser() -> Client:
    """Return a browser that nobody is signed in with, in English."""
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def ada() -> User:
    """Return a member with an address and a password."""
    user = make.member(make.company(), username="ada", email="ada@filature.example")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


def sign_in(
    browser: Client, login: str, password: str = PASSWORD, **more: str
) -> HttpResponse:
    """Send the form of the login page."""
    given = {"login": login, "password": password, **more}
    return cast(HttpResponse, browser.post(LOGIN, given))


def is_signed_in(browser: Client) -> bool:
    """Say whether the browser enters the admin."""
    return browser.get("/admin/").status_code == 200


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@filature.example", " ada "])
def test_name_or_address_open_the_door(browser: Client, ada: User, login: str) -> None:
    answer = sign_in(browser, login)

    assert answer.headers["Location"] == "/admin/"
    assert is_signed_in(browser)


def test_the_admin_leads_to_the_login_and_back(browser: Client, ada: User) -> None:
    wanted = "/admin/companies/statement/?fact=employees"

    answer = browser.get(wanted, follow=True)
    address, _status = answer.redirect_chain[-1]
    signed = browser.post(address, {"login": "ada", "password": PASSWORD}, follow=False)

    assert address.startswith(LOGIN)
    assert signed.headers["Location"] == wanted


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"],
)
def test_nothing_leads_to_another_host(
    browser: Client, ada: User, elsewhere: str
) -> None:
    answer = sign_in(browser, "ada", next=elsewhere)
    assert answer.headers["Location"] == "/admin/"

    make.second_factor(browser)
    step = browser.get("/admin/account/second-factor/", {"next": elsewhere})
    assert step.headers["Location"] == "/admin/account/go-on/"
    assert browser.get(step.headers["Location"]).headers["Location"] == "/admin/"


def test_a_wrong_password_and_an_unknown_name_read_alike(
    browser: Client, ada: User
) -> None:
    wrong = sign_in(browser, "ada", "x").content.decode()
    unknown = sign_in(browser, "eve", "x").content.decode()

    said = "The username and/or password you specified are not correct."
    assert said in wrong
    assert said in unknown
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "login",
    ["ada", "ada@filature.example", "bea@filature.example", "eve", "eve@e.example"],
)
def test_a_wrong_password_takes_as_long_for_anybody(
    browser: Client, ada: User, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Invited people are called by their address.
    bea = make.member(ada.memberships.get().company, username="bea@filature.example")
    User.objects.filter(pk=bea.pk).update(
        email=bea.username, password=make_password(PASSWORD)
    )
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    sign_in(browser, login, "x")

    assert hashed == ["x"]


def test_five_wrong_passwords_lock_and_say_so(browser: Client, ada: User) -> None:
    for _time in range(5):
        assert "Too many" not in sign_in(browser, "ada", "x").content.decode()

    # Another host's name is the same account; so is another way to write it.
    answer = Client(headers={"host": "other.example", "Accept-Language": "en"}).post(
        LOGIN, {"login": "Ada", "password": PASSWORD}
    )

    assert "Too many failed attempts. Wait five minutes" in answer.content.decode()
    assert not is_signed_in(browser)


def test_an_account_that_was_closed_is_told(browser: Client, ada: User) -> None:
    User.objects.update(is_active=False)

    answer = browser.post(LOGIN, {"login": "ada", "password": PASSWORD}, follow=True)

    assert "This account was closed." in answer.content.decode()


def test_the_session_gets_another_key_at_the_login(browser: Client, ada: User) -> None:
    session = browser.session
    session["flashsesame.invitation"] = "kept"
    session.save()
    before = str(session.session_key)
    browser.cookies["sessionid"] = before

    sign_in(browser, "ada")

    assert browser.session.session_key != before
    assert browser.session["flashsesame.invitation"] == "kept"


def test_django_s_own_login_takes_no_password(browser: Client, ada: User) -> None:
    other = make.member(make.company(), username="eve")
    other.set_password(PASSWORD)
    other.save()
    given = {"username": "eve", "password": PASSWORD}

    assert browser.post("/admin/login/", given).headers["Location"] == LOGIN
    sign_in(browser, "ada")
    assert browser.post("/admin/login/", given).headers["Location"] == "/admin/"
    assert browser.session["_auth_user_id"] == str(ada.pk)


def test_who_acts_for_nobody_is_told(browser: Client, ada: User) -> None:
    User.objects.update(is_staff=False)

    sign_in(browser, "ada")
    answer = browser.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert "this account acts for no company" in answer.content.decode()


def test_another_browser_is_signed_out_by_a_new_password(
    browser: Client, ada: User
) -> None:
    elsewhere = Client()
    sign_in(browser, "ada")
    sign_in(elsewhere, "ada")
    new = {"password1": "Une-laine-neuve-59", "password2": "Une-laine-neuve-59"}

    answer = browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, **new}
    )

    assert answer.status_code == 302
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    assert "password" in Mail.objects.get().subject.lower()


def test_a_reset_answers_alike_for_an_unknown_address(
    browser: Client, ada: User
) -> None:
    known = browser.post(RESET, {"email": "ada@filature.example"}, follow=True)
    unknown = Client(headers={"Accept-Language": "en"}).post(
        RESET, {"email": "eve@filature.example"}, follow=True
    )

    assert known.redirect_chain == unknown.redirect_chain
    blank = re.compile(r"ada|eve|value=\"[^\"]{64}\"")
    texts = [blank.sub("", one.content.decode()) for one in (known, unknown)]
    assert texts[0] == texts[1]
    assert [mail.to for mail in Mail.objects.all()] == ["ada@filature.example"]


def test_a_code_from_the_e_mail_sets_a_new_password(browser: Client, ada: User) -> None:
    browser.post(RESET, {"email": "ADA@filature.example"})
    found = re.search(r"^ {4}(\S+)$", unseal(Mail.objects.get().body), re.MULTILINE)
    assert found
    refused = browser.post(
        reverse("account_confirm_password_reset_code"), {"code": "no"}
    )
    assert "Incorrect code." in refused.content.decode()

    browser.post(
        reverse("account_confirm_password_reset_code"), {"code": found.group(1)}
    )
    new = {"password1": "Une-laine-neuve-59", "password2": "Une-laine-neuve-59"}
    done = browser.post(
        reverse("account_complete_password_reset"), new, follow=True
    ).content.decode()

    assert "The password is changed" in done
    assert sign_in(browser, "ada").status_code == 200
    assert sign_in(browser, "ada", new["password1"]).status_code == 302


def test_nobody_signs_up(browser: Client) -> None:
    for address in ("signup/", "email/", "confirm-email/", "3rdparty/", "login/code/"):
        answer = browser.get(f"/admin/account/{address}")
        assert answer.status_code == 404, address


@pytest.mark.parametrize("name", [one.name for one in entrance.urlpatterns if one.name])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_answered_in_the_admin_s_look(
    ada: User, name: str, language: str, settings: Settings
) -> None:
    settings.BASE_URL = "http://testserver"
    arguments: dict[str, list[Any]] = {
        "invitation": ["fsi_unknown"],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
    }
    address = reverse(name, args=arguments.get(name, []))
    for is_member in (False, True):
        browser = Client(headers={"Accept-Language": language})
        if is_member:
            sign_in(browser, "ada")
        answer = browser.get(address, follow=True)
        assert answer.status_code in {200, 403, 404}, (name, answer.status_code)
        text = answer.content.decode()
        if answer.status_code == 200 and answer.headers["Content-Type"] != "text/plain":
            assert f'<html lang="{language}"' in text
            assert 'class="enter"' in text or "dashboard" in text
            assert "allauth" not in text.lower() or "allauth.webauthn" in text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
