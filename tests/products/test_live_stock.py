"""What a sheet tells of the stock: small, dated, and true while nobody counts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.times import rfc3339
from companies.models import Act
from products import lookup, stock, tasks
from products.models import LiveDocument, Offering, Product, Stock, StockBulk
from products.services import set_offering, set_stock
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    """Return a published product of a company."""
    return make.product(of=make.company(), published=True)


def shown(product: Product, language: str = "fr") -> dict[str, Any]:
    """Return the fields of the stock as readers get them."""
    sheet = lookup.current_sheet(product.pk, language)
    assert sheet is not None
    fields: dict[str, Any] = json.loads(sheet.body)["sections"]["stock"]["fields"]
    return fields


def counted(product: Product, store: str, quantity: int, ago: timedelta) -> None:
    """Record a count of a while ago."""
    set_stock(
        product=product, store=store, quantity=quantity, as_of=timezone.now() - ago
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_stock_of_one_shop_is_small(product: Product, language: str) -> None:
    set_stock(product=product, store="Lyon", quantity=12)

    document = LiveDocument.objects.get(language=language)

    assert document.stock
    assert len(bytes(document.stock)) <= 700
    assert b"null" not in bytes(document.stock)


def test_each_shop_has_its_own_time_and_the_whole_the_oldest(product: Product) -> None:
    now = timezone.now()
    for store, hours in (("Lyon", 1), ("Arles", 3)):
        set_stock(
            product=product,
            store=store,
            quantity=3,
            as_of=now - timedelta(hours=hours),
        )

    fields = shown(product)

    assert fields["by_shop"]["value"] == [
        {
            "shop": "Arles",
            "quantity": "1–5",
            "as_of": rfc3339(now - timedelta(hours=3)),
        },
        {
            "shop": "Lyon",
            "quantity": "1–5",
            "as_of": rfc3339(now - timedelta(hours=1)),
        },
    ]
    assert {one["observed_at"] for one in fields.values()} == {
        rfc3339(now - timedelta(hours=3))
    }


def test_of_many_shops_those_that_have_some_are_named(product: Product) -> None:
    now = timezone.now()
    Stock.objects.bulk_create(
        Stock(product=product, store=f"{n:03}", quantity=n // 30, as_of=now)
        for n in range(60)
    )

    stock.rewrite_documents([product.pk])

    by_shop = shown(product)["by_shop"]
    assert [one["shop"] for one in by_shop["value"]] == [
        f"{n:03}" for n in range(30, 50)
    ]
    assert shown(product, "en")["by_shop"]["text"] == "20 of 60 shops"
    assert shown(product)["quantity"]["value"] == "20+"


def test_a_shop_that_falls_silent_does_not_silence_the_others(
    product: Product,
) -> None:
    counted(product, "Arles", 173, timedelta(hours=23, minutes=59))
    set_stock(product=product, store="Lyon", quantity=3)
    assert shown(product)["quantity"]["value"] == "20+"
    day = timedelta(minutes=2)
    Stock.objects.filter(store="Arles").update(
        as_of=timezone.now() - stock.STALE_AFTER - day
    )
    LiveDocument.objects.update(stock_as_of=timezone.now() - stock.STALE_AFTER - day)
    assert shown(product)["quantity"]["status"] == "unknown"

    assert tasks.renew_stocks() == 1

    assert shown(product)["quantity"]["value"] == "1–5"
    assert tasks.renew_stocks() == 0


def test_where_every_shop_is_silent_nothing_is_left_to_renew(
    product: Product,
) -> None:
    counted(product, "Lyon", 3, timedelta(hours=25))
    LiveDocument.objects.update(alternatives=b"{}", alternatives_tag="a")

    tasks.renew_stocks()

    assert shown(product)["quantity"]["status"] == "unknown"
    assert tasks.renew_stocks() == 0
    # What another part of the document says is not the stock's to forget.
    assert not LiveDocument.objects.exclude(alternatives_tag="a").exists()


def test_answers_to_bulks_are_kept_for_two_days(product: Product) -> None:
    company = product.company
    assert company
    for key, days in (("old", 3), ("young", 1)):
        at = timezone.now() - timedelta(days=days)
        StockBulk.objects.create(company=company, key=key, digest="", created_at=at)

    tasks.renew_stocks()

    assert [row.key for row in StockBulk.objects.all()] == ["young"]


@pytest.mark.parametrize("state", ["preorder", "discontinued"])
def test_what_is_not_sold_says_so_without_any_count(
    product: Product, state: str
) -> None:
    set_offering(product=product, state=state)

    fields = shown(product, "en")

    assert fields["availability"]["value"] == state
    assert fields["availability"]["status"] == "known"
    assert state in fields["availability"]["text"]
    assert fields["quantity"]["status"] == fields["by_shop"]["status"] == "unknown"


def test_what_is_discontinued_is_so_for_longer_than_a_day(product: Product) -> None:
    set_offering(product=product, state="discontinued")
    counted(product, "Lyon", 3, timedelta(hours=23))
    assert shown(product)["quantity"]["value"] == "1–5"
    assert shown(product)["availability"]["value"] == "discontinued"
    Stock.objects.update(as_of=timezone.now() - timedelta(hours=25))
    LiveDocument.objects.update(stock_as_of=timezone.now() - timedelta(hours=25))

    tasks.renew_stocks()

    assert shown(product)["availability"]["value"] == "discontinued"
    assert shown(product)["quantity"]["status"] == "unknown"
    assert tasks.renew_stocks() == 0


def test_what_is_sold_again_is_counted_again(product: Product) -> None:
    set_offering(product=product, state="discontinued")
    set_offering(product=product, state="on_sale")
    assert shown(product)["availability"]["status"] == "unknown"

    set_stock(product=product, store="Lyon", quantity=300)

    assert shown(product)["availability"]["value"] == "in_stock"


def test_the_same_state_again_is_no_news(product: Product) -> None:
    set_offering(product=product, state="on_sale")
    first = set_offering(product=product, state="preorder")
    again = set_offering(product=product, state="preorder")

    assert again.since == first.since
    assert str(again).startswith(product.pk)
    assert Act.objects.filter(kind="product.offered").count() == 1


def browser(user: User) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def page_of(product: Product, **fields: Any) -> dict[str, Any]:
    """Return what the page of a product sends."""
    return {
        "name": product.name,
        "variant": "{}",
        **{
            f"{prefix}-{name}": str(number)
            for prefix in ("stocks", "offering", "statements", "pictures")
            for name, number in (
                ("TOTAL_FORMS", int(prefix in {"stocks", "offering"})),
                ("INITIAL_FORMS", 0),
            )
        },
        "stocks-0-store": "",
        "stocks-0-quantity": "",
        "offering-0-state": "on_sale",
        **fields,
    }


def test_an_editor_says_on_the_page_whether_a_product_is_sold(
    product: Product,
) -> None:
    assert product.company
    editor = browser(make.member(product.company, "editor"))
    page = reverse("admin:products_product_change", args=[product.pk])

    answer = editor.post(page, page_of(product, **{"offering-0-state": "preorder"}))

    assert answer.status_code == 302, answer.content.decode()
    assert Offering.objects.get().state == "preorder"
    assert shown(product)["availability"]["value"] == "preorder"
    stranger = browser(make.member(make.company("Étrangère")))
    stranger.post(page, page_of(product, **{"offering-0-state": "discontinued"}))
    assert Offering.objects.get().state == "preorder"


def test_the_page_refuses_more_than_any_shop_has(product: Product) -> None:
    assert product.company
    editor = browser(make.member(product.company, "editor"))
    page = reverse("admin:products_product_change", args=[product.pk])
    count = {"stocks-0-store": " Lyon ", "stocks-0-quantity": str(10**12)}

    answer = editor.post(page, page_of(product, **count))

    assert b"less than or equal to" in answer.content
    editor.post(page, page_of(product, **{**count, "stocks-0-quantity": "3"}))
    assert [(row.store, row.quantity) for row in Stock.objects.all()] == [("Lyon", 3)]
