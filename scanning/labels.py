"""The QR code of a product: its GS1 Digital Link, for any phone's camera."""

import io
from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage

from products.links import digital_link

QUIET_ZONE_MODULES = 4
PNG_PIXELS_PER_MODULE = 10


def printed_link(gtin: str) -> str:
    """
    Return the Digital Link as it is printed: scheme and host in capitals.

    A path of digits and capitals then fits the QR code's alphanumeric mode, which needs
    a third fewer modules; both parts read the same in any case.
    """
    link = digital_link(gtin)
    scheme_and_host, _slash, path = link.partition("/01/")
    host_only = scheme_and_host.count("/") == 2
    return f"{scheme_and_host.upper()}/01/{path}" if host_only else link


@lru_cache(maxsize=256)
def qr_svg(link: str) -> bytes:
    """Return the QR code of `link` as an SVG file."""
    return _drawn(link, SvgPathImage)


@lru_cache(maxsize=256)
def qr_png(link: str) -> bytes:
    """Return the QR code of `link` as a PNG file."""
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
    file = io.BytesIO()
    code.make_image().save(file)
    return file.getvalue()
