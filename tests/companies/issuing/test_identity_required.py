"""Where the operator asks for it: no sheet and no account without an identity."""

from typing import Any

import pytest
from django.utils import timezone

from companies.errors import IdentityRequired
from companies.models import Company
from companies.services.gating import require_identity
from products import publishing
from products.models import Product, Sheet
from products.services import publish_company, publish_sheet
from shoppers.services.front_offices import Presentation, open_front_office
from tests import make
from tests.companies.issuing.world import certifiable, identified

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(settings: Any) -> Company:
    """Return a company of a service that asks for identities."""
    settings.REQUIRE_IDENTITY = True
    return certifiable()


def test_nothing_is_asked_for_unless_it_is_switched_on() -> None:
    require_identity(make.company())
    require_identity(None)


def test_a_company_without_identity_publishes_nothing(company: Company) -> None:
    product = make.product(of=company)
    with pytest.raises(IdentityRequired) as no:
        publish_sheet(product=product)
    assert (no.value.code, no.value.status) == ("identity_credential_required", 409)
    with pytest.raises(IdentityRequired):
        publish_company(company=company)
    assert not Sheet.objects.exists()


def test_what_is_due_waits_until_the_company_is_identified(company: Company) -> None:
    product = make.product(of=company)
    foreign = make.product()
    Product.objects.update(publication_due_at=timezone.now())

    publishing.publish_due()
    assert set(Sheet.objects.values_list("product", flat=True)) == {foreign.pk}

    identified(company)
    publishing.publish_due()
    assert Sheet.objects.filter(product=product).exists()


def test_an_identified_company_publishes_and_sells(company: Company) -> None:
    identified(company)
    publish_sheet(product=make.product(of=company))
    open_front_office(
        company=company, author=make.operator(), presentation=Presentation("", "")
    )


def test_no_account_on_sesames_without_identity(company: Company) -> None:
    with pytest.raises(IdentityRequired):
        open_front_office(
            company=company, author=make.operator(), presentation=Presentation("", "")
        )


def test_made_up_companies_are_let_through(settings: Any) -> None:
    settings.REQUIRE_IDENTITY = True
    require_identity(make.company(is_fictitious=True))
