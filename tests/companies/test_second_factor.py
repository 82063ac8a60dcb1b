"""The second factor: used, set up, asked for in the middle of something."""

import json
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from companies import entrance
from companies.models import Company, Mail
from companies.second_factor import has_second_factor
from products.models import Sheet
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:products_product_changelist")
STEP = "/admin/account/second-factor/"
GO_ON = "/admin/account/go-on/"
APP = "/admin/account/factors/app/"
PASSWORD = "Le-lin-de-Lens-62"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """Hash passwords in no time: how slowly they are hashed is Django's affair."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def patient(settings: Settings) -> None:
    """Take the code of the half minute before: a test may begin at its end."""
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def ada(company: Company) -> User:
    """Return an editor with a password."""
    user = make.member(company, "editor", username="ada", email="ada@filature.example")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser(ada: User) -> Client:
    """Return a browser in which the password was typed."""
    client = Client(headers={"Accept-Language": "en"})
    type_password(client)
    return client


def type_password(browser: Client) -> Any:
    """Send the form of the login page."""
    return browser.post("/admin/account/login/", {"login": "ada", "password": PASSWORD})


def code(secret: str) -> str:
    """Return what an app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def factor_of(browser: Client) -> bool:
    """Say whether the browser's session has a second factor."""
    request = RequestFactory().get("/")
    request.session = browser.session
    request.user = User.objects.get(pk=browser.session["_auth_user_id"])
    return has_second_factor(request)


