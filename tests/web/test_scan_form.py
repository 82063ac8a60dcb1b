"""The home page and its form: from a photo or typed digits to the sheet."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from products import gtin
from tests import make

pytestmark = pytest.mark.django_db

PHOTOS = Path(__file__).parent.parent / "fixtures" / "photos"


def test_the_home_page_takes_a_code_without_javascript(client: Client) -> None:
    answer = client.get("/", headers={"Accept-Language": "en"})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert '<label for="code">' in text
    assert '<label for="image">' in text
    assert "<script" not in text
    assert answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]


def test_a_typed_code_leads_to_its_sheet(client: Client) -> None:
    product = make.product(published=True)

    answer = client.post("/scan", {"code": f" {product.pk[1:]} "})

    assert answer.status_code == 303
    assert answer["Location"] == f"/01/{product.pk}"


def test_lot_and_language_are_kept_on_the_way(client: Client) -> None:
    product = make.product(published=True)
    link = f"https://id.example/01/{product.pk}/10/A%2Bb/21/S%2F7"

    answer = client.post("/scan", {"code": link, "lang": "en"})

    assert answer["Location"] == f"/01/{product.pk}/10/A%2Bb/21/S%2F7?lang=en"


def test_a_photo_leads_to_its_sheet(client: Client) -> None:
    make.product("09780735200449", published=True)
    photo = (PHOTOS / "ean13-9780735200449.png").read_bytes()

    answer = client.post("/scan", {"image": SimpleUploadedFile("p.png", photo)})

    assert (answer.status_code, answer["Location"]) == (303, "/01/09780735200449")


def test_a_photo_without_a_code_says_how_to_take_a_better_one(client: Client) -> None:
    photo = BytesIO()
    Image.new("L", (200, 200), 255).save(photo, "PNG")
    upload = SimpleUploadedFile("p.png", photo.getvalue())

    answer = client.post("/scan", {"image": upload, "lang": "en"})

    assert answer.status_code == 422
    assert "No code can be seen." in answer.content.decode()


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("", 400, "Take a photo of the code, or type its digits."),
        ("03760123450011", 422, "0 would be right."),
        ("hello <b>", 422, "is no product code that we know how to read"),
        ("03017620422003", 404, "Nobody has told us about the product"),
    ],
)
def test_a_code_that_leads_nowhere_comes_back_with_the_reason(
    client: Client, code: str, status: int, sentence: str
) -> None:
    answer = client.post("/scan", {"code": code, "lang": "en"})

    text = answer.content.decode()
    assert answer.status_code == status
    assert sentence in text
    assert 'role="alert"' in text
    assert "<b>" not in text


def test_a_file_that_is_no_picture_is_refused(client: Client) -> None:
    upload = SimpleUploadedFile("p.png", b"no picture")

    answer = client.post("/scan", {"image": upload, "lang": "en"})

    assert answer.status_code == 415


def test_another_site_cannot_send_the_form() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/scan", {"code": "x"}, headers={"Accept-Language": "en"})

    assert answer.status_code == 403
    assert "This form was not sent from our page." in answer.content.decode()


def test_reloading_after_a_scan_leads_home(client: Client) -> None:
    answer = client.get("/scan")

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_in_a_shop_its_price_label_leads_to_the_sheet(client: Client) -> None:
    shop, product = make.store(), make.product(published=True)
    make.in_store_number(shop, "12345", product)
    body = "211234500899"
    label = body + str(gtin.check_digit(body))

    page = client.get("/", {"store": shop.slug}).content.decode()
    answer = client.post("/scan", {"code": label, "store": shop.slug})

    assert f'name="store" value="{shop.slug}"' in page
    assert shop.name in page
    assert (answer.status_code, answer["Location"]) == (303, f"/01/{product.gtin}")


@pytest.mark.parametrize("slug", ["nulle-part", "é", ""])
def test_a_shop_that_nobody_knows_is_not_shown(client: Client, slug: str) -> None:
    page = client.get("/", {"store": slug}).content.decode()

    assert 'name="store"' not in page
