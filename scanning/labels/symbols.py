"""
The symbols as matrices of modules, and how large GS1 wants them.

Figures: GS1 General Specifications, section 5.12.3.1, symbol specification table 1
(retail point of sale), X-dimension and quiet zone. For QR codes with a Digital Link
https://www.gs1uk.org/knowledge-hub repeats the range 0.396 to 0.990 mm. Below that a
till may fail; a phone held close still reads 0.25 mm, which is our own floor.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import zxingcpp

from scanning.labels.contents import Identity, retail_number

Matrix = npt.NDArray[np.bool_]

QR = "qr"
DATA_MATRIX = "data_matrix"
BARS = "bars"


class Quiet(NamedTuple):
    """The empty modules that a reader needs on each side."""

    left: int
    right: int
    above: int
    below: int


class Size(NamedTuple):
    """Bounds of the X-dimension in mm: ours, and those that GS1 gives for tills."""

    floor: float
    minimum: float
    maximum: float


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        QR: Size(floor=0.25, minimum=0.396, maximum=0.990),
        DATA_MATRIX: Size(floor=0.25, minimum=0.396, maximum=0.990),
        BARS: Size(floor=0.25, minimum=0.264, maximum=0.660),
    }
)
# Bars are as high as their label allows, up to GS1's nominal 22.85 mm for EAN-13.
BAR_HEIGHT_MM = 22.85
LEAST_BAR_HEIGHT_MM = 6.0
BAR_QUIET = {13: Quiet(11, 7, 0, 0), 12: Quiet(9, 9, 0, 0), 8: Quiet(7, 7, 0, 0)}
BAR_FORMATS = {13: "EAN13", 12: "UPCA", 8: "EAN8"}


class Symbol(NamedTuple):
    """A symbol to be drawn: dark modules, its quiet zone, and what it must say."""

    kind: str
    matrix: Matrix
    quiet: Quiet
    text: str
    identity: Identity

    @property
    def is_bars(self) -> bool:
        """Say whether one row of modules stands for bars of any height."""
        return self.kind == BARS

    @property
    def width(self) -> int:
        """Return its width in modules, quiet zone included."""
        return int(self.matrix.shape[1]) + self.quiet.left + self.quiet.right

    @property
    def height(self) -> int:
        """Return its height in modules, quiet zone included; 1 for bars."""
        return int(self.matrix.shape[0]) + self.quiet.above + self.quiet.below


def symbol_for(kind: str, level: str, identity: Identity, link: str) -> Symbol:
    """
    Return the symbol of one label; `level` counts for QR codes only.

    Raise `ValueError` when a symbol of this kind cannot hold it.
    """
    match kind:
        case "qr":
            return Symbol(
                kind, qr_modules(link, level), Quiet(4, 4, 4, 4), link, identity
            )
        case "data_matrix":
            text = identity.element_string
            return Symbol(kind, _data_matrix(text), Quiet(1, 1, 1, 1), text, identity)
        case "bars":
            return _bars(identity)
    raise ValueError(f"{kind!r} is no kind of symbol")


def qr_modules(text: str, level: str) -> Matrix:
    """Return the QR code of `text`, error correction L, M, Q or H."""
    return _modules(
        zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    )


def _data_matrix(element_string: str) -> Matrix:
    return _modules(
        zxingcpp.create_barcode(
            element_string,
            zxingcpp.BarcodeFormat.DataMatrix,
            gs1=True,
            force_square=True,
        )
    )


def _bars(identity: Identity) -> Symbol:
    digits = retail_number(identity.gtin)
    if digits is None or identity.lot or identity.serial:
        raise ValueError("bars hold the number of a consumer unit and nothing else")
    matrix = _bar_modules(digits)
    return Symbol(BARS, matrix, BAR_QUIET[len(digits)], digits, identity)


@lru_cache(maxsize=256)
def _bar_modules(digits: str) -> Matrix:
    code = zxingcpp.create_barcode(
        digits, getattr(zxingcpp.BarcodeFormat, BAR_FORMATS[len(digits)])
    )
    # All rows are alike but for the guards' length.
    return _modules(code)[:1]


def _modules(code: Any) -> Matrix:
    image = np.array(code.to_image(scale=1, add_quiet_zones=False))
    return np.asarray(image == 0)


def rectangles(matrix: Matrix) -> Iterator[tuple[int, int, int, int]]:
    """
    Yield the dark areas as rectangles: x, y, width, height in modules, from the top.

    Runs of a row that stand under an equal run are one rectangle with it.
    """
    height = matrix.shape[0]
    open_runs: dict[tuple[int, int], int] = {}
    for y in range(height + 1):
        runs = set(_runs(matrix[y])) if y < height else set()
        for run in [run for run in open_runs if run not in runs]:
            top = open_runs.pop(run)
            yield run[0], top, run[1] - run[0], y - top
        for run in sorted(runs):
            open_runs.setdefault(run, y)


def _runs(row: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    padded = np.concatenate(([False], row, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    yield from zip(edges[::2], edges[1::2], strict=True)


def largest(
    identities: Iterator[Identity],
    *,
    kind: str,
    level: str,
    link: Callable[[Identity], str],
) -> Symbol:
    """
    Return the symbol with most modules among those of `identities`.

    Two texts whose characters are of the same classes need the same number, so only one
    of each shape is drawn: a range of 10,000 serials costs one drawing.
    """
    by_shape: dict[str, Identity] = {}
    for identity in identities:
        text = link(identity) if kind == QR else identity.element_string
        by_shape.setdefault(_shape(text) if kind != BARS else identity.gtin, identity)
    drawn = (
        symbol_for(kind, level, identity, link(identity))
        for identity in by_shape.values()
    )
    return max(drawn, key=lambda symbol: symbol.width)


def _shape(text: str) -> str:
    return text.translate(SHAPES)


SHAPES = str.maketrans(
    {
        **dict.fromkeys("0123456789", "0"),
        **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A"),
        **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "a"),
    }
)