def test_a_code_of_the_app_opens_a_session_that_may_publish(ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    browser = Client()

    answer = type_password(browser)
    assert answer.headers["Location"] == "/admin/account/code/"
    assert browser.get("/admin/").status_code == 302
    refused = browser.post("/admin/account/code/", {"code": "000000"})
    assert refused.status_code == 200
    answer = browser.post("/admin/account/code/", {"code": code(secret)})

    assert answer.headers["Location"] == "/admin/"
    assert factor_of(browser)
    # The same code a second time is somebody looking over a shoulder.
    other = Client()
    type_password(other)
    assert other.post("/admin/account/code/", {"code": code(secret)}).status_code == 200


def test_the_test_s_own_session_is_as_allauth_writes_it(ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    real, made = Client(), Client()
    type_password(real)
    real.post("/admin/account/code/", {"code": code(secret)})
    made.force_login(ada)
    make.second_factor(made)

    key = "account_authentication_methods"
    assert made.session[f"{key}_user"] == real.session[f"{key}_user"]
    written = [one["method"] for one in real.session[key]]
    assert [one["method"] for one in made.session[key]] == written
    assert set(made.session[key][-1]) == set(real.session[key][-1])


def test_a_recovery_code_opens_the_door_once(ada: User) -> None:
    TOTP.activate(ada, generate_totp_secret())
    given = RecoveryCodes.activate(ada).get_unused_codes()[0]
    first, second = Client(), Client()

    for browser in (first, second):
        type_password(browser)
        browser.post("/admin/account/code/", {"code": given})

    assert factor_of(first)
    assert second.get("/admin/").status_code == 302


def test_a_record_of_somebody_else_s_session_counts_for_nothing(
    browser: Client, ada: User
) -> None:
    make.second_factor(browser)
    assert factor_of(browser)

    session = browser.session
    session["account_authentication_methods_user"] = str(ada.pk + 1)
    session.save()

    assert not factor_of(browser)


# What allauth says when a factor is set up, it says after the commit.
@pytest.mark.django_db(transaction=True)
def test_without_one_nothing_is_published_and_nothing_is_lost(
    browser: Client, ada: User, company: Company
) -> None:
    product = make.product(of=company)
    sent = {"action": "publish", "_selected_action": [product.pk]}

    asked = browser.post(f"{LIST}?q=Pull", sent, follow=True)

    assert asked.redirect_chain == [(STEP, 302)]
    text = asked.content.decode()
    assert "Set up an app" in text
    assert "What you were sending is kept" in text
    assert not Sheet.objects.exists()

    # The password once more, since a stranger may sit at the open browser.
    step = browser.get(APP)
    assert step.headers["Location"] == f"/admin/account/confirm/?next={APP}".replace(
        "next=/", "next=%2F"
    ).replace("admin/account/factors/app/", "admin%2Faccount%2Ffactors%2Fapp%2F")
    browser.post(step.headers["Location"], {"password": PASSWORD})
    page = browser.get(APP)
    secret = page.context["form"].secret
    done = browser.post(APP, {"code": code(secret)}, follow=True)
    assert "Recovery codes" in done.content.decode()
    assert factor_of(browser)

    kept = browser.get(GO_ON)
    fields = dict(kept.context["kept"]["fields"])
    again = browser.post(kept.context["kept"]["path"], fields, follow=True)

    assert kept.context["kept"]["path"] == f"{LIST}?q=Pull"
    assert "1 sheet is published." in again.content.decode()


def test_a_session_steps_up_without_signing_out(
    browser: Client, ada: User, company: Company
) -> None:
    make.product(of=company)
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)

    asked = browser.post(
        reverse("admin:products_product_publish_all"), follow=True
    ).content.decode()
    assert "Enter a code" in asked
    assert "Set up an app" not in asked
    answer = browser.post(
        f"/admin/account/confirm/code/?next={GO_ON}", {"code": code(secret)}
    )

    assert answer.headers["Location"] == GO_ON
    assert "Send it now" in browser.get(GO_ON).content.decode()
    assert not Sheet.objects.exists()


def test_what_is_too_large_to_be_kept_is_said_by_an_empty_form(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    browser.post(
        LIST,
        {
            "action": "publish",
            "_selected_action": [product.pk],
            "note": "é" * 200_001,
        },
    )

    make.second_factor(browser)

    assert browser.get(GO_ON).headers["Location"] == LIST
    assert browser.get(GO_ON).headers["Location"] == "/admin/"


def test_what_was_interrupted_long_ago_is_not_offered(
    browser: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post(reverse("admin:products_product_publish_all"))
    make.second_factor(browser)
    session = browser.session
    session["flashsesame.interrupted"] |= {"at": time.time() - 3601}
    session.save()

    assert browser.get(GO_ON).headers["Location"] == "/admin/"


def test_who_has_none_sees_it_on_every_page(browser: Client, ada: User) -> None:
    said = "your account has none"
    assert said in browser.get(LIST).content.decode()

    TOTP.activate(ada, generate_totp_secret())

    assert said not in browser.get(LIST).content.decode()


def test_secrets_are_sealed_where_they_lie(ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    codes = RecoveryCodes.activate(ada)

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = " ".join(str(row[0]) for row in cursor.fetchall())

    assert secret not in stored
    assert not any(one in stored for one in codes.get_unused_codes())


def test_a_secret_that_no_longer_opens_accepts_no_code(
    ada: User, settings: Settings
) -> None:
    factor = TOTP.activate(ada, secret := generate_totp_secret())
    settings.SECRET_KEY = "another key, since the old one was lost with its file"

    assert not factor.validate_code(code(secret))
    assert not factor.validate_code(code(""))


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_is_told_by_e_mail(browser: Client, ada: User) -> None:
    browser.post("/admin/account/confirm/", {"password": PASSWORD})
    secret = browser.get(APP).context["form"].secret
    browser.post(APP, {"code": code(secret)})

    assert {mail.to for mail in Mail.objects.all()} == {"ada@filature.example"}


def test_an_operator_takes_a_lost_one_away_and_sees_no_secret(
    admin_client: Client, browser: Client, ada: User
) -> None:
    factor = TOTP.activate(ada, generate_totp_secret()).instance
    page = reverse("admin:mfa_authenticator_change", args=[factor.pk])
    removal = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
    sealed = json.dumps(factor.data["secret"])[1:20]

    assert sealed not in admin_client.get(page).content.decode()
    assert browser.get(page).status_code in {302, 403}
    assert browser.post(removal, {"post": "yes"}).status_code in {302, 403}
    assert Authenticator.objects.exists()
    admin_client.post(removal, {"post": "yes"})
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("public", "here", "works"),
    [
        ("https://id.filature.example", "https://id.filature.example", True),
        ("https://id.filature.example", "http://10.0.0.3:8000", False),
        ("http://127.0.0.1:8000", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", False),
        ("http://192.168.1.7:8000", "http://192.168.1.7:8000", False),
        ("http://filature.lan", "http://filature.lan", False),
    ],
)
def test_a_page_says_whether_passkeys_work_there(
    settings: Settings, public: str, here: str, works: bool
) -> None:
    settings.BASE_URL = public
    scheme, _colon, host = here.partition("://")
    request = RequestFactory().get(
        "/", headers={"host": host}, secure=scheme == "https"
    )

    problem = entrance.passkey_problem(request)

    assert (problem == "") is works
    if public == "http://127.0.0.1:8000" and not works:
        assert "http://localhost:8000/admin/" in problem
