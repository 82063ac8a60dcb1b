"""What an operator does, and what scans show, asks for a second factor."""

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
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from companies.models import Company, Dispute, SatisfactionRate
from scanning.models import Chain, InStoreNumber
from tests import make

pytestmark = pytest.mark.django_db
STEP = "/admin/account/second-factor/"
PASSWORD = "Le-lin-de-Lens-62"
FACTORS = "/admin/account/factors/"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """Hash passwords in no time, and take the code of the half minute before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.fixture
def operator() -> Client:
    """Return an operator's browser, in which a password was typed and no more."""
    user = User.objects.create_superuser("operator", password=PASSWORD)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def inline(prefix: str) -> dict[str, str]:
    """Return what a page sends of rows of which there are none."""
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


def renamed_company() -> tuple[str, dict[str, Any], Any]:
    company = make.company("Filature")
    page = reverse("admin:companies_company_change", args=[company.pk])
    return (
        page,
        {"name": "Autre"},
        lambda: Company.objects.filter(name="Autre").exists(),
    )


def new_company() -> tuple[str, dict[str, Any], Any]:
    page = reverse("admin:companies_company_add")
    return page, {"name": "Neuve"}, Company.objects.filter(name="Neuve").exists


def new_rate() -> tuple[str, dict[str, Any], Any]:
    company = make.company()
    sent = {
        "company": str(company.pk),
        "percent": "60",
        "answers": "30",
        "invited": "40",
        "measured_on": "2026-01-05",
        "source_kind": "certifier",
        "source_name": "Institut",
        "level": "third_party_verified",
    }
    page = reverse("admin:companies_satisfactionrate_add")
    return page, sent, SatisfactionRate.objects.exists


def new_group() -> tuple[str, dict[str, Any], Any]:
    page = reverse("admin:auth_group_add")
    return page, {"name": "Amis"}, Group.objects.filter(name="Amis").exists


def removed_user() -> tuple[str, dict[str, Any], Any]:
    user = User.objects.create_user("bob")
    page = reverse("admin:auth_user_delete", args=[user.pk])
    return page, {"post": "yes"}, lambda: not User.objects.filter(pk=user.pk).exists()


def removed_users() -> tuple[str, dict[str, Any], Any]:
    user = User.objects.create_user("bob")
    sent = {
        "action": "delete_selected",
        "_selected_action": [user.pk],
        "post": "yes",
    }
    page = reverse("admin:auth_user_changelist")
    return page, sent, lambda: not User.objects.filter(pk=user.pk).exists()


def removed_factor() -> tuple[str, dict[str, Any], Any]:
    factor = TOTP.activate(User.objects.create_user("bob"), "x").instance
    page = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
    return page, {"post": "yes"}, lambda: not Authenticator.objects.exists()


def decided_dispute() -> tuple[str, dict[str, Any], Any]:
    dispute = make.dispute(make.fact(make.company(), "employees", "47"))
    sent = {
        "seen": dispute.state,
        "_decide": "1",
        "verdict": "rejected",
        "reason": "Le registre dit quarante-sept.",
    }
    page = reverse("admin:companies_dispute_change", args=[dispute.pk])
    return page, sent, Dispute.objects.exclude(state="open").exists


def new_chain() -> tuple[str, dict[str, Any], Any]:
    company = make.company()
    sent = {"company": str(company.pk), "name": "Épicerie"}
    page = reverse("admin:scanning_chain_add")
    return page, sent | inline("stores") | inline("layouts"), Chain.objects.exists


def new_number() -> tuple[str, dict[str, Any], Any]:
    company = make.company()
    chain = Chain.objects.create(company=company, name="Épicerie")
    sent = {"chain": str(chain.pk), "item": "12345"}
    sent["product"] = make.product(of=company).gtin
    page = reverse("admin:scanning_instorenumber_add")
    return page, sent, InStoreNumber.objects.exists


@pytest.mark.parametrize(
    "prepare",
    [
        renamed_company,
        new_company,
        new_rate,
        new_group,
        removed_user,
        removed_users,
        removed_factor,
        decided_dispute,
        new_chain,
        new_number,
    ],
)
def test_without_one_nothing_is_written(operator: Client, prepare: Any) -> None:
    page, sent, is_done = prepare()

    answer = operator.post(page, sent)

    assert (answer.status_code, answer.headers.get("Location")) == (302, STEP)
    assert not is_done()

    # The same, with one: what was refused above was not refused for another reason.
    done = make.second_factor(operator).post(page, sent)
    assert done.status_code == 302, done.content.decode()
    assert is_done()


def test_a_password_that_is_typed_waits_in_no_session(operator: Client) -> None:
    sent = {"username": "zoe", "password1": PASSWORD, "password2": PASSWORD}

    operator.post(reverse("admin:auth_user_add"), sent)

    assert not User.objects.filter(username="zoe").exists()
    assert PASSWORD not in str(dict(operator.session))
    user = User.objects.create_user("zoe")
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    assert operator.get(page).headers["Location"].startswith(STEP)
    assert make.second_factor(operator).get(page).status_code == 200


def test_who_may_not_do_it_is_refused_and_asked_for_nothing() -> None:
    company = make.company()
    browser = Client()
    browser.force_login(make.member(company, "viewer"))

    for name in ("admin:scanning_chain_add", "admin:auth_user_add"):
        assert browser.post(reverse(name), {}).status_code == 403


def test_reading_asks_for_none(operator: Client) -> None:
    company = make.company()
    page = reverse("admin:companies_company_changelist")

    sent = {"action": "export_csv", "_selected_action": [str(company.pk)]}

    assert operator.get(page).status_code == 200
    answer = operator.post(page, sent)
    assert "attachment" in answer.headers["Content-Disposition"]
    answer.close()


def code(secret: str) -> str:
    """Return what an app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


MANAGING = [
    "app/",
    "app/remove/",
    "recovery-codes/",
    "recovery-codes/new/",
    "recovery-codes/file/",
    "passkeys/new/",
]


@pytest.mark.parametrize("page", MANAGING)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_password_alone_manages_no_factors_once_there_is_one(
    operator: Client, page: str, method: str
) -> None:
    user = User.objects.get()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    operator.post("/admin/account/confirm/", {"password": PASSWORD})

    answer = getattr(operator, method)(FACTORS + page)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{STEP}?next=%2Fadmin%2Faccount")
    assert Authenticator.objects.filter(user=user).count() == 2
    assert codes[0] not in answer.content.decode()


def test_with_a_code_of_the_app_one_manages_them(operator: Client) -> None:
    user = User.objects.get()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    page = f"{FACTORS}recovery-codes/"
    operator.get(page, follow=True)

    operator.post("/admin/account/confirm/code/", {"code": code(secret)})
    shown = operator.get(page)

    assert shown.status_code == 200
    assert codes[0] in shown.content.decode()


def test_a_passkey_of_the_account_is_kept_from_a_password_alone(
    operator: Client,
) -> None:
    user = User.objects.get()
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "x"})

    for page in (f"{FACTORS}passkeys/{key.pk}/", f"{FACTORS}passkeys/{key.pk}/remove/"):
        assert operator.post(page).headers["Location"].startswith(STEP)
    assert Authenticator.objects.get() == key


def test_the_first_one_is_set_up_with_the_password(operator: Client) -> None:
    operator.post("/admin/account/confirm/", {"password": PASSWORD})

    assert operator.get(f"{FACTORS}app/").status_code == 200
