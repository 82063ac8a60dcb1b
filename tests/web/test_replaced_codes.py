"""A printed code never dies: the product that took its place answers for it."""

from datetime import date

import pytest
from django.test import Client
from rest_framework.test import APIClient

from products.models import Product
from products.services.replacing import replace_product
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def replaced() -> tuple[Product, Product]:
    """Return a product without a sheet, and the published one that replaced it."""
    company = make.company()
    old, new = make.product(of=company), make.product(of=company, published=True)
    replace_product(
        old=old, new=new, since=date(2026, 5, 1), author=make.member(company)
    )
    return old, new


def test_a_camera_is_led_to_the_product_that_took_the_place(
    client: Client, replaced: tuple[Product, Product]
) -> None:
    old, new = replaced

    response = client.get(f"/01/{old.pk}?lang=en&utm=x")

    assert response.status_code == 307
    assert response["Location"] == f"/01/{new.pk}?lang=en&utm=x"


def test_a_program_is_told_which_product_it_is(
    api: APIClient, replaced: tuple[Product, Product]
) -> None:
    old, new = replaced

    for response in (
        api.get(f"/api/v1/products/{old.pk}"),
        api.post("/api/v1/scans", {"code": old.pk}),
    ):
        # Another product's sheet is never the answer itself.
        assert response.status_code == 404
        assert response.json()["replaced_by"] == {
            "gtin": new.pk,
            "sheet": f"/api/v1/products/{new.pk}",
        }


def test_a_product_with_a_sheet_of_its_own_answers_for_itself(
    client: Client, replaced: tuple[Product, Product]
) -> None:
    _old, new = replaced

    assert client.get(f"/01/{new.pk}").status_code == 200
