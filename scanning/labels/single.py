"""One QR code as a file of its own, drawn by the package `qrcode`."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage

from scanning.labels.contents import Identity
from scanning.labels.reading_back import modules_as_pixels, require_readable
from scanning.labels.symbols import QR, Quiet, Symbol

QUIET_ZONE_MODULES = 4
PNG_PIXELS_PER_MODULE = 10


@lru_cache(maxsize=256)
def qr_svg(link: str) -> bytes:
    """Return the QR code of `link` as an SVG file, read back before it is returned."""
    return _drawn(link, SvgPathImage)


@lru_cache(maxsize=256)
def qr_png(link: str) -> bytes:
    """Return the QR code of `link` as a PNG file, read back before it is returned."""
    return _drawn(link, PilImage)


def _drawn(link: str, factory: type[PilImage] | type[SvgPathImage]) -> bytes:
    code = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M,
        border=QUIET_ZONE_MODULES,
        box_size=PNG_PIXELS_PER_MODULE,
        image_factory=factory,
    )
    code.add_data(link)
    code.make(fit=True)
    _require_readable(link, code.modules)
    file = io.BytesIO()
    code.make_image().save(file)
    return file.getvalue()


def _require_readable(link: str, modules: Any) -> None:
    quiet = Quiet(*[QUIET_ZONE_MODULES] * 4)
    symbol = Symbol(QR, np.array(modules, dtype=bool), quiet, link, Identity(""))
    require_readable(symbol, modules_as_pixels(symbol))
