"""Pictures for these tests: symbols that we draw, and files that nobody means well."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image

EAN = "4006381333931"
LINK = "HTTPS://ID.EXAMPLE.ORG/01/04006381333931/10/LOT1"


def symbol(text: str = EAN, form: str = "EAN13", scale: int = 3) -> Image.Image:
    """Return a symbol, black on white, with quiet zones."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, form))
    drawn = Image.fromarray(np.asarray(code.to_image(scale=scale))).convert("L")
    framed = Image.new("L", (drawn.width + 60, drawn.height + 60), 255)
    framed.paste(drawn, (30, 30))
    return framed


def photo(*symbols: Image.Image, size: tuple[int, int] = (1_000, 800)) -> Image.Image:
    """Return a white sheet with symbols from its upper left corner on."""
    sheet = Image.new("L", size, 255)
    left = top = high = 20
    for one in symbols:
        if left + one.width > sheet.width:
            left, top = 20, top + high + 20
        sheet.paste(one, (left, top))
        left, high = left + one.width + 20, max(high, one.height)
    return sheet


def saved(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    """Return the bytes of a picture's file."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def tiling(cell: "np.ndarray[Any, Any]", module: int = 3) -> bytes:
    """Return twelve megapixels of the same few modules; 1 is light."""
    pixels = np.kron(cell.astype(np.uint8) * 255, np.ones((module, module), np.uint8))
    down, across = 3_000 // pixels.shape[0] + 1, 4_000 // pixels.shape[1] + 1
    tiles = np.tile(pixels, (down, across))[:3_000, :4_000]
    return saved(Image.fromarray(tiles), compress_level=1)


def qr_finders() -> bytes:
    """Return twelve megapixels of the corner mark of QR codes."""
    cell = np.ones((9, 9))
    cell[1:8, 1:8] = 0
    cell[2:7, 2:7] = 1
    cell[3:6, 3:6] = 0
    return tiling(cell)


def aztec_centres() -> bytes:
    """Return twelve megapixels of the bull's eye of Aztec codes."""
    away = np.abs(np.arange(13) - 6)
    return tiling(np.maximum.outer(away, away) % 2)


def pdf417_starts() -> bytes:
    """Return twelve megapixels of the bars by which a PDF417 begins."""
    bars = np.repeat([0, 1, 0, 1, 0, 1, 0, 1], [8, 1, 1, 1, 1, 1, 1, 6])
    return tiling(np.tile(bars, (3, 1)))


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header says so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def jpeg_of_many_scans(scans: int) -> bytes:
    """Return a progressive JPEG with its last scan over and over again."""
    data = saved(photo(symbol()), "JPEG", progressive=True)
    last, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:last] + data[last:end] * scans + data[end:]
