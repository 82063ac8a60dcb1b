"""Many counts at once: what each line says of itself, and what all of them cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.times import rfc3339
from companies.models import Company
from products import live
from products.errors import BulkRefused, KeyReused, KeyUnreadable
from products.models import LiveDocument, Product, Sheet, Stock, StockBulk
from products.services import set_stock
from products.services.stock_bulk import once, record_all_counts, record_counts
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def product(company: Company) -> Product:
    """Return a product of the company."""
    return make.product(of=company)


def line(of: Product, quantity: Any = 3, store: Any = "Lyon", **more: Any) -> Any:
    """Return a line as a program sends it."""
    return {"gtin": of.pk, "store": store, "quantity": quantity, **more}


def outcome(company: Company, *lines: Any) -> dict[str, Any]:
    """Record one line after others, and return what became of it."""
    result: dict[str, Any] = record_counts(company=company, lines=lines)["results"][-1]
    return result


@pytest.mark.database
def test_lines_are_recorded_with_their_versions(
    company: Company, product: Product
) -> None:
    other = make.product(of=company)

    answer = record_counts(
        company=company,
        lines=[line(product), line(product, 0, "Arles"), line(other, 40)],
    )
    again = record_counts(company=company, lines=[line(product, 7, version=1)])

    assert answer["recorded"] == 3
    assert [one["version"] for one in answer["results"]] == [1, 1, 1]
    assert again["results"] == [
        {
            "line": 0,
            "gtin": product.pk,
            "store": "Lyon",
            "state": "recorded",
            "status": 200,
            "version": 2,
        }
    ]
    assert {(row.store, row.quantity) for row in product.stocks.all()} == {
        ("Lyon", 7),
        ("Arles", 0),
    }


def refused_lines() -> list[Any]:
    """Return what a line may not say, with its code."""
    far = "2999-01-01T00:00:00Z"
    return [
        ({"gtin": "123"}, "invalid_gtin"),
        ({"gtin": 3017620422003}, "invalid_gtin"),
        ({"gtin": "3017620422004"}, "invalid_gtin"),
        ({"gtin": None}, "invalid_gtin"),
        ({"store": ""}, "store_missing"),
        ({"store": ["Lyon"]}, "store_missing"),
        ({"store": "Ly\0on"}, "store_refused"),
        ({"store": "\ud800"}, "store_refused"),
        ({"store": "x" * 121}, "store_refused"),
        ({"store": "3017620422004"}, "store_refused"),
        ({"quantity": -1}, "quantity_negative"),
        ({"quantity": 10**30}, "quantity_too_large"),
        ({"quantity": "3"}, "quantity_refused"),
        ({"quantity": True}, "quantity_refused"),
        ({"quantity": 2.5}, "quantity_refused"),
        ({"quantity": None}, "quantity_refused"),
        ({"as_of": far}, "as_of_in_the_future"),
        ({"as_of": "yesterday"}, "as_of_refused"),
        ({"as_of": 1700000000}, "as_of_refused"),
        ({"as_of": "2026-11-21T10:00:00"}, "as_of_refused"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "as_of_too_old"),
        ({"version": -1}, "version_refused"),
        ({"version": 2**31}, "version_refused"),
        ({"price": 3}, "member_unknown"),
    ]


@pytest.mark.parametrize(
    ("members", "code"),
    refused_lines(),
    ids=[f"{place}-{code}" for place, (_, code) in enumerate(refused_lines())],
)
def test_a_wrong_line_is_refused_and_the_others_are_not(
    company: Company, product: Product, members: dict[str, Any], code: str
) -> None:
    answer = record_counts(
        company=company,
        lines=[{**line(product, store="Arles"), **members}, line(product)],
    )

    wrong, right = answer["results"]
    assert (wrong["state"], wrong["status"], wrong["code"]) == ("refused", 400, code)
    assert wrong["detail"]
    assert right["state"] == "recorded"
    assert [row.store for row in Stock.objects.all()] == ["Lyon"]


@pytest.mark.parametrize("sent", [None, 3, "Lyon", [], [{}]], ids=str)
def test_what_is_no_line_is_refused(company: Company, sent: Any) -> None:
    assert outcome(company, sent)["code"] == "line_refused"


def test_the_product_of_another_is_refused_as_one_that_nobody_has(
    company: Company,
) -> None:
    other = make.product(of=make.company("Étrangère"))
    nobodys = make.product()

    answers = [
        outcome(company, line(other)),
        outcome(company, line(nobodys)),
        outcome(company, {**line(other), "gtin": make.gtin()}),
    ]

    assert {(one["code"], one["status"]) for one in answers} == {
        ("not_your_product", 404)
    }
    assert len({one["detail"] for one in answers}) == 1
    assert not Stock.objects.exists()


def test_a_shop_is_one_however_its_name_is_typed(
    company: Company, product: Product
) -> None:
    record_counts(company=company, lines=[line(product, store="  Saint-E\u0301loi  2")])
    record_counts(company=company, lines=[line(product, 4, "Saint-Éloi 2")])

    assert [(row.store, row.quantity) for row in Stock.objects.all()] == [
        ("Saint-Éloi 2", 4)
    ]


def test_a_line_that_repeats_another_is_refused(
    company: Company, product: Product
) -> None:
    short = {**line(product, 9), "gtin": product.pk.lstrip("0")}

    assert outcome(company, line(product), short)["code"] == "line_repeated"
    assert Stock.objects.get().quantity == 3


def test_a_count_that_comes_late_is_ignored(company: Company, product: Product) -> None:
    now = timezone.now().replace(microsecond=0)
    known = set_stock(product=product, store="Lyon", quantity=3, as_of=now)

    late = outcome(company, line(product, 9, as_of=rfc3339(now - timedelta(minutes=1))))

    assert (late["state"], late["code"]) == ("ignored", "later_count_known")
    assert (late["version"], late["quantity"]) == (known.version, 3)
    assert late["as_of"] == rfc3339(now)
    assert Stock.objects.get().quantity == 3


def test_the_same_count_again_changes_nothing(
    company: Company, product: Product
) -> None:
    sent = line(product, as_of=rfc3339(timezone.now()), version=0)
    outcome(company, sent)

    again = outcome(company, sent)

    assert (again["state"], again["version"]) == ("unchanged", 1)


def test_a_count_of_an_older_version_is_a_conflict_with_the_current_one(
    company: Company, product: Product
) -> None:
    record_counts(company=company, lines=[line(product)])
    record_counts(company=company, lines=[line(product, 2)])

    stale = outcome(company, line(product, 9, version=1))
    new = outcome(company, line(product, 9, "Arles", version=1))

    assert (stale["status"], stale["code"]) == (409, "stock_conflict")
    assert (stale["version"], stale["quantity"]) == (2, 2)
    assert (new["status"], new["version"]) == (409, 0)


def test_a_clock_that_is_a_little_fast_is_believed_now(
    company: Company, product: Product
) -> None:
    soon = timezone.now() + timedelta(seconds=60)

    assert outcome(company, line(product, as_of=soon.isoformat()))["status"] == 200
    assert Stock.objects.get().as_of <= timezone.now()


def test_all_or_none(company: Company, product: Product) -> None:
    with pytest.raises(BulkRefused) as refused:
        record_all_counts(
            company=company, lines=[line(product), line(product, -1, "Arles")]
        )

    assert [one["line"] for one in refused.value.extra["results"]] == [1]
    assert not Stock.objects.exists()
    assert not LiveDocument.objects.exists()
    right = record_all_counts(company=company, lines=[line(product)])
    assert right["recorded"] == 1


@pytest.mark.database
def test_the_queries_do_not_grow_with_the_lines(company: Company) -> None:
    def counted(number: int) -> int:
        products = [make.product(of=company) for _ in range(number)]
        lines = [
            line(one, store=store) for one in products for store in ("Lyon", "Arles")
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record_counts(company=company, lines=lines)
        return len(queries)

    assert counted(2) == counted(40) <= 10


def test_nothing_is_published_again_and_every_product_is_told_of_once(
    company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    products = [make.product(of=company, published=True) for _ in range(2)]
    sheets = set(Sheet.objects.values_list("pk", flat=True))
    heard: list[str] = []
    stop = live.listen(heard.append)

    with django_capture_on_commit_callbacks(execute=True):
        record_counts(
            company=company,
            lines=[line(one, store=store) for one in products for store in "AB"],
        )

    stop()
    if connection.vendor == "sqlite":
        assert heard == sorted(one.pk for one in products)
    assert set(Sheet.objects.values_list("pk", flat=True)) == sheets


def test_a_bulk_under_a_key_is_recorded_once(
    company: Company, product: Product
) -> None:
    def send(quantity: int, of: Company = company) -> Any:
        lines = [line(product, quantity)]
        return once(
            company=of,
            key="2026-11-22/1",
            content=lines,
            work=lambda: record_counts(company=of, lines=lines),
        )

    first, again = send(3), send(3)

    assert (first.is_repeated, again.is_repeated) == (False, True)
    assert first.body == again.body
    assert Stock.objects.get().version == 1
    with pytest.raises(KeyReused):
        send(4)
    # Another company's keys are its own.
    assert not send(4, make.company("Étrangère")).is_repeated


def test_a_bulk_that_is_refused_may_come_again_under_its_key(
    company: Company, product: Product
) -> None:
    lines = [line(product, version=1)]

    def send() -> Any:
        return once(
            company=company,
            key="k",
            content=lines,
            work=lambda: record_all_counts(company=company, lines=lines),
        )

    with pytest.raises(BulkRefused):
        send()
    assert not StockBulk.objects.exists()
    record_counts(company=company, lines=[line(product)])

    assert not send().is_repeated


@pytest.mark.parametrize("key", ["", " ", "é", "a b", "x" * 201], ids=str)
def test_a_key_is_plain_and_short(company: Company, key: str) -> None:
    with pytest.raises(KeyUnreadable):
        once(company=company, key=key, content=[], work=dict)
