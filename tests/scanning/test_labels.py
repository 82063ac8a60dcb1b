"""The QR code of a product."""

import io

import pytest
from django.conf import LazySettings
from PIL import Image
from rest_framework.test import APIClient

from scanning import labels
from scanning.services.reading import read_codes
from tests import make

pytestmark = pytest.mark.django_db


def test_the_png_holds_the_digital_link(api: APIClient) -> None:
    product = make.product(published=True)

    answer = api.get(f"/api/v1/products/{product.gtin}/qr.png")

    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).format == "PNG"
    (found,) = read_codes(answer.content)
    assert found.parsed.raw == f"HTTP://127.0.0.1:8000/01/{product.gtin}"


def test_the_svg_is_a_picture_of_its_own(api: APIClient) -> None:
    product = make.product(published=True)

    answer = api.get(f"/api/v1/products/{product.gtin[1:]}/qr.svg")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content


def test_a_product_without_sheet_has_no_label(api: APIClient) -> None:
    answer = api.get(f"/api/v1/products/{make.gtin()}/qr.svg")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_product")


def test_a_wrong_number_has_no_label(api: APIClient) -> None:
    answer = api.get("/api/v1/products/4006381333932/qr.png")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_gtin")


def test_a_path_below_the_host_keeps_its_case(settings: LazySettings) -> None:
    settings.BASE_URL = "https://shop.example/flash"

    link = labels.printed_link("09520123456788")

    assert link == "https://shop.example/flash/01/09520123456788"


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_lot_and_an_item_have_their_own_code(api: APIClient, kind: str) -> None:
    product = make.product(published=True)
    address = f"/api/v1/products/{product.gtin}/qr.{kind}"

    item = api.get(address, {"lot": "A/B", "serial": "0001"})

    assert item.status_code == 200
    assert item.content != api.get(address).content
    assert item.content != api.get(address, {"lot": "A/B"}).content


def test_the_code_of_an_item_reads_as_that_item(api: APIClient) -> None:
    product = make.product(published=True)

    answer = api.get(
        f"/api/v1/products/{product.gtin}/qr.png", {"lot": "A/B", "serial": "+%1"}
    )

    (found,) = read_codes(answer.content)
    assert found.parsed.key == f"/01/{product.gtin}/10/A%2FB/21/%2B%251"


@pytest.mark.parametrize(
    "query",
    [{"lot": "été"}, {"serial": "A B"}, {"lot": "L" * 21}],
    ids=["accents", "blank", "long"],
)
def test_a_lot_that_gs1_does_not_know_has_no_label(
    api: APIClient, query: dict[str, str]
) -> None:
    product = make.product(published=True)

    answer = api.get(f"/api/v1/products/{product.gtin}/qr.svg", query)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid_lot_or_serial")
