"""Who is told that we disabled a webhook address: once, and in words they can read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from checkout import notifying
from checkout.models import Endpoint
from checkout.services import endpoints
from common.sealing import unseal
from companies.models import Act, Company, Mail
from tests import make
from tests.checkout.webhooks.conftest import Till


def people(company: Company) -> None:
    """Give a company two owners, and people who are told nothing."""
    make.member(company, "owner", email="owner@magasin.example")
    make.member(company, "owner", email="second@magasin.example")
    make.member(company, "owner", email="gone@magasin.example", is_active=False)
    make.member(company, "owner", email="")
    make.member(company, "editor", email="editor@magasin.example")
    make.member(make.company("Rivale"), "owner", email="rival@rivale.example")


def disabled_by(till: Till, status: int) -> Mail:
    till.server.status = status
    long_ago = timezone.now() - notifying.DISABLED_AFTER - timedelta(hours=1)
    Endpoint.objects.update(failing_since=long_ago)
    notifying.notify(till.claimed())
    return Mail.objects.order_by("to")[0]


@pytest.mark.database
@pytest.mark.parametrize("status", [410, 500])
def test_the_owners_are_told_that_their_address_is_disabled(
    till: Till, status: int
) -> None:
    people(till.company)

    disabled_by(till, status)

    assert sorted(Mail.objects.values_list("to", flat=True)) == [
        "owner@magasin.example",
        "second@magasin.example",
    ]
    assert Act.objects.filter(kind="webhook_endpoint.disabled").count() == 1


@pytest.mark.parametrize(
    ("status", "why"), [(410, "It answered 410"), (500, "the last five days failed")]
)
def test_the_words_say_why_in_each_language_and_where_to_enable_it(
    till: Till, status: int, why: str
) -> None:
    people(till.company)

    mail = disabled_by(till, status)

    body = unseal(mail.body)
    assert why in body
    assert body.count(till.endpoint.url) == 2
    assert body.count(f"/admin/checkout/endpoint/{till.endpoint.pk}/change/") == 2
    with translation.override("fr"):
        first = translation.gettext("A webhook address of %(company)s is disabled")
    assert mail.subject == first % {"company": "Magasin X"}


def test_what_fails_afterwards_is_not_told_again(till: Till) -> None:
    people(till.company)
    till.server.status = 410
    outcomes = [till.claimed(), till.claimed()]

    for outcome in outcomes:
        notifying.notify(outcome)

    assert Mail.objects.count() == 2


def test_a_second_disabling_is_told_again(till: Till) -> None:
    people(till.company)
    disabled_by(till, 410)
    endpoints.enable_endpoint(endpoint=till.endpoint, author=make.operator())

    disabled_by(till, 410)

    assert Mail.objects.count() == 4


def test_an_owner_who_disables_it_needs_no_telling(till: Till) -> None:
    people(till.company)

    endpoints.disable_endpoint(endpoint=till.endpoint, author=make.operator())

    assert not Mail.objects.exists()


def test_a_company_whose_owners_have_no_address_is_shown_it_only(till: Till) -> None:
    till.server.status = 410

    notifying.notify(till.claimed())

    assert not Mail.objects.exists()
    assert not Endpoint.objects.get().is_enabled


def home(of: Company, role: str = "owner") -> str:
    browser = Client()
    browser.force_login(make.member(of, role))
    with translation.override("en"):
        answer = browser.get("/admin/", headers={"Accept-Language": "en"})
    return str(answer.content.decode())


NOTICE = "Webhook addresses that failed"


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_the_back_office_says_so_until_it_is_enabled(till: Till, role: str) -> None:
    assert NOTICE not in home(till.company, role)
    notifying.disable(till.endpoint, "failing")
    assert NOTICE in home(till.company, role)
    endpoints.enable_endpoint(endpoint=till.endpoint, author=make.operator())

    assert NOTICE not in home(till.company, role)


def test_it_does_not_say_what_owners_know_or_what_others_have(till: Till) -> None:
    notifying.disable(till.endpoint, "failing")
    assert NOTICE not in home(make.company("Rivale"))
    Endpoint.objects.update(disabled_reason=endpoints.BY_OWNER)

    assert NOTICE not in home(till.company)
