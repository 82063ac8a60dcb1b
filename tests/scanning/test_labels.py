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
