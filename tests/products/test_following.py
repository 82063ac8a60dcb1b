"""Sheets follow what is found out about their company, and nothing else."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from companies import indexing
from companies.models import CheckResult, Company, Statement
from companies.services import Source
from products import following
from products.following import follow_companies
from products.models import Product, Sheet
from products.tasks import publish_due_products
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def followed() -> tuple[Company, Product, Statement]:
    """Return a company with one published product, whose sheet is up to date."""
    company = make.company()
    fact = make.fact(company, "employees", "90")
    product = make.product(of=company, published=True)
    publish_due_products()
    return company, product, fact


def refute(fact: Statement) -> None:
    CheckResult.objects.create(
        company=fact.company,
        statement=fact,
        fact=fact.fact,
        rule="employees.band",
        version=1,
        outcome="disagree",
        text_fr="Hors de la tranche",
        text_en="Outside the band",
    )
    Company.objects.filter(pk=fact.company_id).note_change()


def states(product: Product) -> list[str]:
    sheet = Sheet.objects.of_gtin(product.pk, "fr")[:1].get()
    fields = json.loads(bytes(sheet.body))["sections"]["company"]["fields"]
    found: list[str] = fields["employees"].get("states", [])
    return found


def test_what_a_check_found_reaches_the_sheets_without_the_company() -> None:
    _company, product, fact = followed()
    assert states(product) == []

    refute(fact)
    publish_due_products()

    assert states(product) == ["disputed"]


def test_many_companies_leave_time_to_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "AB":
        make.product(of=make.company(name), published=True)
    monkeypatch.setattr(following, "SLICE_SECONDS", -1)

    assert [follow_companies() for _run in range(3)] == [1, 1, 0]


def test_a_change_that_no_sheet_shows_publishes_nothing() -> None:
    company, product, _fact = followed()
    make.fact(company, "pay_ratio", "7")
    publish_due_products()  # the index, which sheets show, has grown by it
    before = Sheet.objects.count()

    make.fact(company, "pay_ratio", "8")
    assert follow_companies() == 0
    publish_due_products()

    assert Sheet.objects.count() == before
    assert Product.objects.get(pk=product.pk).publication_due_at is None


def test_what_the_company_is_still_editing_is_not_published_for_it() -> None:
    _company, product, fact = followed()
    make.field(product, "identity.brand", "Brouillon")

    refute(fact)
    publish_due_products()

    assert states(product) == []


def test_a_product_that_readers_do_not_see_stays_so() -> None:
    company, _product, fact = followed()
    draft = make.product(of=company)

    refute(fact)
    publish_due_products()

    assert not Sheet.objects.filter(product=draft).exists()


def test_a_value_that_expires_reaches_the_sheets_the_next_day() -> None:
    company = make.company()
    yesterday = timezone.localdate() - timedelta(days=1)
    fact = make.fact(company, "employees", "90", source=Source(valid_until=yesterday))
    product = make.product(of=company, published=True)
    Statement.objects.filter(pk=fact.pk).update(
        valid_until=timezone.localdate() + timedelta(days=9)
    )
    publish_due_products()
    assert states(product) == []
    Statement.objects.filter(pk=fact.pk).update(valid_until=yesterday)

    indexing.begin_daily()
    publish_due_products()

    assert states(product) == ["expired"]
