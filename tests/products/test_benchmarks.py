"""The quartiles of a category: exact, of many makers, and how sheets get them."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from companies.models import Company
from products import composing, services
from products.comparing import compare_due
from products.models import CategoryBenchmark, Product, Sheet
from products.publishing import publish_due
from tests import make
from tests.products.test_alternatives import jumper, walk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def makers() -> list[Company]:
    """Return three companies."""
    return [make.company(name) for name in "ABC"]


def knit(makers: list[Company], *footprints: str, **members: Any) -> list[Product]:
    """Publish jumpers of several makers, and compare them."""
    made = [
        jumper(footprint, of=makers[number % len(makers)], **members)
        for number, footprint in enumerate(footprints)
    ]
    compare_due()
    walk()
    return made


def panels(product: Product) -> list[str]:
    """Return what the sheet says of the comparison."""
    sheet = Sheet.objects.of_gtin(product.pk, "en")[0]
    eco = json.loads(bytes(sheet.body))["sections"]["eco"]
    return [one["text"] for one in eco["panels"] if one["key"] == "comparison"]


def test_they_are_exact_and_of_each_category_above(makers: list[Company]) -> None:
    knit(makers, "1.1", "1.2", "1.3", "1.4", "1.5", "1.6")

    rows = CategoryBenchmark.objects.order_by("category")

    assert [row.category for row in rows] == ["en:clothes", "en:jumpers"]
    for row in rows:
        assert (row.p25, row.median, row.p75, row.count) == (
            Decimal("1.225"),
            Decimal("1.35"),
            Decimal("1.475"),
            6,
        )
        assert (row.method, row.scope, row.unit) == (
            "PEF 3.1",
            "cradle_to_gate",
            "1 KGM",
        )


def test_four_products_or_two_makers_have_none(makers: list[Company]) -> None:
    knit(makers, "1", "2", "3", "4")
    assert not CategoryBenchmark.objects.exists()

    knit(makers[:2], "1", "2", "3", "4", "5", category=["en:hats"])
    assert not CategoryBenchmark.objects.exists()


def test_what_was_measured_otherwise_counts_apart(makers: list[Company]) -> None:
    knit(makers, "1", "2", "3", "4")
    knit(makers, "9", method="ISO 14067")

    assert not CategoryBenchmark.objects.exists()


def test_what_is_fictitious_counts_apart(makers: list[Company]) -> None:
    knit(makers, "1", "2", "3", "4", "5")
    unreal = [make.company(name, is_fictitious=True) for name in "DEF"]

    (product, *_others) = knit(unreal, "9", "8", "7", "6", "5")

    rows = CategoryBenchmark.objects.filter(category="en:jumpers")
    medians = {row.is_fictitious: row.median for row in rows}
    assert medians == {False: 3, True: 7}
    draft = composing.gather(
        Product.objects.get(pk=product.pk), on=product.created_at.date()
    )
    assert {one.median for one in draft.benchmarks} == {"7"}


def test_a_sheet_is_due_only_when_its_product_stands_in_another_quarter(
    makers: list[Company],
) -> None:
    products = knit(makers, "1", "2", "3", "4", "5")
    # They were published before there was anything to compare with.
    assert Product.objects.due().count() == 5
    publish_due()
    assert panels(products[0]) == ["Among the lowest quarter of its category."]
    assert panels(products[4]) == ["Among the highest quarter of its category."]

    knit(makers, "2.5")
    due = {one.pk for one in Product.objects.due()}

    # The third quartile is 3.75 now, and the first 2.125: only the 4 changes its place.
    assert due == {products[3].pk}


def test_they_go_when_a_product_leaves(makers: list[Company]) -> None:
    *_others, last = knit(makers, "1", "2", "3", "4", "5")
    assert CategoryBenchmark.objects.exists()

    make.field(last, "eco.method", "ISO 14067")
    services.publish_sheet(product=last)
    compare_due()
    walk()

    assert not CategoryBenchmark.objects.exists()


def test_many_drafts_read_them_in_one_query(
    makers: list[Company], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    products = knit(makers, "1", "2", "3", "4", "5")
    on = products[0].created_at.date()
    composing.gather_all(products[:1], on=on)
    with CaptureQueriesContext(connection) as few:
        composing.gather_all(products[:1], on=on)
    with django_assert_num_queries(len(few)):
        drafts = composing.gather_all(products, on=on)

    assert all(len(draft.benchmarks) == 2 for draft in drafts)
