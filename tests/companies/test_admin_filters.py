"""Filters typed into an address: nobody learns by counting what no page says."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from companies.models import Company, Dispute
from companies.services import disputing
from tests import make

pytestmark = pytest.mark.django_db

DISPUTES = reverse("admin:companies_dispute_changelist")


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def dispute(company: Company) -> Dispute:
    """Return what somebody with an account contests of it."""
    return disputing.open_dispute(
        statement=make.fact(company, "employees", "4711"),
        kind="wrong",
        text="Le registre dit autre chose.",
        opened_by=User.objects.create_user("someone", is_staff=True),
    )


@pytest.fixture
def desk(company: Company) -> Client:
    """Return the browser of the company's owner."""
    return signed_in(make.member(company))


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in with a second factor."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def filtered(browser: Client, address: str, **filters: Any) -> int:
    """Return the status of a list that is filtered by its address."""
    return browser.get(address, filters).status_code


def test_a_company_cannot_count_out_who_contests(
    desk: Client, dispute: Dispute
) -> None:
    author = dispute.opened_by_id

    assert filtered(desk, DISPUTES, opened_by=author) == 400
    assert filtered(desk, DISPUTES, opened_by__id__exact=author) == 400
    assert filtered(desk, DISPUTES, opened_by__in=author) == 400
    assert filtered(desk, DISPUTES, opened_by__isnull=1) == 400
    assert filtered(desk, DISPUTES, state__exact="open") == 200


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("evidence", "uploaded_by__isnull"),
        ("statement", "author"),
        ("company", "parent__isnull"),
        ("company", "subsidiaries__isnull"),
    ],
)
def test_no_list_is_filtered_by_accounts_or_parents(
    desk: Client, page: str, name: str
) -> None:
    address = reverse(f"admin:companies_{page}_changelist")

    assert filtered(desk, address, **{name: 1}) == 400


def test_members_still_filter_by_their_company(desk: Client, company: Company) -> None:
    address = reverse("admin:companies_statement_changelist")

    assert filtered(desk, address, company=company.pk, fact="employees") == 200


def test_an_operator_filters_by_anything(
    admin_client: Client, dispute: Dispute
) -> None:
    assert filtered(admin_client, DISPUTES, opened_by=dispute.opened_by_id) == 200
