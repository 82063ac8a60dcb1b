"""Stating a field of the sheet: what is refused, what supersedes what."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.errors import ReasonMissing
from companies.levels import SourceKind, Status
from companies.services import Source
from products.errors import FieldValueRefused, UnknownField
from products.models import Product, Sheet, Statement
from tests import make

pytestmark = pytest.mark.django_db


def test_a_field_is_recorded_in_its_stored_form() -> None:
    product = make.product()

    statement = make.field(product, "eco.pcf_total", "12,5")

    assert statement.value == "12.5"
    assert statement.unit == "KGM"
    assert statement.supersedes is None
    assert str(statement) == f"{product.pk} · eco.pcf_total"


def test_a_second_statement_supersedes_the_first_of_its_kind_only() -> None:
    product = make.product()
    first = make.field(product, "eco.pcf_total", "1")
    other = make.field(
        product, "eco.pcf_total", "2", source=Source(kind=SourceKind.COMMUNITY)
    )
    second = make.field(product, "eco.pcf_total", "3", unit="KGM")

    assert second.supersedes == first
    assert second.unit == "KGM"
    current = Statement.objects.current().filter(field="eco.pcf_total")
    assert set(current) == {other, second}


@pytest.mark.parametrize(
    "field", ["identity.shoe_size", "name", "price.completeness", "variants.siblings"]
)
def test_what_is_unknown_or_computed_cannot_be_stated(field: str) -> None:
    with pytest.raises(UnknownField) as refused:
        make.field(make.product(), field, "x")

    assert (refused.value.status, refused.value.code) == (400, "unknown_field")


def test_another_unit_than_that_of_the_field_is_refused_in_words() -> None:
    product = make.product()

    with pytest.raises(FieldValueRefused) as refused:
        make.field(product, "nutrition.salt", "400", unit="MGM")

    assert refused.value.extra == {"field": "nutrition.salt", "reason": "unit_unfit"}
    assert "GRM" in refused.value.detail
    assert make.field(product, "price.price_ttc", "9", unit="USD").unit == "USD"


def test_a_value_that_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(FieldValueRefused) as refused:
        make.field(make.product(), "eco.pcf_total", "heavy")

    assert refused.value.extra == {"field": "eco.pcf_total", "reason": "not_a_number"}
    assert "eco.pcf_total" in refused.value.detail


def test_what_is_withheld_needs_a_reason() -> None:
    product = make.product()

    with pytest.raises(ReasonMissing):
        make.field(product, "price.price_ttc", status=Status.WITHHELD, value=None)
    statement = make.field(
        product,
        "price.price_ttc",
        "12",
        status=Status.WITHHELD,
        source=Source(note="Under negotiation."),
    )

    assert statement.value is None


def test_a_member_sees_its_own_company_s_products(admin_user: Any) -> None:
    company = make.company()
    mine = make.product(of=company)
    theirs, nobodys = make.product(of=make.company("Autre")), make.product()
    member = make.member(company)

    assert list(Product.objects.visible_to(member)) == [mine]
    assert {one.product for one in Statement.objects.visible_to(member)} == {mine}
    assert set(Product.objects.visible_to(admin_user)) == {mine, theirs, nobodys}
    assert Statement.objects.visible_to(admin_user).count() == 3
    assert str(mine) == f"Pull marin ({mine.pk})"


@pytest.mark.database
@pytest.mark.parametrize(
    "wrong",
    [
        {"value": None},
        {"status": "withheld", "value": None},
        {"level": "guessed"},
        {"source_kind": "rumour"},
        {"status": "rumoured", "value": None},
    ],
    ids=repr,
)
def test_a_statement_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    product = make.product()
    good = {"value": "1", "field": "eco.pcf_total", "observed_at": timezone.now()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(product=product, **{**good, **wrong})


@pytest.mark.database
@pytest.mark.parametrize("number", ["123", "0952123454321", "0952123454321x"])
def test_a_product_is_known_by_fourteen_digits(number: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(gtin=number, name="x")


@pytest.mark.database
def test_a_revision_exists_once_in_a_language_that_is_served() -> None:
    make.product(published=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.update(language="de")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.update(language="fr")
