"""Pictures on full disks, in workers that die, and uploaded twice at once."""

import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import LazySettings
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from products import services
from products.errors import PictureNotStored
from products.models import Picture, Product, Rendition
from products.pictures import asking, preparing, problems, rendering
from products.pictures.limits import Limits
from tests import make
from tests.products import pictures_made as made
from tests.products.picture_programs import (
    add,
    company,
    fields,
    folder,
    in_process,
    path_of,
    product,
    program,
    sent,
)

__all__ = ["company", "folder", "in_process", "product", "program"]

pytestmark = pytest.mark.django_db


def test_a_full_disk_keeps_nothing(
    product: Product, folder: Path, settings: LazySettings, program: APIClient
) -> None:
    settings.PICTURES_FREE_BYTES = 1 << 60

    answer = sent(program, product)

    assert (answer.status_code, answer.json()["code"]) == (507, "picture_not_stored")
    assert not Picture.objects.exists()
    assert not [one for one in folder.rglob("*") if one.is_file()]


def test_a_disk_that_fills_meanwhile_is_no_fault_of_the_picture(
    product: Product, settings: LazySettings, in_process: None
) -> None:
    picture = services.add_picture(product=product, blocks=[made.jpeg()])
    settings.PICTURES_FREE_BYTES = 1 << 60
    for _attempt in range(preparing.MAX_ATTEMPTS + 2):
        preparing.work()
        Picture.objects.update(claimed_at=None)
    picture.refresh_from_db()
    assert (picture.state, picture.attempts) == ("waiting", 0)

    settings.PICTURES_FREE_BYTES = 0
    preparing.work()

    picture.refresh_from_db()
    assert picture.state == "ready"


def test_what_kills_the_process_again_and_again_is_refused(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_file: BinaryIO) -> rendering.Rendering:
        raise asking.ChildFailed("-9")

    monkeypatch.setattr(preparing, "rendered", dies)
    picture = services.add_picture(product=product, blocks=[made.jpeg()])

    for _attempt in range(preparing.MAX_ATTEMPTS + 1):
        assert not preparing.work()
        Picture.objects.update(claimed_at=None)

    picture.refresh_from_db()
    assert (picture.state, picture.problem) == ("refused", problems.TOO_HARD)


def test_a_claimed_picture_is_left_until_its_worker_is_dead(
    product: Product, in_process: None
) -> None:
    picture = services.add_picture(product=product, blocks=[made.jpeg()])
    seen = Picture.objects.get()
    assert Picture.objects.claim(seen, "first")
    assert not Picture.objects.claim(seen, "second")

    preparing.work()
    picture.refresh_from_db()
    assert picture.state == "waiting"

    Picture.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))
    preparing.work()
    picture.refresh_from_db()
    assert picture.state == "ready"


def test_a_late_worker_changes_nothing(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(file: BinaryIO) -> rendering.Rendering:
        Picture.objects.update(claim="another")
        return rendering.render(file.read(), Limits())

    monkeypatch.setattr(preparing, "rendered", meanwhile)
    services.add_picture(product=product, blocks=[made.jpeg()])

    preparing.work()

    assert not Rendition.objects.exists()
    assert Picture.objects.get().state == "waiting"


def test_a_file_that_is_gone_is_said_to_be(product: Product, folder: Path) -> None:
    picture = services.add_picture(product=product, blocks=[made.jpeg()])
    shutil.rmtree(folder)

    preparing.work()

    picture.refresh_from_db()
    assert (picture.state, picture.problem) == ("refused", problems.LOST)


def test_damaged_bytes_are_never_handed_out(
    product: Product, folder: Path, api: APIClient, in_process: None
) -> None:
    add(product)
    services.publish_sheet(product=product)
    url = path_of(fields(product)["image"]["value"])
    for one in folder.glob("??/*"):
        one.write_bytes(b"RIFF")

    answer = api.get(url)

    assert answer.status_code == 404
    assert "immutable" not in answer.get("Cache-Control", "")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]\n",
        b'{"width": 1}\n',
        b'{"width": 1, "height": 1, "sizes": []}\n',
        b'{"width": 1, "height": 1, "sizes": [[1, 1, 9]]}\n<script>/',
        b'{"width": 1, "height": 1, "sizes": [[1, 1, 99]]}\nRIFF\x04\0\0\0WEBP',
    ],
    ids=["nothing", "list", "half", "no size", "page", "short"],
)
def test_a_process_that_was_taken_over_is_not_believed(answer: bytes) -> None:
    with pytest.raises(asking.ChildFailed):
        asking.understood(io.BytesIO(answer))


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_the_same_file_twice_at_once_is_one_picture(in_process: None) -> None:
    product = make.product(of=make.company())

    def upload(_number: int) -> Any:
        try:
            return services.add_picture(product=product, blocks=[made.jpeg()]).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(upload, range(4)))

    assert keys == {Picture.objects.get().pk}


def test_a_disk_that_refuses_to_write_is_said_to(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("common.private_files.write", full)

    with pytest.raises(PictureNotStored):
        services.add_picture(product=product, blocks=[made.jpeg()])
