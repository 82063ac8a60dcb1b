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
from scanning import labels, photos
from scanning.errors import ReadersBusy, UncertainRead
from scanning.photos import Seen
from scanning.services import reading as services
from tests import make
from tests.scanning.photos import drawing

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans"
PHOTOS = Path(__file__).parent.parent / "fixtures" / "photos"


def scan(api: APIClient, data: bytes, name: str = "photo.png") -> Any:
    return api.post(URL, {"image": SimpleUploadedFile(name, data)}, format="multipart")


def seen(text: str) -> Seen:
    """Return a candidate."""
    return Seen(text, "ean_13", "]E0", ("zxing-cpp",), False, ())


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
    # One engine alone does not always confirm; the catalogue knowing it is enough.
    if {"pyzbar", "zxing-cpp", "opencv"} <= set(photos.available()):
        assert answer.json()["read"]["confirmed"] is True


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


def test_a_candidate_counts_only_when_the_catalogue_knows_it(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "read", lambda _data: [seen("0049000042566")])
    photo = png(Image.new("L", (9, 9)))

    unknown = scan(api, photo)
    make.product("00049000042566", published=True)
    known = scan(api, photo)

    assert (unknown.status_code, unknown.json()["code"]) == (422, "uncertain_read")
    assert unknown.json()["codes"][0]["confirmed"] is False
    assert known.json()["gtin"] == "00049000042566"
    assert known.json()["read"]["confirmed"] is False


def test_every_code_of_a_photo_is_told(api: APIClient) -> None:
    product = make.product("04006381333931", published=True)
    sheet = drawing.photo(
        drawing.symbol("https://example.org/win", "QRCode", scale=5),
        drawing.symbol("4006381333931"),
        drawing.symbol(drawing.LINK, "QRCode", scale=5),
    )

    answer = scan(api, png(sheet)).json()

    assert answer["gtin"] == product.gtin
    assert answer["read"]["text"] == drawing.LINK
    assert len(answer["codes"]) >= 2


def test_a_server_that_reads_too_many_photos_says_so(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_data: bytes) -> None:
        raise ReadersBusy("Busy.", retry_after=2)

    monkeypatch.setattr(photos, "read", refuse)
    answer = scan(api, b"x")

    assert (answer.status_code, answer.json()["code"]) == (503, "readers_busy")
    assert answer.json()["retry_after"] == 2
    assert answer["Retry-After"] == "2"


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
    found = services._grouped([seen("4006381333931"), seen("0012345000065")])

    with pytest.raises(UncertainRead):
        services._choose(found, found)


def test_a_candidate_for_a_product_that_is_certain_adds_nothing() -> None:
    link = Seen(drawing.LINK, "qr_code", "]Q1", ("zxing-cpp",), True, ())
    found = services._grouped([seen("4006381333931"), link])

    assert [one.parsed.raw for one in found] == [drawing.LINK]


def test_of_two_certain_codes_the_one_that_says_most_comes_first() -> None:
    link = Seen(drawing.LINK, "qr_code", "]Q1", ("zxing-cpp",), True, ())
    bars = seen("4006381333931")._replace(is_confirmed=True)
    found = services._grouped([bars, link])

    assert [one.parsed.lot for one in found] == ["LOT1", None]


def test_of_two_certain_products_one_that_is_known_is_shown() -> None:
    make.product("00012345000065", published=True)
    unknown = seen("4006381333931")._replace(is_confirmed=True)
    known = seen("0012345000065")._replace(is_confirmed=True)
    found = services._grouped([unknown, known])

    assert services._choose(found, found).parsed.gtin14 == "00012345000065"


def photographed(monkeypatch: pytest.MonkeyPatch, *codes: Seen) -> None:
    monkeypatch.setattr(photos, "read", lambda _data: list(codes))


@pytest.mark.parametrize(
    ("text", "code_format", "identifier"),
    [
        ("9520001001024", "code_128", "]C0"),
        ("96385074", "code_128", "]C0"),
        ("https://id.gs1.org/01/09520001001024", "aztec", "]z0"),
        ("036000291452", "itf", ""),
    ],
)
def test_what_is_no_product_elsewhere_is_none_in_a_shop(
    api: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    code_format: str,
    identifier: str,
) -> None:
    for number in ("09520001001024", "00000096385074", "00036000291452"):
        make.product(number, published=True)
    shop = make.store()
    photographed(
        monkeypatch, Seen(text, code_format, identifier, ("zxing-cpp",), True, ())
    )

    for place in ({}, {"store": shop.slug}):
        photo = {"image": SimpleUploadedFile("photo.png", b"x"), **place}
        answer = api.post(URL, photo, format="multipart")
        assert (answer.status_code, answer.json()["codes"][0]["kind"]) == (422, "text")


def test_a_photographed_price_label_leads_to_its_product_in_its_shop(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, cheese = make.store(), make.product(published=True)
    make.in_store_number(shop, "12345", cheese)
    body = "211234500899"
    label = body + str(gtin.check_digit(body))
    photographed(monkeypatch, seen(label)._replace(is_confirmed=True))

    photo = {"image": SimpleUploadedFile("photo.png", b"x"), "store": shop.slug}
    answer = api.post(URL, photo, format="multipart").json()

    assert (answer["gtin"], answer["read"]["price"]) == (cheese.gtin, "8.99")
