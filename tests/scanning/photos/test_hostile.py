"""Files that nobody means well: each its code, soon, and in little memory."""

import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.conf import LazySettings
from PIL import Image, PngImagePlugin

from common.errors import DomainError
from scanning import photos
from scanning.photos import loading, problems
from scanning.photos.limits import Limits
from scanning.photos.problems import Unusable
from scanning.photos.readers import Pool
from tests.scanning.photos import drawing
from tests.scanning.photos.drawing import EAN, photo, saved, symbol

# Far above what is measured (half a second), far below the time after which we kill.
SECONDS = 3.0


def refusal(data: bytes) -> tuple[int, str]:
    """Return the status and the code with which a file is refused, in good time."""
    photos.available()
    started = time.monotonic()
    with pytest.raises(DomainError) as caught:
        photos.read(data)
    assert time.monotonic() - started < SECONDS
    return caught.value.status, caught.value.code


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("A.class", b"\xff\xda" * 200)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"%PDF-1.7\n1 0 obj\n<</Subtype /Image /Filter /DCTDecode>>\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<!doctype html><img src=x onerror=alert(1)>",
        bytes(100),
        zipped(),
        b"II*\x00\x08\x00\x00\x00" + bytes(100),
    ],
    ids=["empty", "text", "pdf", "svg", "eps", "html", "zeros", "zip", "tiff"],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    assert refusal(data) == (415, "not_an_image")


def test_no_interpreter_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A folder, since the process may write no file.
    for name in ("gs", "gswin64c"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nmkdir {tmp_path}/started\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    eps = saved(Image.new("RGB", (9, 9)), "EPS")
    pool = Pool(size=1, queue=0, address_space_bytes=1_500_000_000)
    try:
        answer = pool.ask(eps, Limits(wall_seconds=20))
    finally:
        pool.stop()

    assert answer == {"problem": problems.NOT_AN_IMAGE}
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    "size", [(13_000, 13_000), (10_000, 10_001), (65_535, 65_535), (2**31 - 1, 2)]
)
def test_too_many_pixels_are_refused_by_the_header(size: tuple[int, int]) -> None:
    assert refusal(drawing.png_claiming(*size)) == (413, "image_too_many_pixels")


def test_a_bomb_is_refused_by_its_header() -> None:
    bomb = saved(Image.new("1", (20_000, 20_000)))

    assert len(bomb) < 100_000
    assert refusal(bomb) == (413, "image_too_many_pixels")


def test_a_jpeg_of_a_hundred_megapixels_is_refused() -> None:
    data = saved(Image.new("L", (10_000, 10_000)), "JPEG", quality=1)

    assert refusal(data) == (413, "image_too_many_pixels")


@pytest.mark.parametrize("size", [(2_100, 100), (10, 300)])
def test_a_strip_is_refused(size: tuple[int, int]) -> None:
    assert refusal(saved(Image.new("L", size))) == (422, "image_too_hard")


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF"])
@pytest.mark.parametrize("part", [0.2, 0.7])
def test_a_file_that_ends_early_is_refused(file_format: str, part: float) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    whole = saved(noise, file_format)

    status, code = refusal(whole[: int(len(whole) * part)])

    assert (status, code) in {(422, "image_truncated"), (415, "not_an_image")}


@pytest.mark.parametrize(
    "data",
    [
        drawing.png_claiming(6_000, 6_000),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        saved(photo(symbol()), "JPEG").replace(b"\xff\xda", b"\xff\xd9", 1),
    ],
    ids=["png claims more", "png without header", "jpeg without picture"],
)
def test_a_header_that_lies_is_refused(data: bytes) -> None:
    assert refusal(data)[0] in {415, 422}


def test_a_jpeg_of_many_scans_is_refused() -> None:
    assert refusal(drawing.jpeg_of_many_scans(400)) == (422, "image_too_hard")


def test_a_jpeg_of_some_scans_is_read() -> None:
    seen = photos.read(drawing.jpeg_of_many_scans(5))

    assert [code.text for code in seen] == [EAN]


