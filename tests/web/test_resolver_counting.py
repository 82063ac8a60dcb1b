"""A camera that opens a product's address is a scan; everything else is not."""

import pytest
from django.test import Client

from scanning import counting
from scanning.models import DailyScans, UnknownCode
from tests import make

pytestmark = pytest.mark.django_db
CAMERA = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}


def counted() -> dict[str, int]:
    counting.flush()
    return dict(DailyScans.objects.values_list("gtin", "count"))


def test_a_camera_s_scan_is_counted(client: Client) -> None:
    product = make.product(published=True)

    client.get(f"/01/{product.gtin}/10/L1", headers=CAMERA)

    assert counted() == {product.gtin: 1}


def test_an_unknown_product_joins_the_queue(client: Client) -> None:
    client.get("/01/03017620422003", headers=CAMERA)

    assert counted() == {"03017620422003": 1}
    assert UnknownCode.objects.get().gtin == "03017620422003"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "cors"},
        {**CAMERA, "Accept": "application/linkset+json"},
    ],
    ids=["a program", "our own page", "another page", "a script", "a linkset"],
)
def test_anything_else_is_not(client: Client, headers: dict[str, str]) -> None:
    client.get(f"/01/{make.product(published=True).gtin}", headers=headers)

    assert counted() == {}


def test_neither_a_head_nor_an_in_store_number_nor_a_place_is(client: Client) -> None:
    client.head(f"/01/{make.product(published=True).gtin}", headers=CAMERA)
    client.get("/01/02112345012346", headers=CAMERA)
    client.get("/414/9520123456788", headers=CAMERA)

    assert counted() == {}
