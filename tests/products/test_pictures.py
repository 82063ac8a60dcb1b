"""Pictures uploaded by a company's programs, prepared, published, loaded by anyone."""

import hashlib
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from companies.models import Company
from products import pending, services, tasks
from products.errors import PictureNotStored
from products.models import Picture, PictureState, Product, Rendition, Sheet
from products.pictures import asking, preparing, problems, rendering, showing, store
from products.pictures.limits import Limits
from products.services.picturing import MOST_PICTURES
from tests import make
from tests.products import pictures_made as made

pytestmark = pytest.mark.django_db
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


def made_ready(product: Product, number: int) -> Picture:
    """Return the row of a picture that is ready, without any file."""
    return Picture.objects.create(
        product=product,
        source_sha256=f"{number:064x}",
        state=PictureState.READY,
        width=1,
        height=1,
    )


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


@pytest.mark.database
def test_addresses_are_those_of_digests(folder: Path) -> None:
    assert not showing.is_public("../../etc/passwd")
    assert not showing.is_public("\0")
