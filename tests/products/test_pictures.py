"""Pictures uploaded by a company's programs, prepared, published, loaded by anyone."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from companies.models import Company
from products import pending, services, tasks
from products.models import Picture, Product
from products.pictures import showing, store
from products.services.picturing import MOST_PICTURES
from tests import make
from tests.products import pictures_made as made
from tests.products.picture_programs import (
    add,
    address,
    client_of,
    company,
    fields,
    folder,
    in_process,
    made_ready,
    path_of,
    product,
    program,
    sent,
)

__all__ = ["company", "folder", "in_process", "product", "program"]

pytestmark = pytest.mark.django_db


def test_the_whole_way_through_a_process_of_its_own(
    program: APIClient,
    product: Product,
    folder: Path,
    api: APIClient,
    django_capture_on_commit_callbacks: Any,
) -> None:
    data = made.jpeg(exif=made.told(6))

    with django_capture_on_commit_callbacks(execute=True):
        answer = sent(program, product, data, alt_fr="Le pull, de face", role="front")
    assert answer.status_code == 202, answer.json()
    (listed,) = program.get(address(product)).json()["pictures"]
    services.publish_sheet(product=product)

    assert listed["state"] == "ready"
    assert (listed["width"], listed["height"]) == (1200, 1600)
    assert not list((folder / "waiting").iterdir())
    assert all(b"Telltale" not in one.read_bytes() for one in folder.glob("??/*"))
    shown = fields(product)
    (picture,) = shown["pictures"]["value"]
    assert picture["alt"] == {"fr": "Le pull, de face"}
    assert [one["width"] for one in picture["sizes"]] == [160, 480, 1080]
    assert shown["pictures"]["lines"][0].endswith(" — Le pull, de face")
    assert shown["image"]["value"] == picture["url"]
    loaded = api.get(path_of(picture["url"]))
    assert loaded.status_code == 200
    digest = hashlib.sha256(loaded.content).hexdigest()
    assert picture["url"].endswith(f"/{digest}.webp")


def test_a_picture_is_loaded_once_and_kept_for_ever(
    product: Product, api: APIClient, in_process: None
) -> None:
    add(product)
    services.publish_sheet(product=product)
    url = path_of(fields(product)["image"]["value"])

    answer = api.get(url)
    again = api.get(url, headers={"If-None-Match": answer["ETag"]})
    head = api.head(url)

    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert again.status_code == 304
    assert (again.content, again["Cache-Control"]) == (b"", answer["Cache-Control"])
    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Length"] == str(len(answer.content))


def test_nobody_else_sees_a_picture_before_it_is_published(
    program: APIClient, product: Product, api: APIClient, in_process: None
) -> None:
    add(product)
    (listed,) = program.get(address(product)).json()["pictures"]

    urls = [path_of(one["url"]) for one in listed["sizes"]]

    assert urls
    assert {api.get(url).status_code for url in urls} == {404}
    assert not listed["published"]
    services.publish_sheet(product=product)
    assert {api.get(url).status_code for url in urls} == {200}


def test_what_a_revision_shows_stays_when_it_is_taken_off(
    product: Product, api: APIClient, in_process: None
) -> None:
    picture = add(product)
    services.publish_sheet(product=product)
    url = path_of(fields(product)["image"]["value"])

    services.remove_picture(picture=picture)
    services.remove_picture(picture=picture)
    services.publish_sheet(product=product)

    assert fields(product)["image"]["status"] == "unknown"
    assert api.get(url).status_code == 200
    # Sent once more, it comes back.
    assert add(product).pk == picture.pk
    services.publish_sheet(product=product)
    assert path_of(fields(product)["image"]["value"]) == url


def test_what_was_never_shown_is_gone_for_good(
    product: Product, folder: Path, in_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.remove_picture(picture=add(product))
    monkeypatch.setattr(store, "ORPHAN_SECONDS", -1)

    tasks.sweep_pictures()

    assert not Picture.objects.exists()
    assert not list(folder.glob("??/*"))


def test_the_sweep_keeps_what_rows_name(
    product: Product, folder: Path, in_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(product)
    services.add_picture(product=product, blocks=[made.jpeg((80, 80))])
    (folder / "of-others").mkdir()
    (folder / "of-others" / ("0" * 64)).touch()
    monkeypatch.setattr(store, "ORPHAN_SECONDS", -1)

    # The file as it came of the one that is ready: a crash may leave it.
    assert store.sweep() == 1
    assert len(list(folder.glob("??/*"))) == 3
    assert len(list((folder / "waiting").iterdir())) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", 400, id="svg"),
        pytest.param(b"", 400, id="empty"),
        pytest.param(b"\xff\xd8\xff" + bytes(3000), 413, id="large"),
    ],
)
def test_what_cannot_be_a_picture_is_refused_at_the_door(
    program: APIClient,
    product: Product,
    folder: Path,
    settings: LazySettings,
    data: bytes,
    code: int,
) -> None:
    settings.MAX_IMAGE_BYTES = 2000

    answer = sent(program, product, data)

    assert answer.status_code == code
    assert answer.json()["code"] in {"picture_refused", "picture_too_large"}
    assert not Picture.objects.exists()
    assert not [one for one in folder.rglob("*") if one.is_file()]


def test_a_bomb_is_refused_with_a_sentence(
    program: APIClient,
    product: Product,
    folder: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sent(program, product, made.png_header(60_000, 60_000))

    (listed,) = program.get(address(product)).json()["pictures"]

    assert listed["state"] == "refused"
    assert listed["problem"]["code"] == "too_many_pixels"
    assert "50" in listed["problem"]["detail"]
    assert not [one for one in folder.rglob("*") if one.is_file()]
    services.publish_sheet(product=product)
    assert fields(product)["pictures"]["status"] == "unknown"


def test_a_stranger_s_program_finds_no_product(
    product: Product, company: Company, api: APIClient
) -> None:
    stranger = client_of(make.company("Étrangère"))
    limited = client_of(company, "stock:write")

    for method in ("get", "post"):
        assert getattr(stranger, method)(address(product)).status_code == 404
        assert getattr(limited, method)(address(product)).status_code == 403
        assert getattr(api, method)(address(product)).status_code == 401
    assert not Picture.objects.exists()


def test_the_same_file_is_one_picture(
    program: APIClient, product: Product, folder: Path, in_process: None
) -> None:
    first, second = sent(program, product), sent(program, product)

    assert first.json()["id"] == second.json()["id"]
    assert len(list((folder / "waiting").iterdir())) == 1


def test_a_product_has_so_many_pictures(program: APIClient, product: Product) -> None:
    for number in range(MOST_PICTURES):
        made_ready(product, number)

    answer = sent(program, product)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_pictures")


def test_a_stated_address_stands_beside_our_own_picture(
    product: Product, in_process: None
) -> None:
    make.field(product, "identity.image", "https://filature.example/pull.jpg")
    services.publish_sheet(product=product)
    assert fields(product)["image"]["value"] == "https://filature.example/pull.jpg"

    add(product, role="back")
    add(product, made.jpeg((90, 90)), role="front")
    services.publish_sheet(product=product)

    shown = fields(product)
    assert shown["image"]["value"].endswith(".webp")
    (other,) = shown["image"]["discrepancy"]
    assert other["value"] == "https://filature.example/pull.jpg"
    assert [one["role"] for one in shown["pictures"]["value"]] == ["back", "front"]


def test_an_unpublished_picture_is_not_published_by_the_way(
    product: Product, in_process: None
) -> None:
    services.publish_sheet(product=product)
    add(product)

    assert pending.mark_due(Product.objects.all()) == 0

    services.publish_sheet(product=product)
    assert pending.mark_due(Product.objects.all()) == 1


@pytest.mark.database
def test_addresses_are_those_of_digests(folder: Path) -> None:
    assert not showing.is_public("../../etc/passwd")
    assert not showing.is_public("\0")
