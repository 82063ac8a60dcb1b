"""The accounts by which companies come before shoppers: the gate, and who sees them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from common.errors import DomainError
from companies.models import Act, Company
from companies.services import Source
from shoppers.models import FrontOffice
from shoppers.services.front_offices import (
    Presentation,
    close_front_office,
    open_front_office,
    present_company,
    require_front_office,
)
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/companies"
LIST = reverse("admin:shoppers_frontoffice_changelist")
ADD = reverse("admin:shoppers_frontoffice_add")
Bearer = Callable[[str], dict[str, str]]
WORDS = Presentation("Nous filons la laine.", "We spin wool.")


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def opened(name: str = "Filature") -> FrontOffice:
    company = make.complete(make.company(name))
    return open_front_office(
        company=company, author=make.member(company), presentation=WORDS
    )


def expire(company: Company) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    make.fact(company, "employees", "41", source=Source(valid_until=yesterday))


def page(account: FrontOffice) -> str:
    return reverse("admin:shoppers_frontoffice_change", args=[account.pk])


def move(account: FrontOffice) -> str:
    return reverse("admin:shoppers_frontoffice_move", args=[account.pk])


@pytest.mark.database
def test_an_editor_opens_an_account_with_a_complete_civil_status() -> None:
    company = make.complete(make.company())
    editor = make.member(company, "editor")

    account = open_front_office(company=company, author=editor, presentation=WORDS)

    assert account.is_open
    assert (account.opened_by, account.presentation("en")) == (editor, "We spin wool.")
    assert require_front_office(company) == account
    act = Act.objects.get(kind="account.opened")
    assert (act.actor, act.company) == (editor, company)


def test_without_a_complete_civil_status_it_is_not_opened() -> None:
    company = make.company()

    with pytest.raises(DomainError) as refused:
        open_front_office(
            company=company, author=make.member(company), presentation=WORDS
        )

    assert refused.value.code == "civil_status_incomplete"
    assert len(refused.value.extra["missing"]) == 11
    assert not FrontOffice.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "stranger"])
def test_who_is_no_editor_opens_changes_and_closes_nothing(role: str) -> None:
    account = opened()
    company = account.company if role == "viewer" else make.company("Rivale")
    person = make.member(company, "viewer" if role == "viewer" else "owner")
    acts: list[Callable[[], Any]] = [
        lambda: open_front_office(
            company=account.company, author=person, presentation=WORDS
        ),
        lambda: present_company(account=account, author=person, presentation=WORDS),
        lambda: close_front_office(account=account, author=person),
    ]

    for act in acts:
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "not_an_editor"
    account.refresh_from_db()
    assert account.is_open


def test_whatever_asks_shoppers_for_something_is_refused_without_an_account() -> None:
    company = make.complete(make.company())
    with pytest.raises(DomainError) as none:
        require_front_office(company)

    account = opened("Autre")
    expire(account.company)
    with pytest.raises(DomainError) as suspended:
        require_front_office(account.company)
    make.fact(account.company, "employees", "41")
    assert require_front_office(account.company) == account

    close_front_office(account=account, author=User.objects.create_superuser("op"))
    with pytest.raises(DomainError) as closed:
        require_front_office(account.company)

    assert none.value.code == closed.value.code == "front_office_closed"
    assert suspended.value.code == "civil_status_incomplete"
    assert suspended.value.extra["missing"] == [
        "employees",
        # Computed of it.
        "ghg_per_employee",
    ]


def test_an_account_is_opened_and_closed_once_and_opened_again() -> None:
    account = opened()
    author = account.opened_by
    assert author is not None
    again = {"company": account.company, "author": author, "presentation": WORDS}

    with pytest.raises(DomainError) as already:
        open_front_office(**again)  # type: ignore[arg-type]
    close_front_office(account=account, author=author)
    with pytest.raises(DomainError) as closed:
        close_front_office(account=account, author=author)
    reopened = open_front_office(**again)  # type: ignore[arg-type]

    assert already.value.code == "front_office_open"
    assert closed.value.code == "front_office_closed"
    assert (reopened.pk, reopened.is_open) == (account.pk, True)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_it_at_once_one_does() -> None:
    company = make.complete(make.company())
    owner = make.member(company)
    barrier = threading.Barrier(2)

    def open_it(_number: int) -> str:
        try:
            barrier.wait(timeout=10)
            open_front_office(company=company, author=owner, presentation=WORDS)
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(open_it, range(2)))

    assert codes == ["", "front_office_open"]
    assert Act.objects.filter(kind="account.opened").count() == 1


def test_shoppers_see_the_accounts_that_count_today(
    api: APIClient, bearer: Bearer
) -> None:
    seen, suspended, closed = opened("Vue"), opened("Suspendue"), opened("Close")
    expire(suspended.company)
    close_front_office(account=closed, author=User.objects.create_superuser("op"))
    make.rate(seen.company, 64)
    make.complete(make.company("Sans compte"))

    response = api.get(
        URL, headers={**bearer(make.shopper().token), "Accept-Language": "en"}
    )

    [document] = response.json()["results"]
    assert document["id"] == str(seen.company_id)
    assert document["presentation"] == "We spin wool."
    assert document["completeness"]["text"] == "complete civil status (11/11)"
    assert document["satisfaction"]["value"] == "64"
    assert document["since"].endswith("Z")
    assert "opened_by" not in document


def test_who_has_no_phone_here_sees_no_list(api: APIClient) -> None:
    opened()

    assert api.get(URL).status_code == 401


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_however_long(
    api: APIClient,
    bearer: Bearer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        make.rate(opened(f"Filature {number}").company, 64)
    headers = bearer(make.shopper().token)

    # The token, the page, the portraits of its companies.
    with django_assert_num_queries(8):
        assert len(api.get(URL, headers=headers).json()["results"]) == count


@pytest.mark.parametrize(
    ("fr", "en", "language", "shown"),
    [
        ("Laine", "Wool", "fr", "Laine"),
        ("Laine", "", "en", "Laine"),
        ("", "Wool", "fr", "Wool"),
        ("", "", "fr", ""),
    ],
)
def test_a_presentation_in_one_language_is_shown_in_both(
    fr: str, en: str, language: str, shown: str
) -> None:
    account = FrontOffice(presentation_fr=fr, presentation_en=en)

    assert account.presentation(language) == shown


def test_it_is_opened_in_the_admin() -> None:
    company = make.complete(make.company())
    browser = signed_in(make.member(company))
    assert browser.get(ADD).status_code == 200

    given = {"company": str(company.pk), "presentation_fr": "Laine"}
    browser.post(ADD, {**given, "presentation_en": ""})

    account = FrontOffice.objects.get()
    assert (account.company, account.presentation_fr) == (company, "Laine")
    assert "open since" in browser.get(LIST).content.decode()


def test_the_admin_names_what_is_missing() -> None:
    company = make.complete(make.company())
    expire(company)
    browser = signed_in(make.member(company))

    given = {"company": str(company.pk), "presentation_fr": "", "presentation_en": ""}
    answer = browser.post(ADD, given)

    assert "Incomplete civil status (9/11)" in answer.content.decode()
    assert "Still missing, or expired: Number of employees" in answer.content.decode()
    assert not FrontOffice.objects.exists()


def test_a_suspended_account_says_so_in_the_admin() -> None:
    account = opened()
    expire(account.company)
    browser = signed_in(make.member(account.company))

    listed, shown = (browser.get(one).content.decode() for one in (LIST, page(account)))

    assert "suspended" in listed
    assert "Suspended" in shown
    assert "Complete the civil status" in shown


def test_it_is_closed_and_opened_again_by_a_button() -> None:
    account = opened()
    browser = signed_in(make.member(account.company, "editor"))
    assert "Close the account" in browser.get(page(account)).content.decode()

    browser.post(move(account))
    assert not FrontOffice.objects.open().exists()
    assert "Open it again" in browser.get(page(account)).content.decode()
    browser.post(move(account))
    assert FrontOffice.objects.open().get().presentation_fr == WORDS.fr


def test_nothing_is_done_without_a_second_factor_or_by_a_link() -> None:
    account = opened()
    browser = Client()
    browser.force_login(make.member(account.company))

    browser.post(move(account))
    browser.post(page(account), {"presentation_fr": "Autre", "presentation_en": ""})
    make.second_factor(browser)
    assert browser.get(move(account)).status_code == 403

    account.refresh_from_db()
    assert (account.is_open, account.presentation_fr) == (True, WORDS.fr)


def test_a_stranger_and_a_viewer_move_nothing() -> None:
    account = opened()
    stranger = signed_in(make.member(make.company("Rivale")))
    viewer = signed_in(make.member(account.company, "viewer"))

    assert "Filature" not in stranger.get(LIST).content.decode()
    assert stranger.get(page(account)).status_code in {302, 403, 404}
    assert stranger.post(move(account)).status_code == 404
    assert viewer.get(page(account)).status_code == 200
    assert viewer.post(move(account)).status_code == 403
    account.refresh_from_db()
    assert account.is_open
