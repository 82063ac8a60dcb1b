"""The page of a company's keys: owners issue them, members see them, nobody else."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from companies.models import Act, ApiKey, Company
from companies.services.keys import digest
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:companies_apikey_changelist")
ADD = reverse("admin:companies_apikey_add")


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


def desk(of: Company, role: str = "owner", *, second_factor: bool = True) -> Client:
    """Return the browser of a member."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make.member(of, role))
    return make.second_factor(client) if second_factor else client


def asked(company: Company, **more: Any) -> dict[str, Any]:
    """Return what the form sends."""
    return {
        "company": str(company.pk),
        "name": "Stock of Lyon",
        "scopes": ["stock:write"],
        **more,
    }


def secrets_in(answer: Any) -> list[str]:
    """Return the secrets that a page shows."""
    return re.findall(r"fsk_[\w-]{43}", answer.content.decode())


def test_an_owner_issues_a_key_and_sees_its_secret_once(company: Company) -> None:
    browser = desk(company)

    answer = browser.post(ADD, asked(company))

    (secret,) = secrets_in(answer)
    key = ApiKey.objects.get()
    assert "no-store" in answer["Cache-Control"]
    assert key.digest == digest(secret)
    assert key.company == company
    for page in (LIST, reverse("admin:companies_apikey_change", args=[key.pk])):
        body = browser.get(page).content.decode()
        assert "Stock of Lyon" in body
        assert key.prefix in body
        assert secret not in body
        assert key.digest not in body


def test_neither_the_history_nor_the_log_nor_the_session_holds_a_secret(
    company: Company,
) -> None:
    browser = desk(company)

    (secret,) = secrets_in(browser.post(ADD, asked(company)))

    kept = [*LogEntry.objects.values(), *Act.objects.values()]
    assert Act.objects.get().kind == "api_key.issued"
    assert LogEntry.objects.exists()
    assert secret not in repr([kept, dict(browser.session)])
    assert digest(secret) not in repr(kept)


def test_the_admin_asks_for_a_second_factor(company: Company) -> None:
    browser = desk(company, second_factor=False)

    answer = browser.post(ADD, asked(company))

    assert answer.status_code == 302
    assert answer["Location"] == reverse("second_factor")
    assert not ApiKey.objects.exists()


def test_an_owner_replaces_a_key(company: Company) -> None:
    old = make.api_key(company)
    key = ApiKey.objects.get()

    answer = desk(company).post(
        LIST, {"action": "rotate", "_selected_action": [str(key.pk)]}
    )

    (secret,) = secrets_in(answer)
    assert secret != old
    assert ApiKey.objects.get(digest=digest(secret)).replaces == key
    assert b"stays good until" in answer.content


def test_an_owner_revokes_a_key(company: Company) -> None:
    make.api_key(company)
    key = ApiKey.objects.get()

    answer = desk(company).post(
        LIST,
        {"action": "revoke", "_selected_action": [str(key.pk)]},
        follow=True,
    )

    key.refresh_from_db()
    assert key.revoked_at
    assert b"1 key was revoked." in answer.content


def test_a_refusal_is_said_on_the_page(company: Company) -> None:
    browser = desk(company)

    late = browser.post(
        ADD, asked(company, expires_at_0="2020-01-01", expires_at_1="12:00:00")
    )
    nothing = browser.post(ADD, asked(company, scopes=[]))

    assert b"This key would have expired already." in late.content
    assert b"This field is required." in nothing.content
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_other_members_see_the_keys_and_issue_none(company: Company, role: str) -> None:
    make.api_key(company)
    key = ApiKey.objects.get()
    browser = desk(company, role)

    assert key.prefix in browser.get(LIST).content.decode()
    assert browser.post(ADD, asked(company)).status_code == 403
    for action in ("revoke", "rotate"):
        browser.post(LIST, {"action": action, "_selected_action": [str(key.pk)]})

    assert ApiKey.objects.get().revoked_at is None


def test_a_stranger_neither_sees_nor_issues_keys_of_another_company(
    company: Company,
) -> None:
    make.api_key(company)
    key = ApiKey.objects.get()
    browser = desk(make.company("Étrangère"))

    listed = browser.get(LIST).content.decode()
    answer = browser.post(ADD, asked(company))
    browser.post(LIST, {"action": "revoke", "_selected_action": [str(key.pk)]})

    assert key.prefix not in listed
    assert not secrets_in(answer)
    assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize("state", ["live", "expired", "revoked", "other"])
def test_keys_are_found_by_state(company: Company, state: str) -> None:
    make.api_key(company)
    key = ApiKey.objects.get()

    body = desk(company).get(LIST, {"state": state}).content.decode()

    assert (key.prefix in body) == (state in {"live", "other"})
