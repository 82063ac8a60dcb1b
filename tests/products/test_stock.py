"""The stock: buckets, never exact; live, never part of a revision."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from products import lookup, stock
from products.errors import StockConflict
from products.models import LiveDocument, Product, Stock
from products.services import set_stock
from tests import make

pytestmark = pytest.mark.django_db


def shown(product: Product, language: str = "fr") -> dict[str, Any]:
    sheet = lookup.current_sheet(product.pk, language)
    assert sheet is not None
    section: dict[str, Any] = json.loads(sheet.body)["sections"]["stock"]
    return section


@pytest.mark.parametrize(
    ("quantity", "bucket"),
    [(0, "0"), (1, "1–5"), (5, "1–5"), (6, "6–20"), (20, "6–20"), (21, "20+")],
)
def test_a_quantity_is_told_as_a_bucket(quantity: int, bucket: str) -> None:
    assert stock.bucket(quantity) == bucket


@given(st.integers(0, 10**9))
def test_there_are_four_buckets(quantity: int) -> None:
    assert stock.bucket(quantity) in {"0", "1–5", "6–20", "20+"}


def test_a_stock_that_nobody_told_is_unknown() -> None:
    section = shown(make.product(published=True))

    assert section["field_order"] == ["availability", "quantity", "by_shop"]
    for field in section["fields"].values():
        assert field["status"] == "unknown"
        assert field["text"] == "non communiqué"
        assert field["label"]


@pytest.mark.parametrize(
    ("quantity", "availability", "french", "english"),
    [
        (0, "out_of_stock", "épuisé", "out of stock"),
        (3, "limited", "bientôt épuisé", "few left"),
        (300, "in_stock", "en stock", "in stock"),
    ],
)
def test_availability_is_told_in_both_languages(
    quantity: int, availability: str, french: str, english: str
) -> None:
    product = make.product(of=make.company(), published=True)
    set_stock(product=product, store="Lyon", quantity=quantity)

    field = shown(product)["fields"]["availability"]
    assert field["value"] == availability
    assert field["text"] == french
    assert field["source"]["name"] == "Filature du Test"
    assert field["level"] == "declared"
    assert shown(product, "en")["fields"]["availability"]["text"] == english


def test_the_total_is_over_shops_and_no_exact_number_is_told() -> None:
    product = make.product(published=True)
    for store, quantity in (("Lyon", 4), ("Arles", 173)):
        set_stock(product=product, store=store, quantity=quantity)

    fields = shown(product)["fields"]

    assert fields["quantity"]["value"] == "20+"
    assert [(one["shop"], one["quantity"]) for one in fields["by_shop"]["value"]] == [
        ("Arles", "20+"),
        ("Lyon", "1–5"),
    ]
    assert fields["by_shop"]["lines"] == ["Arles — 20+", "Lyon — 1–5"]
    assert fields["availability"]["source"] == {"kind": "producer"}
    assert "173" not in json.dumps(fields)


def test_a_stock_of_yesterday_is_unknown_again() -> None:
    product = make.product(published=True)
    moment = timezone.now() - timedelta(hours=24, seconds=1)
    set_stock(product=product, store="Lyon", quantity=3, as_of=moment)

    assert shown(product)["fields"]["quantity"]["status"] == "unknown"

    set_stock(
        product=product, store="Lyon", quantity=3, as_of=moment + timedelta(minutes=1)
    )
    assert shown(product)["fields"]["quantity"]["status"] == "known"


def test_a_shop_that_fell_silent_is_counted_no_more() -> None:
    product = make.product(published=True)
    moment = timezone.now() - timedelta(hours=48)
    set_stock(product=product, store="Arles", quantity=173, as_of=moment)
    set_stock(product=product, store="Lyon", quantity=3)

    fields = shown(product)["fields"]

    assert fields["quantity"]["value"] == "1–5"
    assert [one["shop"] for one in fields["by_shop"]["value"]] == ["Lyon"]


def test_the_stock_changes_the_tag_but_neither_revision_nor_its_body() -> None:
    product = make.product(published=True)
    before = lookup.current_sheet(product.pk, "fr")
    bodies = [bytes(sheet.body) for sheet in product.sheets.order_by("pk")]
    assert before is not None

    tags = {before.etag}
    for quantity in (3, 300):
        set_stock(product=product, store="Lyon", quantity=quantity)
        after = lookup.current_sheet(product.pk, "fr")
        assert after is not None
        assert after.revision == before.revision
        tags.add(after.etag)

    assert len(tags) == 3
    assert [bytes(sheet.body) for sheet in product.sheets.order_by("pk")] == bodies
    assert all(b'"by_shop"' not in body for body in bodies)


def test_a_stock_is_written_where_it_was_last_read() -> None:
    product = make.product()
    first = set_stock(product=product, store="Lyon", quantity=3, expected_version=0)
    assert str(first) == f"{product.pk} · Lyon: 3"

    second = set_stock(
        product=product, store="Lyon", quantity=2, expected_version=first.version
    )
    with pytest.raises(StockConflict) as refused:
        set_stock(
            product=product, store="Lyon", quantity=9, expected_version=first.version
        )

    assert refused.value.code == "stock_conflict"
    assert refused.value.extra == {"version": second.version}
    assert Stock.objects.get().quantity == 2


def test_a_shop_that_is_not_there_has_version_nothing() -> None:
    with pytest.raises(StockConflict) as refused:
        set_stock(product=make.product(), store="Lyon", quantity=3, expected_version=1)

    assert refused.value.extra == {"version": 0}
    assert not Stock.objects.exists()


def test_without_any_shop_left_nothing_is_told() -> None:
    product = make.product(published=True)
    set_stock(product=product, store="Lyon", quantity=3)
    assert {str(one) for one in LiveDocument.objects.all()} == {
        f"{product.pk} · fr",
        f"{product.pk} · en",
    }
    product.stocks.all().delete()

    stock.rewrite_documents([product.pk])

    told = LiveDocument.objects.values_list("stock", "stock_tag", "stock_as_of")
    assert set(told) == {(None, None, None)}
    assert shown(product)["fields"]["quantity"]["status"] == "unknown"


@pytest.mark.database
def test_a_stock_is_never_negative_and_once_per_shop() -> None:
    product = make.product()
    set_stock(product=product, store="Lyon", quantity=3)

    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.update(quantity=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.create(
            product=product, store="Lyon", quantity=3, as_of=timezone.now()
        )


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_writers_who_read_the_same_stock_one_writes() -> None:
    product = make.product()
    version = set_stock(product=product, store="Lyon", quantity=10).version
    barrier = threading.Barrier(4)

    def sell(number: int) -> bool:
        try:
            barrier.wait(timeout=10)
            set_stock(
                product=product,
                store="Lyon",
                quantity=number,
                expected_version=version,
            )
        except StockConflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sell, range(4))) == 1

    assert Stock.objects.get().version == version + 1


def test_the_stock_is_the_last_section_and_changes_nothing_else() -> None:
    product = make.product(of=make.company(), published=True)
    set_stock(product=product, store="Lyon", quantity=3)
    revision = json.loads(bytes(product.sheets.get(language="fr").body))
    served = lookup.current_sheet(product.pk, "fr")
    assert served is not None

    sheet = json.loads(served.body)

    assert list(sheet["sections"])[-1] == "stock"
    del sheet["sections"]["stock"], sheet["sections"]["alternatives"]
    assert sheet == revision
