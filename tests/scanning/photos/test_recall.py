"""What is read in good and bad photos, through the process that reads them."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from scanning import photos
from scanning.photos import libraries, loading, pipeline
from scanning.photos.limits import Limits
from tests.scanning.photos.drawing import EAN, LINK, photo, saved, symbol

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "photos"
PICTURES: list[dict[str, Any]] = json.loads((FIXTURES / "manifest.json").read_text())
ALL_ENGINES = {"pyzbar", "zxing-cpp", "opencv"}

needs_all_engines = pytest.mark.skipif(
    set(photos.available()) != ALL_ENGINES,
    reason="libzbar0 is not installed, so one engine reads alone",
)


def texts(data: bytes) -> list[str]:
    return [code.text for code in photos.read(data) if code.is_confirmed]


@needs_all_engines
@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one["file"])
def test_a_photo_gives_its_code_and_no_other(picture: dict[str, Any]) -> None:
    found = texts((FIXTURES / picture["file"]).read_bytes())

    expected = picture["expected_text"].replace("(", "").replace(")", "")
    if picture["format"] == "DataBar":
        expected = f"01{expected}"
    # A UPC-A is read as the EAN-13 with a zero in front.
    zero = "0" if picture["format"] == "UPCA" else ""
    assert found == ([f"{zero}{expected}"] if expected else [])


@needs_all_engines
@pytest.mark.parametrize(
    ("text", "drawn", "form", "identifier"),
    [
        (EAN, "EAN13", "ean_13", "]E0"),
        ("96385074", "EAN8", "ean_8", "]E4"),
        ("01234565", "UPCE", "upc_e", ""),
        ("LOT-2026-04", "Code128", "code_128", "]C0"),
        ("00012345678905", "ITF", "itf", "]I1"),
        (LINK, "QRCode", "qr_code", "]Q1"),
        ("https://example.org", "DataMatrix", "data_matrix", "]d1"),
        ("Aztec", "Aztec", "aztec", "]z0"),
        ("PDF 417", "PDF417", "pdf417", "]L2"),
    ],
)
def test_formats_are_named_and_identified(
    text: str, drawn: str, form: str, identifier: str
) -> None:
    (code,) = photos.read(saved(photo(symbol(text, drawn))))

    assert (code.text, code.format, code.is_confirmed) == (text, form, True)
    assert code.symbology_identifier == identifier


def test_gs1_separators_are_kept() -> None:
    import zxingcpp

    drawn = zxingcpp.create_barcode(
        "(01)04006381333931(10)LOT1(21)7", zxingcpp.BarcodeFormat.DataMatrix, gs1=True
    )
    image = Image.fromarray(np.asarray(drawn.to_image(scale=5))).convert("L")

    (code,) = photos.read(saved(photo(image)))

    assert code.text == "010400638133393110LOT1\x1d217"
    assert code.symbology_identifier == "]d2"


@needs_all_engines
def test_every_code_of_a_photo_is_told_the_product_first() -> None:
    marketing = symbol("https://example.org/win", "QRCode", scale=5)
    sheet = photo(marketing, symbol(EAN), symbol(LINK, "QRCode", scale=5))

    seen = photos.read(saved(sheet))

    assert seen[0].text == LINK
    assert {code.text for code in seen} == {LINK, EAN, "https://example.org/win"}


@needs_all_engines
def test_a_marketing_code_does_not_end_the_search() -> None:
    marketing = symbol("https://example.org/win", "QRCode", scale=5)

    assert texts(saved(photo(marketing, symbol(EAN)))) == [
        EAN,
        "https://example.org/win",
    ]


@pytest.mark.parametrize("angle", [0, 17, 45, 90, 133, 180, 270])
def test_any_side_up_will_do(angle: int) -> None:
    turned = photo(symbol()).rotate(angle, expand=True, fillcolor=255)

    assert EAN in [code.text for code in photos.read(saved(turned))]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_have_been_held_in_any_way(orientation: int) -> None:
    # In the upper left corner of the upright picture, whatever the file's rows are.
    upright = photo(symbol())
    turn = loading.TURNS.get(orientation)
    back = {6: loading.TURNS[8], 8: loading.TURNS[6]}.get(orientation, turn)
    stored = upright if back is None else upright.transpose(back)
    exif = Image.Exif()
    exif[0x0112] = orientation

    (code,) = photos.read(saved(stored, "JPEG", exif=exif))

    assert code.text == EAN
    assert max(x for x, _y in code.position) < 0.5
    assert max(y for _x, y in code.position) < 0.5


@pytest.mark.parametrize(
    "mode", ["L", "RGB", "RGBA", "LA", "P", "1", "I;16", "I", "CMYK"]
)
def test_any_kind_of_pixel_will_do(mode: str) -> None:
    grey = photo(symbol())
    if mode in {"I;16", "I"}:
        deep = np.asarray(grey).astype(np.uint16) * 257
        image = Image.fromarray(deep)
    else:
        image = grey.convert("RGB").convert(mode)

    assert texts(saved(image, "JPEG" if mode == "CMYK" else "PNG")) == [EAN]


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF", "GIF", "BMP", "HEIF"])
def test_any_format_of_a_phone_will_do(file_format: str) -> None:
    loading.prepare_formats()

    assert texts(saved(photo(symbol()).convert("RGB"), file_format)) == [EAN]


def test_bars_on_nothing_are_read() -> None:
    grey = photo(symbol())
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=grey.point(lambda level: 255 - level))

    assert texts(saved(clear)) == [EAN]
    assert texts(saved(clear.quantize())) == [EAN]


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_read(file_format: str) -> None:
    frames = [photo(symbol()), photo(symbol("5901234123457")), photo()]
    data = saved(
        frames[0], file_format, save_all=True, append_images=frames[1:], duration=100
    )
    with Image.open(io.BytesIO(data)) as image:
        assert sum(1 for _frame in ImageSequence.Iterator(image)) == 3

    assert texts(data) == [EAN]


def test_a_small_code_in_a_big_photo_is_found() -> None:
    sheet = Image.new("L", (4_000, 3_000), 255)
    sheet.paste(symbol(scale=3), (2_500, 1_800))

    assert EAN in [code.text for code in photos.read(saved(sheet, "JPEG"))]


def test_a_photo_without_code_has_none() -> None:
    assert photos.read(saved(Image.effect_noise((800, 600), 80))) == []


@pytest.mark.parametrize("missing", sorted(ALL_ENGINES))
def test_what_is_missing_is_done_without(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    name = {"pyzbar": "zbar", "zxing-cpp": "zxing"}.get(missing, missing)
    from scanning.photos import engines, looks, preparing, regions

    for module in (engines, looks, preparing, regions):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, lambda: None)
    found = pipeline.read(saved(photo(symbol())), Limits())

    assert missing not in engines.available()
    assert [code.text for code in found] == [EAN]
    assert missing not in found[0].engines


@pytest.mark.parametrize(
    ("module", "load"),
    [
        ("pyzbar", libraries.zbar),
        ("zxingcpp", libraries.zxing),
        ("cv2", libraries.opencv),
    ],
)
def test_a_library_that_is_missing_is_none_and_no_crash(
    monkeypatch: pytest.MonkeyPatch, module: str, load: Any
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, module, None)

    assert load.__wrapped__() is None


def test_an_orientation_that_pyzbar_does_not_know_is_no_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scanning.photos import engines
    from scanning.photos.engines import View

    class Odd:
        ZBarSymbol = dict.fromkeys(engines.ZBAR_FORMATS)

        @staticmethod
        def decode(*_args: object, **_options: object) -> None:
            raise ValueError("not a valid ZBarOrientation")

    monkeypatch.setattr(engines, "zbar", lambda: Odd)

    assert engines.read_zbar(View.of("whole", Image.new("L", (10, 10)))) == []
