"""What somebody does to a product is in the log of its company."""

import pytest
from django.test import Client
from django.urls import reverse

from companies.models import Act, Company
from products.services import publish_company, publish_sheet
from tests import make

pytestmark = pytest.mark.django_db


def logged(of: Company) -> list[tuple[str, str]]:
    acts = Act.objects.filter(company=of).order_by("pk")
    return list(acts.values_list("kind", "subject"))


def test_stating_and_publishing_are_logged_with_their_author() -> None:
    company = make.company()
    editor = make.member(company)
    product = make.product(of=company, name="Pull")
    assert logged(company) == []

    make.field(product, "identity.brand", "Vallon", author=editor)
    make.field(product, "identity.brand", "Le Vallon", author=editor)
    publish_sheet(product=product, author=editor)
    publish_sheet(product=product, author=editor)
    publish_company(company=company, author=editor)

    assert logged(company) == [
        ("field.recorded", "Pull · identity.brand"),
        ("field.corrected", "Pull · identity.brand"),
        ("sheet.published", "Pull · 1"),
        ("sheet.published", "1"),
    ]
    assert {act.actor for act in Act.objects.filter(company=company)} == {editor}


def test_a_new_name_of_the_company_is_logged_and_seen(admin_client: Client) -> None:
    company = make.company("Ancienne")
    before = company.changes

    admin_client.post(
        reverse("admin:companies_company_change", args=[company.pk]),
        {"name": "Nouvelle", "parent": ""},
    )

    company.refresh_from_db()
    assert (company.name, company.changes) == ("Nouvelle", before + 1)
    assert logged(company) == [("company.changed", "Nouvelle")]
