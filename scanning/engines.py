"""
The two reading engines, loaded once: pyzbar (libzbar, a Debian package) and zxing-cpp.

Either is enough; a missing one is said once in the log and named by `/healthz`.
"""

from functools import cache
from typing import Any, NamedTuple

import structlog
from PIL import Image

logger = structlog.get_logger(__name__)

# Our names for the symbologies that both engines know; the rest is not asked for.
ZBAR_FORMATS = {
    "EAN13": "ean_13",
    "EAN8": "ean_8",
    "UPCA": "upc_a",
    "UPCE": "upc_e",
    "QRCODE": "qr_code",
}
ZXING_FORMATS = {
    "EAN13": "ean_13",
    "EAN8": "ean_8",
    "UPCA": "upc_a",
    "UPCE": "upc_e",
    "QRCode": "qr_code",
}
MATRIX_FORMATS = frozenset({"qr_code"})
LINEAR_FORMATS = frozenset(ZBAR_FORMATS.values()) - MATRIX_FORMATS
ALL_FORMATS = LINEAR_FORMATS | MATRIX_FORMATS


class Read(NamedTuple):
    """One code as one engine read it."""

    text: str
    format: str
    engine: str


@cache
def zbar() -> Any:
    """Return the pyzbar module, or none where libzbar is missing."""
    try:
        from pyzbar import pyzbar
    except ImportError as error:
        logger.warning("engine.missing", engine="pyzbar", reason=str(error))
        return None
    return pyzbar


@cache
def zxing() -> Any:
    """Return the zxing-cpp module, or none where it cannot be loaded."""
    try:
        import zxingcpp
    except ImportError as error:
        logger.warning("engine.missing", engine="zxing-cpp", reason=str(error))
        return None
    return zxingcpp


def available() -> list[str]:
    """Return the names of the engines that are there."""
    engines = {"pyzbar": zbar(), "zxing-cpp": zxing()}
    return [name for name, engine in engines.items() if engine is not None]


def read(image: Image.Image, formats: frozenset[str] = ALL_FORMATS) -> list[Read]:
    """Return every code of these formats that either engine reads in a grey picture."""
    return [*_read_zbar(image, formats), *_read_zxing(image, formats)]


def _read_zbar(image: Image.Image, formats: frozenset[str]) -> list[Read]:
    pyzbar = zbar()
    if pyzbar is None:
        return []
    names = [name for name, ours in ZBAR_FORMATS.items() if ours in formats]
    symbols = [pyzbar.ZBarSymbol[name] for name in names]
    try:
        found = pyzbar.decode(image, symbols=symbols)
    except ValueError:
        # Some pictures give an orientation that pyzbar does not know.
        return []
    return [
        Read(code.data.decode("utf-8", "replace"), ZBAR_FORMATS[code.type], "pyzbar")
        for code in found
        if code.type in ZBAR_FORMATS
    ]


def _read_zxing(image: Image.Image, formats: frozenset[str]) -> list[Read]:
    zxingcpp = zxing()
    if zxingcpp is None:
        return []
    names = [name for name, ours in ZXING_FORMATS.items() if ours in formats]
    reads = []
    for code in zxingcpp.read_barcodes(
        image,
        formats=[getattr(zxingcpp.BarcodeFormat, name) for name in names],
        text_mode=zxingcpp.TextMode.Plain,
    ):
        name = code.format.name
        if code.valid and name in ZXING_FORMATS:
            reads.append(Read(code.text, ZXING_FORMATS[name], "zxing-cpp"))
    return reads
