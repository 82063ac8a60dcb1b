"""`GET /api/v1/products/{gtin}`: one query, stored bytes, and no wrong product."""

import json

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from products import gtin as arithmetic
from products import lookup
from products.models import Product
from products.services import publish_sheet, set_stock
from tests import make

pytestmark = pytest.mark.django_db


def url(gtin: str) -> str:
    return f"/api/v1/products/{gtin}"


@pytest.mark.database
def test_it_answers_the_revision_and_the_stock(api: APIClient) -> None:
    product = make.product(published=True)
    set_stock(product=product, store="Lyon", quantity=3)

    response = api.get(url(product.pk))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == lookup.CACHE_CONTROL
    sheet = response.json()
    assert sheet["gtin"] == product.pk
    assert sheet["revision"] == 1
    assert sheet["sections"]["stock"]["fields"]["quantity"]["value"] == "1–5"
    revision = product.sheets.get(language="fr")
    assert response.content.startswith(bytes(revision.body)[:-2])


@pytest.mark.parametrize("products", [1, 30])
@pytest.mark.parametrize("method", ["get", "head"])
def test_it_costs_one_query_however_large_the_catalogue(
    api: APIClient,
    django_assert_num_queries: DjangoAssertNumQueries,
    products: int,
    method: str,
) -> None:
    made = [make.product(published=True) for _ in range(products)]
    set_stock(product=made[0], store="Lyon", quantity=3)

    with django_assert_num_queries(1):
        response = getattr(api, method)(url(made[0].pk))

    assert response.status_code == 200


def test_a_304_costs_one_query_too(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    product = make.product(published=True)
    etag = api.get(url(product.pk))["ETag"]

    with django_assert_num_queries(1):
        response = api.get(url(product.pk), headers={"If-None-Match": etag})

    assert response.status_code == 304


@pytest.mark.parametrize("form", ["{}", "W/{}", "*", '"other", {}'])
def test_a_reader_who_has_it_is_not_sent_it_again(api: APIClient, form: str) -> None:
    product = make.product(published=True)
    etag = api.get(url(product.pk))["ETag"]

    response = api.get(url(product.pk), headers={"If-None-Match": form.format(etag)})

    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == etag
    assert "Accept-Language" in response["Vary"]


def test_a_new_revision_has_a_new_tag(api: APIClient) -> None:
    product = make.product(published=True)
    etag = api.get(url(product.pk))["ETag"]
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)

    response = api.get(url(product.pk), headers={"If-None-Match": etag})

    assert response.status_code == 200
    assert response.json()["revision"] == 2
    assert response["ETag"] != etag


def test_head_says_that_it_exists(api: APIClient) -> None:
    product = make.product(published=True)

    response = api.head(url(product.pk))

    assert response.status_code == 200
    assert response.content == b""
    assert response["ETag"]
    assert api.head(url(make.gtin())).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("en-GB;q=0.8, de", "en"),
        ("fr-CH", "fr"),
        ("de", "fr"),
        ("", "fr"),
    ],
)
def test_it_speaks_the_reader_s_language(
    api: APIClient, accepted: str, language: str
) -> None:
    product = make.product(published=True)

    response = api.get(url(product.pk), headers={"Accept-Language": accepted})

    assert response.json()["language"] == language
    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]


def test_each_language_has_its_own_tag(api: APIClient) -> None:
    product = make.product(published=True)

    tags = {
        api.get(url(product.pk), headers={"Accept-Language": language})["ETag"]
        for language in ("fr", "en")
    }

    assert len(tags) == 2


def test_eight_twelve_thirteen_and_fourteen_digits_are_one_product(
    api: APIClient,
) -> None:
    product = make.product("00000096385074", published=True)

    bodies = {
        api.get(url(product.pk[-length:])).content for length in arithmetic.LENGTHS
    }

    assert len(bodies) == 1
    assert json.loads(bodies.pop())["gtin"] == "00000096385074"


def test_a_wrong_check_digit_is_refused_with_the_right_one(api: APIClient) -> None:
    product = make.product("05449000000996", published=True)

    response = api.get(url("5449000000999"))

    assert response.status_code == 400
    body = response.json()
    assert body["code"] == "invalid_gtin"
    assert body["gtin"] == "5449000000999"
    assert body["expected_check_digit"] == "6"
    assert "6" in body["detail"]
    assert api.get(url(product.pk[1:])).status_code == 200


@pytest.mark.parametrize(
    "code",
    ["1", "123456789", "123456789012345", "544900000099x", "٥٤٤٩٠٠٠٠٠٠٩٩٦", "%00"],
)
def test_what_is_no_gtin_is_refused(api: APIClient, code: str) -> None:
    response = api.get(url(code))

    assert response.status_code == 400
    assert response.json()["code"] == "invalid_gtin"
    assert "expected_check_digit" not in response.json()


def test_a_very_long_code_is_not_repeated_in_full(api: APIClient) -> None:
    body = api.get(url("9" * 5000)).json()

    assert body["code"] == "invalid_gtin"
    assert len(body["gtin"]) == 200


def test_what_nobody_published_is_unknown(api: APIClient) -> None:
    product = make.product()

    response = api.get(url(product.pk))

    assert response.status_code == 404
    assert response.json()["code"] == "unknown_product"
    assert response.json()["gtin"] == product.pk
    assert product.pk in response.json()["detail"]


def test_another_product_is_never_served(api: APIClient) -> None:
    products = [make.product(published=True) for _ in range(5)]

    for product in products:
        assert api.get(url(product.pk)).json()["gtin"] == product.pk
    assert Product.objects.count() == 5


def test_it_exists_once_published() -> None:
    product = make.product()
    assert not lookup.exists(product.pk)

    publish_sheet(product=product)

    assert lookup.exists(product.pk)
    assert lookup.current_sheet(make.gtin(), "fr") is None


@pytest.mark.parametrize(
    ("asked", "served"),
    [(None, "fr"), ("", "fr"), ("EN-us", "en"), ("fr", "fr"), ("es", "fr")],
)
def test_the_served_language_is_one_that_a_sheet_has(
    asked: str | None, served: str
) -> None:
    assert lookup.served_language(asked) == served
