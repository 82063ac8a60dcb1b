"""Turning a label's PDF back into pixels, and those into what a reader says."""

import re
import zlib
from typing import Any

import numpy as np
import zxingcpp

SCALE = 4  # pixels a point, 288 dots an inch
STREAM = re.compile(rb"/Length (\d+) /Filter /FlateDecode >>\nstream\n")


def pages_of(pdf: bytes) -> list[str]:
    """Return the drawing commands of each page of one of our files."""
    pages = []
    for found in STREAM.finditer(pdf):
        data = zlib.decompress(pdf[found.end() : found.end() + int(found[1])])
        if b" cm\n" in data:
            pages.append(data.decode("ascii"))
    return pages


def pixels_of(page: str, width: float, height: float) -> Any:
    """Draw the rectangles of a page of so many points; text is left out."""
    image = np.full((round(height * SCALE), round(width * SCALE)), 255, np.uint8)
    across = down = left = top = 0.0
    for line in page.splitlines():
        numbers = [float(one) for one in re.findall(r"-?[0-9.]+", line)]
        if line.endswith(" cm"):
            across, _skew, _skew2, down, left, top = numbers
        elif line.endswith(" re"):
            x, y, w, h = numbers
            first = (height - (top + y * down)) * SCALE
            last = (height - (top + (y + h) * down)) * SCALE
            begin, end = (left + x * across) * SCALE, (left + (x + w) * across) * SCALE
            image[round(first) : round(last), round(begin) : round(end)] = 0
    return image


def texts_of(pixels: Any) -> list[str]:
    """Return every code in a picture as a reader sends it, in no order."""
    return sorted(code.text for code in zxingcpp.read_barcodes(pixels))
