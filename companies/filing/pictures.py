"""
Which pictures are taken, by their headers alone: no decoder comes near the bytes.

Sources: PNG (W3C, third edition), 5 and 11; JPEG (ITU-T T.81), annex B.
"""

import struct
from collections.abc import Iterator
from typing import NoReturn

from django.utils.translation import gettext as _

from companies.filing.refusals import (
    EvidenceBomb,
    EvidenceBroken,
    EvidencePolyglot,
)

PNG_MARK = b"\x89PNG\r\n\x1a\n"
JPEG_MARK = b"\xff\xd8\xff"
# Texts and profiles of a picture may be compressed; as they are, they are short.
MOST_TEXT_BYTES = 1_000_000
TEXTS = {b"zTXt", b"iTXt", b"tEXt", b"iCCP"}
# Frame headers; 0xC4, 0xC8 and 0xCC are something else.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: restarts, and TEM.
ALONE = frozenset(range(0xD0, 0xD8)) | {0x01}
SCAN, END = 0xDA, b"\xff\xd9"


def require_png(data: bytes, *, most_pixels: int) -> None:
    """Raise an `EvidenceRefused` for a PNG that is broken, too large, or more."""
    at, is_first = len(PNG_MARK), True
    while True:
        length, name = _chunk(data, at)
        if is_first != (name == b"IHDR"):
            _refuse_broken()
        if is_first:
            if length != 13:
                _refuse_broken()
            width, height = struct.unpack_from(">II", data, at + 8)
            _require_size(width, height, most_pixels)
        if name in TEXTS and length > MOST_TEXT_BYTES:
            _refuse_bomb()
        at, is_first = at + 12 + length, False
        if name == b"IEND":
            break
    if at != len(data):
        raise EvidencePolyglot(
            _("Something stands behind the end of this picture: it is two files.")
        )


def _chunk(data: bytes, at: int) -> tuple[int, bytes]:
    """Return length and name of the chunk that begins at `at` and is whole."""
    if at + 12 > len(data):
        _refuse_broken()
    length, name = struct.unpack_from(">I4s", data, at)
    if at + 12 + length > len(data):
        _refuse_broken()
    return length, name


def require_jpeg(data: bytes, *, most_pixels: int) -> None:
    """Raise an `EvidenceRefused` for a JPEG that is broken or too large."""
    has_frame = False
    for marker, at in _segments(data):
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            _require_size(width, height, most_pixels)
            has_frame = True
    # Behind the first scan come others, and phones add a film or a smaller picture.
    if not has_frame or END not in data[at:]:
        _refuse_broken()


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield markers and where their lengths stand, as far as the first scan."""
    marker, at = 0, 2
    while marker != SCAN:
        marker, at = _marker(data, at)
        if marker in ALONE:
            continue
        if at + 2 > len(data):
            _refuse_broken()
        (length,) = struct.unpack_from(">H", data, at)
        if length < (8 if marker in FRAMES else 2) or at + length > len(data):
            _refuse_broken()
        yield marker, at
        at += length


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at `at`, which may be padded, and where it ends."""
    if data[at : at + 1] != b"\xff":
        _refuse_broken()
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data) or data[at] in {0x00, 0xD9}:
        _refuse_broken()
    return data[at], at + 1


def _require_size(width: int, height: int, most_pixels: int) -> None:
    if not width or not height:
        _refuse_broken()
    if width * height > most_pixels:
        _refuse_bomb()


def _refuse_broken() -> NoReturn:
    raise EvidenceBroken(_("This picture is not whole."))


def _refuse_bomb() -> NoReturn:
    raise EvidenceBomb(_("This file unfolds into far more than it says."))
