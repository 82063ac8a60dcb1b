"""Two programs at once: one of them is first, and the other is told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from companies.errors import KeyReplaced
from companies.models import ApiKey
from companies.services import keys
from products.models import LiveDocument, Stock
from products.services import set_stock
from products.services.stock_bulk import once, record_counts
from tests import make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Do something several times at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(number)

    def one(place: int) -> Any:
        try:
            barrier.wait(timeout=10)
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_of_bulks_that_read_the_same_version_one_counts() -> None:
    company = make.company()
    products = [make.product(of=company) for _ in range(3)]
    for product in products:
        set_stock(product=product, store="Lyon", quantity=10)

    def send(place: int) -> list[str]:
        # In another order each time: locks are taken in the order of the numbers.
        turned = products[place % 3 :] + products[: place % 3]
        lines = [
            {"gtin": one.pk, "store": "Lyon", "quantity": place, "version": 1}
            for one in turned
        ]
        answer = record_counts(company=company, lines=lines)
        return [one["state"] for one in answer["results"]]

    states = at_once(4, send)

    assert sorted(states) == [["recorded"] * 3] + [["refused"] * 3] * 3
    assert set(Stock.objects.values_list("version", flat=True)) == {2}
    assert LiveDocument.objects.count() == 6


def test_new_shops_counted_at_once_are_all_in_the_document() -> None:
    company = make.company()
    product = make.product(of=company)

    at_once(
        4,
        lambda place: record_counts(
            company=company,
            lines=[{"gtin": product.pk, "store": f"{place}", "quantity": 2}],
        ),
    )

    document = LiveDocument.objects.get(product=product, language="fr")
    assert document.stock
    assert bytes(document.stock).count(b'"shop"') == 4


def test_a_bulk_that_is_sent_twice_at_once_counts_once() -> None:
    company = make.company()
    product = make.product(of=company)
    lines = [{"gtin": product.pk, "store": "Lyon", "quantity": 3}]

    answers = at_once(
        3,
        lambda _place: once(
            company=company,
            key="bulk-1",
            content=lines,
            work=lambda: record_counts(company=company, lines=lines),
        ),
    )

    assert sorted(one.is_repeated for one in answers) == [False, True, True]
    assert len({one.body for one in answers}) == 1
    assert Stock.objects.get().version == 1


def test_a_key_that_two_owners_replace_at_once_is_replaced_once() -> None:
    company = make.company()
    make.api_key(company)
    key, owner = ApiKey.objects.get(), make.operator()

    def rotate(_place: int) -> bool:
        try:
            keys.rotate_key(key=key, author=owner)
        except KeyReplaced:
            return False
        return True

    assert sum(at_once(3, rotate)) == 1
    assert ApiKey.objects.count() == 2
