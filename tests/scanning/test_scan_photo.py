"""A scan by photo: real pictures, our own labels, and files that are neither."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from products import gtin
from scanning import engines, labels
from scanning.services import reading as services
from scanning.engines import Read
from scanning.errors import UncertainRead
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans"
needs_both_engines = pytest.mark.skipif(
    len(engines.available()) < 2,
    reason="libzbar0 is not installed, so one engine reads alone",
)
PHOTOS = Path(__file__).parent.parent / "fixtures" / "photos"


def scan(api: APIClient, data: bytes, name: str = "photo.png") -> Any:
    return api.post(URL, {"image": SimpleUploadedFile(name, data)}, format="multipart")


def png(image: Image.Image, file_format: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, file_format)
    return file.getvalue()


@pytest.mark.parametrize(
    ("file", "number"),
    [
        ("ean13-9780735200449.png", "9780735200449"),
        ("ean8-67678983.png", "67678983"),
        ("upca-012546619592.png", "012546619592"),
        ("upce-01264904.png", gtin.expand_upc_e("01264904")),
    ],
)
def test_a_photo_of_a_barcode_gives_its_product(
    api: APIClient, file: str, number: str
) -> None:
    make.product(number.zfill(14), published=True)

    answer = scan(api, (PHOTOS / file).read_bytes())

    assert answer.status_code == 200, answer.content
    assert answer.json()["gtin"] == number.zfill(14)
    # One engine alone confirms no linear code; the catalogue knowing it is enough.
    assert answer.json()["read"]["confirmed"] is (len(engines.available()) == 2)


@pytest.mark.parametrize("draw", [labels.qr_png])
def test_our_own_label_is_read_back(api: APIClient, draw: Any) -> None:
    product = make.product(published=True)

    answer = scan(api, draw(labels.printed_link(product.gtin)))

    assert answer.json()["gtin"] == product.gtin
    assert answer.json()["read"]["format"] == "qr_code"


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF", "BMP", "GIF"])
def test_any_side_up_and_any_format_will_do(
    api: APIClient, rotation: int, file_format: str
) -> None:
    product = make.product(published=True)
    label = Image.open(io.BytesIO(labels.qr_png(labels.printed_link(product.gtin))))
    turned = label.convert("RGB").rotate(rotation, expand=True)

    assert scan(api, png(turned, file_format)).json()["gtin"] == product.gtin


def test_bars_on_nothing_are_read(api: APIClient) -> None:
    product = make.product(published=True)
    label = Image.open(io.BytesIO(labels.qr_png(labels.printed_link(product.gtin))))
    grey = label.convert("L")
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=grey.point(lambda level: 255 - level))

    assert scan(api, png(clear)).json()["gtin"] == product.gtin


def test_a_small_barcode_in_a_big_photo_is_found_later(api: APIClient) -> None:
    make.product("00012546619592", published=True)
    bars = Image.open(PHOTOS / "upca-012546619592.png").convert("L")
    wide = Image.new("L", (2_800, 2_100), 255)
    wide.paste(bars, (1_500, 1_000))

    assert scan(api, png(wide, "PNG")).json()["gtin"] == "00012546619592"


def test_only_bars_get_a_closer_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[frozenset[str]] = []

    def read(_image: Image.Image, formats: frozenset[str]) -> list[Read]:
        looked_for.append(formats)
        return []

    monkeypatch.setattr(engines, "read", read)

    assert services.read_codes(png(Image.new("L", (4_000, 3_000), 255))) == []
    assert looked_for == [engines.ALL_FORMATS, engines.LINEAR_FORMATS]


@needs_both_engines
def test_a_candidate_counts_only_when_the_catalogue_knows_it(api: APIClient) -> None:
    faint = (PHOTOS / "upca-049000042566-faint.png").read_bytes()

    unknown = scan(api, faint)
    make.product("00049000042566", published=True)
    known = scan(api, faint)

    assert unknown.status_code == 404
    assert unknown.json()["codes"][0]["confirmed"] is False
    assert known.json()["gtin"] == "00049000042566"
    assert known.json()["read"]["confirmed"] is False


def test_a_photo_without_code_says_so(api: APIClient) -> None:
    answer = scan(api, png(Image.new("RGB", (300, 200), "white")))

    assert (answer.status_code, answer.json()["code"]) == (422, "no_code_found")


def test_a_foreign_qr_code_is_shown_and_never_opened(api: APIClient) -> None:
    answer = scan(api, labels.qr_png("https://example.org/win"))

    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_code")
    assert answer.json()["read"] == "https://example.org/win"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 415, "not_an_image"),
        (b"hello", 415, "not_an_image"),
        (b"%PDF-1.7 whatever", 415, "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "not_an_image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 415, "not_an_image"),
    ],
)
def test_what_is_no_photo_is_refused(
    api: APIClient, data: bytes, status: int, code: str
) -> None:
    answer = scan(api, data)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_truncated_photo_is_refused(api: APIClient, file_format: str) -> None:
    whole = png(Image.effect_noise((300, 300), 90).convert("RGB"), file_format)

    answer = scan(api, whole[: len(whole) * 2 // 3])

    assert answer.json()["code"] in {"image_truncated", "not_an_image"}
    assert answer.status_code in {415, 422}


def test_a_broken_header_is_refused(api: APIClient) -> None:
    answer = scan(api, b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)

    assert answer.status_code in {415, 422}


def test_too_many_bytes_are_refused(api: APIClient, settings: LazySettings) -> None:
    settings.MAX_IMAGE_BYTES = 1_000

    answer = scan(api, b"x" * 1_001)

    assert (answer.status_code, answer.json()["code"]) == (413, "image_too_large")
    assert answer.json()["limit"] == 1_000


@pytest.mark.parametrize("size", [(8_000, 6_500), (11_000, 9_000), (20_000, 20_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(
    api: APIClient, size: tuple[int, int]
) -> None:
    answer = scan(api, png(Image.new("1", size)))

    assert (answer.status_code, answer.json()["code"]) == (413, "image_too_many_pixels")


def test_a_code_and_a_photo_together_are_refused(api: APIClient) -> None:
    photo = SimpleUploadedFile("p.png", b"x")

    answer = api.post(URL, {"code": "1", "image": photo}, format="multipart")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
        400,
        "code_or_image",
    )


def test_two_rival_candidates_are_never_guessed() -> None:
    for number in ("04006381333931", "00012345000065"):
        make.product(number, published=True)
    reads = [
        Read("4006381333931", "ean_13", "pyzbar"),
        Read("012345000065", "upc_a", "pyzbar"),
    ]
    found = services._grouped(reads)

    with pytest.raises(UncertainRead):
        services._choose(found, found)


@needs_both_engines
def test_either_engine_alone_is_enough(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make.product(published=True)
    label = labels.qr_png(labels.printed_link(product.gtin))

    for missing in ("zbar", "zxing"):
        with monkeypatch.context() as patch:
            patch.setattr(engines, missing, lambda: None)
            assert len(engines.available()) == 1
            assert scan(api, label).json()["gtin"] == product.gtin


@needs_both_engines
def test_an_orientation_that_pyzbar_does_not_know_is_no_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise ValueError("not a valid ZBarOrientation")

    monkeypatch.setattr(engines.zbar(), "decode", refuse)

    assert engines._read_zbar(Image.new("L", (10, 10)), engines.ALL_FORMATS) == []


@pytest.mark.parametrize(
    ("module", "load"), [("pyzbar.pyzbar", engines.zbar), ("zxingcpp", engines.zxing)]
)
def test_a_missing_engine_is_none_and_no_crash(
    monkeypatch: pytest.MonkeyPatch, module: str, load: Any
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, module.partition(".")[0], None)

    assert load.__wrapped__() is None
