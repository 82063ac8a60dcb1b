"""
The two reading engines, each loaded once: pyzbar (libzbar) and zxing-cpp.

Either is enough; where OpenCV is missing, no region of a photo is looked at closely.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from scanning.photos import preparing
from scanning.photos.libraries import opencv, zbar, zxing
from scanning.photos.voting import PYZBAR, ZXING, Polygon, Read

OPENCV = "opencv"

ZBAR_FORMATS = {
    "EAN13": "ean_13",
    "EAN8": "ean_8",
    "UPCA": "upc_a",
    "UPCE": "upc_e",
    "I25": "itf",
    "CODE128": "code_128",
    "CODE39": "code_39",
    "CODE93": "code_93",
    "CODABAR": "codabar",
    "DATABAR": "data_bar",
    "DATABAR_EXP": "data_bar_expanded",
    "QRCODE": "qr_code",
}
# By the name of the symbology, then of what it carries.
ZXING_FORMATS = {
    "EAN13": "ean_13",
    "EAN8": "ean_8",
    "UPCA": "upc_a",
    "UPCE": "upc_e",
    "ITF": "itf",
    "ITF14": "itf",
    "Code128": "code_128",
    "Code39": "code_39",
    "Code39Std": "code_39",
    "Code39Ext": "code_39",
    "Code93": "code_93",
    "Codabar": "codabar",
    "DataBar": "data_bar",
    "DataBarOmni": "data_bar",
    "DataBarStk": "data_bar",
    "DataBarStkOmni": "data_bar",
    "DataBarLtd": "data_bar",
    "DataBarExp": "data_bar_expanded",
    "DataBarExpStk": "data_bar_expanded",
    "QRCode": "qr_code",
    "QRCodeModel1": "qr_code",
    "QRCodeModel2": "qr_code",
    "MicroQRCode": "micro_qr_code",
    "RMQRCode": "rmqr_code",
    "DataMatrix": "data_matrix",
    "Aztec": "aztec",
    "AztecCode": "aztec",
    "PDF417": "pdf417",
    "CompactPDF417": "pdf417",
    "MaxiCode": "maxi_code",
}
LINEAR = ("EANUPC", "ITF", "Code128", "Code39", "Code93", "Codabar", "DataBar")
MATRIX = ("QRCode", "DataMatrix", "Aztec", "PDF417", "MaxiCode")


class View(NamedTuple):
    """A picture to be read, and where it lies in the photo."""

    preparation: str
    # A Pillow picture or an array, eight bits of grey.
    pixels: Any
    # From its pixels to the photo's sides: x' = ax + by + c, y' = dx + ey + f.
    place: tuple[float, float, float, float, float, float]

    @classmethod
    def of(cls, preparation: str, pixels: Any) -> "View":
        """Return the whole photo, in whatever size, Pillow's picture or an array."""
        size = getattr(pixels, "size", None)
        width, height = size if isinstance(size, tuple) else pixels.shape[::-1]
        return cls(preparation, pixels, (1 / width, 0, 0, 0, 1 / height, 0))

    def prepared(self, name: str, pixels: Any) -> "View":
        """Return the same part of the photo in other pixels, perhaps fewer of them."""
        a, b, c, d, e, f = self.place
        x = self.pixels.shape[1] / pixels.shape[1]
        y = self.pixels.shape[0] / pixels.shape[0]
        place = (a * x, b * y, c, d * x, e * y, f)
        return View(f"{self.preparation} {name}".strip(), pixels, place)

    def outline(self) -> Polygon:
        """Return where its corners lie in the photo."""
        height, width = self.pixels.shape
        return self.positioned([(0, 0), (width, 0), (width, height), (0, height)])

    def halved(self) -> "View":
        """Return half the size, under the same name: it is the same look."""
        return self.prepared("", preparing.halved(self.pixels))

    def positioned(self, points: Iterable[tuple[float, float]]) -> Polygon:
        """Return points of this picture as parts of the whole photo's sides."""
        a, b, c, d, e, f = self.place
        return tuple(
            (
                round(min(1.0, max(0.0, a * x + b * y + c)), 4),
                round(min(1.0, max(0.0, d * x + e * y + f)), 4),
            )
            for x, y in points
        )


def available() -> list[str]:
    """Return the names of the engines that are there."""
    engines = {PYZBAR: zbar(), ZXING: zxing(), OPENCV: opencv()}
    return [name for name, engine in engines.items() if engine is not None]


def read_zbar(view: View) -> list[Read]:
    """Return the codes that zbar reads: all linear ones, QR only where it is alone."""
    pyzbar = zbar()
    if pyzbar is None:
        return []
    # Its texts of QR codes are guesses of the character set.
    names = [name for name in ZBAR_FORMATS if name != "QRCODE" or zxing() is None]
    symbols = [pyzbar.ZBarSymbol[name] for name in names]
    try:
        found = pyzbar.decode(view.pixels, symbols=symbols)
    except ValueError:
        # Some pictures give an orientation that pyzbar does not know.
        return []
    return [_of_zbar(code, view) for code in found if code.type in ZBAR_FORMATS]


def read_zxing(view: View, symbologies: Sequence[str], **options: bool) -> list[Read]:
    """Return the codes that zxing-cpp reads, of these of its symbologies."""
    zxingcpp = zxing()
    if zxingcpp is None:
        return []
    found = zxingcpp.read_barcodes(
        view.pixels,
        formats=[getattr(zxingcpp.BarcodeFormat, name) for name in symbologies],
        text_mode=zxingcpp.TextMode.Plain,
        **options,
    )
    return [
        _of_zxing(code, view)
        for code in found
        if code.valid and code.format.name in ZXING_FORMATS
    ]


def _of_zbar(code: Any, view: View) -> Read:
    read_format = ZBAR_FORMATS[code.type]
    text = code.data.decode("utf-8", "replace")
    corners = view.positioned((point.x, point.y) for point in code.polygon)
    return Read(text, read_format, "", PYZBAR, view.preparation, corners)


def _of_zxing(code: Any, view: View) -> Read:
    read_format = ZXING_FORMATS[code.format.name]
    text, identifier = code.text, code.symbology_identifier
    if read_format == "upc_e":
        # It is expanded, as its identifier says; the digits as printed are a UPC-E's.
        text, identifier = code.extra["UPCE"], ""
    at = code.position
    corners = view.positioned(
        (corner.x, corner.y)
        for corner in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    )
    return Read(text, read_format, identifier, ZXING, view.preparation, corners)
