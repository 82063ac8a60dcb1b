"""
Reading a label back before it is handed out, with the engines that read photos.

The symbol is drawn as pixels of the printer, one dot one pixel, and must say exactly
what was asked. A drawing fault, a wrong mask, a library's bug: none reaches a package.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

from scanning.labels.drawing import Placed
from scanning.labels.symbols import BAR_FORMATS, BARS, DATA_MATRIX, Symbol
from scanning.photos.libraries import zbar

Pixels = npt.NDArray[np.uint8]
# A second engine, much slower, reads one label of so many.
SAMPLE = 100


class MisreadLabel(Exception):
    """A label does not say what it was made for; the text names it."""


def require_readable(symbol: Symbol, pixels: Pixels) -> None:
    """Raise `MisreadLabel` unless the picture holds this symbol and nothing else."""
    found = _read(symbol, pixels)
    if found != [expected(symbol)]:
        raise MisreadLabel(symbol.text)


def require_readable_twice(symbol: Symbol, pixels: Pixels) -> None:
    """Raise `MisreadLabel` unless the second engine, if there, reads the same QR."""
    engine = zbar()
    if engine is None:
        return
    try:
        codes = engine.decode(
            Image.fromarray(pixels), symbols=[engine.ZBarSymbol.QRCODE]
        )
    except ValueError:
        # Some pictures give an orientation that pyzbar does not know.
        return
    if [code.data for code in codes] != [symbol.text.encode()]:
        raise MisreadLabel(symbol.text)


def expected(symbol: Symbol) -> tuple[str, bytes]:
    """Return the symbology identifier and the bytes that a reader must send."""
    if symbol.kind == DATA_MATRIX:
        return "]d2", symbol.identity.message
    if symbol.kind == BARS:
        if len(symbol.text) == 8:
            return "]E4", symbol.text.encode()
        # GS1: a UPC-A is sent as the EAN-13 with a zero in front.
        return "]E0", symbol.text.zfill(13).encode()
    return "]Q1", symbol.text.encode()


def pixels_of(placed: Placed) -> Pixels:
    """Return the symbol with its quiet zone as the printer draws it, black on white."""
    symbol, module = placed.symbol, placed.module
    matrix = symbol.matrix
    down = placed.bar_height if symbol.is_bars else module
    dark = np.repeat(np.repeat(matrix, down, axis=0), module, axis=1)
    quiet = symbol.quiet
    padded = np.pad(
        dark,
        (
            (quiet.above * module, quiet.below * module),
            (quiet.left * module, quiet.right * module),
        ),
    )
    return np.where(padded, 0, 255).astype(np.uint8)


def modules_as_pixels(symbol: Symbol, module: int = 4) -> Pixels:
    """Return a matrix symbol at so many pixels a module, whatever its label."""
    return pixels_of(Placed(symbol, 0, 0, module, 0, ()))


def _read(symbol: Symbol, pixels: Pixels) -> list[tuple[str, bytes]]:
    wanted = {
        "qr": ("QRCode",),
        "data_matrix": ("DataMatrix",),
        BARS: tuple(BAR_FORMATS.values()),
    }[symbol.kind]
    formats: Any = [getattr(zxingcpp.BarcodeFormat, name) for name in wanted]
    codes = zxingcpp.read_barcodes(pixels, formats=formats)
    return [(code.symbology_identifier, code.bytes) for code in codes if code.valid]
