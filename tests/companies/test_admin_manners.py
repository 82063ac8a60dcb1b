"""What every page of the back office says and does not say, to whom."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from companies.models import Company
from tests import make

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")
ADD_IMPORT = reverse("admin:companies_importrun_add")
NOTICE = "ask for a second factor, and your account has none"


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


def browser_of(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def operator() -> User:
    """Return an operator."""
    return User.objects.create_superuser("operator")


def seen(browser: Client, address: str) -> str:
    """Return the text of a page."""
    return unescape(browser.get(address).content.decode())


@pytest.mark.parametrize("role", ["editor", "owner"])
def test_who_may_act_is_told_of_the_second_factor(company: Company, role: str) -> None:
    assert NOTICE in seen(browser_of(make.member(company, role=role)), HOME)


def test_a_viewer_is_not_told_to_set_up_what_nothing_asks_for(
    company: Company,
) -> None:
    viewer = make.member(company, role="viewer")
    browser = browser_of(viewer)

    assert NOTICE not in seen(browser, HOME)
    make.company("Autre").memberships.create(user=viewer, role="editor")
    assert NOTICE in seen(browser, HOME)


def test_an_operator_is_told_of_it(company: Company) -> None:
    assert NOTICE in seen(browser_of(operator()), HOME)


def test_a_refusal_in_the_back_office_leads_back_to_its_home(company: Company) -> None:
    browser = browser_of(make.member(company, role="viewer"))

    answer = browser.get(ADD_IMPORT)
    nothing = browser.get(reverse("admin:companies_importrun_change", args=[uuid4()]))

    assert (answer.status_code, nothing.status_code) == (403, 404)
    for one in (answer, nothing):
        text = one.content.decode()
        assert f'href="{HOME}"' in text
        assert "unfold/css/styles.css" in text
        assert "quote this number" in text
        assert "script-src 'self'" in one["Content-Security-Policy"]
    assert "This is not yours to do." in answer.content.decode()


def test_a_stranger_meets_no_way_into_the_back_office() -> None:
    elsewhere = Client().get("/scan/nothing/here")
    inside = Client(headers={"Accept-Language": "en"}).get("/admin/account/nowhere/")

    assert elsewhere.status_code == 404
    assert "unfold" not in elsewhere.content.decode()
    assert f'href="{HOME}"' not in inside.content.decode()


def test_the_sentence_for_operators_is_for_operators(company: Company) -> None:
    member = browser_of(make.member(company, role="editor"))

    assert "Operators may leave it empty" not in seen(member, ADD_IMPORT)
    assert "Operators may leave it empty" in seen(browser_of(operator()), ADD_IMPORT)


def test_a_statement_s_page_is_titled_by_the_label_of_its_fact(
    company: Company,
) -> None:
    said = make.fact(company, "employees", "47")
    address = reverse("admin:companies_statement_change", args=[said.pk])
    viewer = browser_of(make.member(company, role="viewer"))
    editor = make.second_factor(browser_of(make.member(company, role="editor")))

    for browser in (viewer, editor):
        text = seen(browser, address)
        found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        assert found is not None
        title = " ".join(found[1].split())
        assert "Number of employees" in title
        assert "Filature" in title
        assert f"{company} · employees" not in text
