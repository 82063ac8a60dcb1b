"""A company's program that uploads pictures of its product."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from companies.models import Company
from products import services
from products.models import Picture, PictureState, Product, Sheet
from products.pictures import preparing, rendering
from products.pictures.limits import Limits
from tests import make
from tests.products import pictures_made as made

rendering.prepare()


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep the pictures of a test apart."""
    settings.PICTURES_DIR = tmp_path / "pictures"
    settings.PICTURES_FREE_BYTES = 0
    return tmp_path / "pictures"


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode here: a process for each picture of each test would take too long."""

    def rendered(file: BinaryIO) -> rendering.Rendering:
        return rendering.render(file.read(), Limits())

    monkeypatch.setattr(preparing, "rendered", rendered)


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def product(company: Company) -> Product:
    """Return a product of the company."""
    return make.product(of=company)


@pytest.fixture
def program(company: Company) -> APIClient:
    """Return a program of the company, with its key."""
    return client_of(company)


def client_of(company: Company, *scopes: str) -> APIClient:
    """Return a program with a key for these scopes."""
    secret = make.api_key(company, *(scopes or ("products:write",)))
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def address(product: Product) -> str:
    """Return where a product's pictures are sent."""
    return f"/api/v1/products/{product.pk}/pictures"


def sent(
    program: APIClient, product: Product, data: bytes | None = None, **said: Any
) -> Any:
    """Send a picture, run what follows its commit, and return the answer."""
    file = SimpleUploadedFile("photo.jpg", made.jpeg() if data is None else data)
    return program.post(address(product), {"picture": file, **said}, format="multipart")


def add(product: Product, data: bytes | None = None, **said: Any) -> Picture:
    """Add a picture and have its sizes made."""
    picture = services.add_picture(
        product=product, blocks=[data or made.jpeg()], said=services.Said(**said)
    )
    preparing.work()
    picture.refresh_from_db()
    return picture


def fields(product: Product) -> dict[str, Any]:
    """Return the fields of the identity on the current sheet."""
    sheet = Sheet.objects.of_gtin(product.pk, "fr")[0]
    found = json.loads(bytes(sheet.body))["sections"]["identity"]["fields"]
    assert isinstance(found, dict)
    return found


def path_of(url: str) -> str:
    """Return an address of ours without its host."""
    return "/" + url.split("/", 3)[3]


def made_ready(product: Product, number: int) -> Picture:
    """Return the row of a picture that is ready, without any file."""
    return Picture.objects.create(
        product=product,
        source_sha256=f"{number:064x}",
        state=PictureState.READY,
        width=1,
        height=1,
    )
