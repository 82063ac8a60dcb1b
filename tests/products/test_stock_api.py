"""`/api/v1/stocks`: programs count by key, and nobody counts for another."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from companies.models import Act, Company
from products.models import Offering, Product, Stock
from products.services import set_stock
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/stocks"


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def product(company: Company) -> Product:
    """Return a product of the company."""
    return make.product(of=company, published=True)


@pytest.fixture
def program(api: APIClient, company: Company) -> APIClient:
    """Return a client that sends a key of the company."""
    return with_key(api, make.api_key(company))


def with_key(client: APIClient, secret: str) -> APIClient:
    """Let a client send a key."""
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def line(of: Product, quantity: Any = 3, store: str = "Lyon", **more: Any) -> Any:
    """Return a line as a program sends it."""
    return {"gtin": of.pk, "store": store, "quantity": quantity, **more}


@pytest.mark.parametrize("method", ["put", "post"])
def test_a_program_counts_and_the_sheet_shows_it(
    program: APIClient, product: Product, method: str
) -> None:
    answer = getattr(program, method)(URL, {"lines": [line(product)]})

    assert answer.status_code == 200
    assert answer.json()["recorded"] == 1
    sheet = APIClient().get(f"/api/v1/products/{product.pk}").json()
    assert sheet["sections"]["stock"]["fields"]["quantity"]["value"] == "1–5"


def test_a_stranger_counts_nothing(api: APIClient, product: Product) -> None:
    stranger = with_key(api, make.api_key(make.company("Étrangère")))

    answer = stranger.put(URL, {"lines": [line(product)]})

    assert answer.status_code == 200
    assert answer.json()["results"][0]["code"] == "not_your_product"
    assert stranger.get(URL).json()["results"] == []
    assert not Stock.objects.exists()


def test_without_a_key_or_its_scope_nothing_is_read_or_written(
    api: APIClient, company: Company, product: Product
) -> None:
    body = {"lines": [line(product)]}
    set_stock(product=product, store="Lyon", quantity=173)

    for method in (api.get, api.put, api.post):
        assert method(URL, body).status_code == 401
    with_key(api, make.api_key(company, "events:write"))
    for method in (api.get, api.put, api.post):
        answer = method(URL, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")

    with_key(api, make.shopper().token)
    assert api.put(URL, body).status_code == 401
    assert Stock.objects.get().quantity == 173


def test_all_or_none_is_a_conflict_with_each_reason(
    program: APIClient, product: Product
) -> None:
    lines = [line(product), line(product, -1, "Arles")]

    answer = program.put(URL, {"lines": lines, "atomic": True})

    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "bulk_refused"
    assert [one["code"] for one in problem["results"]] == ["quantity_negative"]
    assert not Stock.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"lines": []}, {"lines": [{}] * 1001}, {"lines": "all"}, [], "x"],
    ids=["nothing", "no line", "too many", "a word", "a list", "a text"],
)
def test_what_is_no_bulk_is_refused(program: APIClient, body: Any) -> None:
    answer = program.put(URL, body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"


def test_a_thousand_lines_fit_and_ten_thousand_do_not(
    program: APIClient, product: Product
) -> None:
    long = {"as_of": "2026-11-22T08:00:00.000000+00:00", "version": 0}
    lines = [line(product, 1, f"{'é' * 60} {n}", **long) for n in range(1000)]

    assert program.put(URL, {"lines": lines}).status_code == 200
    assert program.put(URL, {"lines": lines * 10}).status_code == 413


def test_a_request_that_is_sent_again_is_answered_as_before(
    program: APIClient, product: Product
) -> None:
    def send(quantity: int) -> Any:
        headers = {"Idempotency-Key": "bulk-1"}
        return program.put(URL, {"lines": [line(product, quantity)]}, headers=headers)

    first, again, other = send(3), send(3), send(4)

    assert first.content == again.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (
        422,
        "idempotency_key_reused",
    )


def test_a_company_reads_its_exact_numbers_page_by_page(
    program: APIClient, product: Product
) -> None:
    other = make.product(of=product.company)
    foreign = make.product(of=make.company("Étrangère"))
    for one, store in ((product, "Lyon"), (product, "Arles"), (other, "Lyon")):
        set_stock(product=one, store=store, quantity=173)
    set_stock(product=foreign, store="Lyon", quantity=4711)

    everything = program.get(URL).json()["results"]
    of_one = program.get(URL, {"gtin": product.pk.lstrip("0")}).json()["results"]
    of_shop = program.get(URL, {"store": "Arles"}).json()["results"]
    page = program.get(URL, {"page_size": 2}).json()
    rest = program.get(page["next"]).json()["results"]

    assert everything[0]["quantity"] == 173
    assert set(everything[0]) == {"gtin", "store", "quantity", "as_of", "version"}
    assert (len(everything), len(of_one), len(of_shop)) == (3, 2, 1)
    assert page["results"] + rest == everything
    assert program.get(URL, {"gtin": "123"}).status_code == 400
    assert program.get(URL, {"store": "\0"}).json()["results"] == []


def test_anyone_reads_every_shop_in_buckets(api: APIClient, product: Product) -> None:
    for number in range(60):
        set_stock(product=product, store=f"Ville {number:02}", quantity=number)
    old = timezone.now() - timedelta(days=2)
    set_stock(product=product, store="Silencieuse", quantity=3, as_of=old)

    answer = api.get(f"/api/v1/products/{product.pk}/shops")
    page = answer.json()
    rest = api.get(page["next"]).json()["results"]

    assert answer["Cache-Control"] == "public, max-age=5"
    assert len(page["results"] + rest) == 60
    assert page["results"][3] == {
        "shop": "Ville 03",
        "quantity": "1–5",
        "as_of": page["results"][3]["as_of"],
    }
    assert "Silencieuse" not in answer.content.decode()
    again = api.get(
        f"/api/v1/products/{product.pk}/shops",
        headers={"If-None-Match": answer["ETag"]},
    )
    assert again.status_code == 304
    assert api.get(f"/api/v1/products/{make.gtin()}/shops").status_code == 404


def test_a_company_says_whether_its_product_is_sold(
    program: APIClient, product: Product
) -> None:
    address = f"{URL}/{product.pk}/availability"

    answer = program.put(address, {"state": "discontinued"})

    assert answer.status_code == 200
    assert answer.json()["gtin"] == product.pk
    assert answer.json()["state"] == "discontinued"
    assert Act.objects.get(kind="product.offered").company == product.company
    assert program.put(address, {"state": "sold out"}).status_code == 400


def test_nobody_says_it_of_another_s_product(api: APIClient, product: Product) -> None:
    stranger = with_key(api, make.api_key(make.company("Étrangère")))
    address = f"{URL}/{product.pk}/availability"

    answer = stranger.put(address, {"state": "discontinued"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_your_product")
    assert not Offering.objects.exists()
