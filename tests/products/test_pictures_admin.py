"""Pictures in the admin: added by an editor, seen by its company, by nobody else."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from companies.models import Company
from products import services
from products.models import Picture, Product
from products.pictures import preparing, rendering
from products.pictures.limits import Limits
from tests import make
from tests.products import pictures_made as made

pytestmark = pytest.mark.django_db
rendering.prepare()


@pytest.fixture(autouse=True)
def pictures(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the pictures of a test apart, and decode them here."""
    settings.PICTURES_DIR = tmp_path / "pictures"
    settings.PICTURES_FREE_BYTES = 0
    monkeypatch.setattr(
        preparing, "rendered", lambda file: rendering.render(file.read(), Limits())
    )


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def product(company: Company) -> Product:
    """Return a product of the company."""
    return make.product(of=company)


@pytest.fixture
def browser(company: Company) -> Client:
    """Return an editor’s browser; no second factor is needed to add a picture."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make.member(company, role="editor"))
    return client


def page(product: Product) -> str:
    """Return the address of a product's page."""
    return reverse("admin:products_product_change", args=[product.pk])


def form(product: Product, *rows: dict[str, Any]) -> dict[str, Any]:
    """Return the page's form as a browser sends it, with these rows of pictures."""
    data: dict[str, Any] = {"name": product.name}
    for prefix in ("statements", "stocks", "pictures", "offering"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    data["pictures-TOTAL_FORMS"] = len(rows)
    data["pictures-INITIAL_FORMS"] = sum("id" in row for row in rows)
    for number, row in enumerate(rows):
        whole = {"role": "front", "alt_fr": "", "alt_en": "", "position": "0", **row}
        data |= {f"pictures-{number}-{key}": value for key, value in whole.items()}
    return data


def upload(data: bytes | None = None) -> SimpleUploadedFile:
    """Return a chosen file."""
    return SimpleUploadedFile("photo.jpg", made.jpeg() if data is None else data)


def ready(product: Product, width: int) -> Picture:
    """Return a picture whose sizes are made."""
    picture = services.add_picture(product=product, blocks=[made.jpeg((width, 300))])
    preparing.work()
    picture.refresh_from_db()
    assert picture.state == "ready"
    return picture


def test_an_editor_adds_a_picture(browser: Client, product: Product) -> None:
    rows = [{"file": upload(), "role": "back", "alt_en": "Seen from behind"}]

    answer = browser.post(page(product), form(product, *rows))

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    picture = Picture.objects.get()
    assert (picture.role, picture.alt_en) == ("back", "Seen from behind")
    assert "being prepared" in browser.get(page(product)).content.decode()
    preparing.work()
    shown = browser.get(page(product)).content.decode()
    assert "ready, not published" in shown
    small = browser.get(reverse("admin:products_product_picture", args=[picture.pk]))
    assert (small.status_code, small["Content-Type"]) == (200, "image/webp")
    assert small["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{"alt_en": "No file"}], "Choose the file of this picture."),
        ([{"file": upload(b"<svg/>")}], "This file is no picture that is taken"),
    ],
    ids=["no file", "svg"],
)
def test_what_is_wrong_is_said_on_the_page(
    browser: Client, product: Product, rows: list[dict[str, Any]], sentence: str
) -> None:
    answer = browser.post(page(product), form(product, *rows))

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Picture.objects.exists()


def test_pictures_are_put_in_order_described_and_taken_off(
    browser: Client, product: Product
) -> None:
    first, second, third = (ready(product, width) for width in (100, 200, 300))
    rows = [
        {"id": first.pk, "position": "2", "role": "label", "alt_fr": "Étiquette"},
        {"id": second.pk, "position": "1"},
        {"id": third.pk, "position": "2", "DELETE": "on"},
    ]

    answer = browser.post(page(product), form(product, *rows))

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    found = list(Picture.objects.for_sheet(product.pk))
    assert [one.pk for one in found] == [second.pk, first.pk]
    assert (found[1].role, found[1].alt_fr) == ("label", "Étiquette")


def test_a_new_picture_makes_the_sheet_one_to_publish(
    browser: Client, product: Product
) -> None:
    services.publish_sheet(product=product)
    listed = reverse("admin:products_product_changelist")
    assert ">to publish</td>" not in browser.get(listed).content.decode()

    ready(product, 100)

    assert ">to publish</td>" in browser.get(listed).content.decode()
    services.publish_sheet(product=product)
    assert ">to publish</td>" not in browser.get(listed).content.decode()


@pytest.mark.parametrize("who", ["stranger", "viewer", "nobody"])
def test_others_neither_see_nor_change(
    who: str, company: Company, product: Product
) -> None:
    picture = ready(product, 100)
    client = Client(headers={"Accept-Language": "en"})
    if who != "nobody":
        of = company if who == "viewer" else make.company("Étrangère")
        role = "viewer" if who == "viewer" else "owner"
        client.force_login(make.member(of, role=role))
    rows = [{"id": picture.pk, "DELETE": "on"}]

    answer = client.post(page(product), form(product, *rows))
    small = client.get(reverse("admin:products_product_picture", args=[picture.pk]))

    assert answer.status_code in {302, 403}
    assert Picture.objects.get() == picture
    assert small.status_code == {"viewer": 200, "stranger": 404, "nobody": 302}[who]