@pytest.mark.parametrize("chunk", ["zTXt", "iTXt", "iCCP"])
def test_a_png_full_of_text_is_refused(chunk: str) -> None:
    info = PngImagePlugin.PngInfo()
    profile = None
    if chunk == "zTXt":
        info.add_text("Comment", " " * 20_000_000, zip=True)
    elif chunk == "iTXt":
        info.add_itxt("Comment", " " * 20_000_000, zip=True)
    else:
        profile = bytes(20_000_000)
    data = saved(photo(symbol()), pnginfo=info, icc_profile=profile)

    assert len(data) < 100_000
    assert refusal(data) == (422, "image_too_hard")


@pytest.mark.parametrize("file_format", ["JPEG", "GIF", "PNG"])
def test_a_photo_with_an_archive_behind_it_is_a_photo(file_format: str) -> None:
    data = saved(photo(symbol()), file_format) + zipped()

    assert zipfile.is_zipfile(io.BytesIO(data))
    assert [code.text for code in photos.read(data)] == [EAN]


def test_a_photo_with_a_page_in_its_comment_is_a_photo() -> None:
    page = b"<html><script>alert(1)</script>"
    data = saved(photo(symbol()), "JPEG", comment=page)

    assert page in data
    assert [code.text for code in photos.read(data)] == [EAN]


@pytest.mark.parametrize(
    "draw", [drawing.qr_finders, drawing.aztec_centres, drawing.pdf417_starts]
)
def test_a_picture_made_to_take_long_does_not(draw: object) -> None:
    assert callable(draw)
    data = draw()
    photos.available()
    started = time.monotonic()

    assert photos.read(data) == []
    assert time.monotonic() - started < SECONDS


def test_a_sheet_full_of_codes_does_not_take_long() -> None:
    codes = [symbol(f"LOT-{number}", "Code128", scale=1) for number in range(60)]
    data = saved(photo(*codes, size=(1_600, 1_600)))
    photos.available()
    started = time.monotonic()

    assert 0 < len(photos.read(data)) <= 50
    assert time.monotonic() - started < SECONDS


def test_a_heic_that_cannot_be_read_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    loading.prepare_formats()
    data = saved(photo(symbol()).convert("RGB"), "HEIF")
    monkeypatch.setattr(loading, "has_heic", lambda: False)

    with pytest.raises(Unusable) as caught:
        loading.Photo(data, Limits())

    assert caught.value.problem == problems.NO_HEIC


def test_an_exif_that_makes_no_sense_turns_nothing() -> None:
    data = saved(photo(symbol()), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")

    assert [code.text for code in photos.read(data)] == [EAN]


def test_the_settings_are_the_limits(settings: LazySettings) -> None:
    data = saved(photo(symbol()), "JPEG", progressive=True)
    for name, value, code in (
        ("MAX_IMAGE_BYTES", 1_000, "image_too_large"),
        ("MAX_IMAGE_PIXELS", 100_000, "image_too_many_pixels"),
        ("MAX_IMAGE_ASPECT", 1, "image_too_hard"),
        ("MAX_JPEG_SCANS", 2, "image_too_hard"),
    ):
        before = getattr(settings, name)
        setattr(settings, name, value)
        assert refusal(data)[1] == code
        setattr(settings, name, before)
    settings.PHOTO_CPU_MS = 0
    # One look is taken, and one engine alone confirms nothing.
    assert not any(code.is_confirmed for code in photos.read(data))


def test_memory_that_is_not_there_ends_one_reading_only() -> None:
    wide = np.zeros((6_900, 6_900, 4), np.uint8)
    data = saved(Image.fromarray(wide), compress_level=1)
    pool = Pool(size=1, queue=0, address_space_bytes=600_000_000)
    try:
        refused = pool.ask(data, Limits(wall_seconds=20))
        seen = pool.ask(saved(photo(symbol())), Limits(wall_seconds=20))
    finally:
        pool.stop()

    assert refused["problem"] == problems.OUT_OF_MEMORY
    assert [code["text"] for code in seen["seen"]] == [EAN]
