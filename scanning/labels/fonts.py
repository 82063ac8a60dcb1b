"""
The font of labels: Bitstream Vera Sans, as ReportLab carries it.

Its licence lets it be embedded. No font of the machine is used, so a label looks the
same wherever it is made.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from PIL import ImageFont

MM_PER_POINT = 25.4 / 72


@cache
def font_file() -> Path:
    """Return the path of the font's file."""
    return Path(str(files("reportlab") / "fonts" / "Vera.ttf"))


@cache
def face() -> Any:
    """Return ReportLab's view of the font: glyphs, widths, metrics."""
    from reportlab.pdfbase.ttfonts import TTFontFace

    return TTFontFace(str(font_file()))


def printable(text: str) -> str:
    """Return `text` with every character that the font lacks replaced."""
    return "".join(map(_drawable, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    if character.isspace():
        return " "
    if ord(character) in face().charToGlyph:
        return character
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base and ord(base) in face().charToGlyph else "?"


def width_mm(text: str, size: float) -> float:
    """Return how wide `text` is at `size` points."""
    widths, default = face().charWidths, face().defaultWidth
    units = sum(widths.get(ord(character), default) for character in text)
    return float(units / 1000 * size * MM_PER_POINT)


@lru_cache(maxsize=32)
def pillow_font(pixels: float) -> ImageFont.FreeTypeFont:
    """Return the font for Pillow, at a size in pixels."""
    return ImageFont.truetype(str(font_file()), pixels)
