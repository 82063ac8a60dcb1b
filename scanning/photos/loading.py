"""
From the bytes of a file to grey, upright copies that an engine may read.

Everything that the header says is checked before anything is decoded, and only the
formats that phones produce are opened, so that no interpreter (EPS) is ever started.
"""

import io
import re
import struct
import warnings
from functools import cache
from typing import cast

from PIL import ExifTags, Image, PngImagePlugin, UnidentifiedImageError

from scanning.photos import problems
from scanning.photos.limits import Limits
from scanning.photos.problems import Unusable

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP")
# What Pillow raises, by format, on data that end early or make no sense.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# The brands by which a file of the ISO family says that it is HEIC.
HEIC = re.compile(rb"....ftyp.{0,40}?(heic|heix|hevc|heim|heis|mif1|msf1)", re.DOTALL)
# A marker of a JPEG between its scans; the rest is data, stuffing and restarts.
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Sixteen bits of grey per pixel are brought to eight.
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")


class Photo:
    """A file that passed every check of its header; each copy decodes it anew."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        if len(data) > limits.image_bytes:
            raise Unusable(problems.TOO_LARGE)
        if _jpeg_scans(data) > limits.jpeg_scans:
            raise Unusable(problems.TOO_COMPLEX)
        PngImagePlugin.MAX_TEXT_CHUNK = limits.text_chunk_bytes
        PngImagePlugin.MAX_TEXT_MEMORY = 4 * limits.text_chunk_bytes
        self._data = data
        with _opened(data) as image:
            _check_size(image, limits)
            self.longest = max(image.size)

    def grey(self, side: int) -> Image.Image:
        """Return the first frame, upright, grey, with no side longer than `side`."""
        with warnings.catch_warnings(), _opened(self._data) as image:
            # A palette with odd transparency is read all the same.
            warnings.simplefilter("ignore", UserWarning)
            try:
                # A JPEG is decoded at a fraction of its size for free.
                image.draft("L", (side, side))
                image.load()
                grey = _grey(image)
                grey.thumbnail((side, side), reducing_gap=2.0)
                return _upright(grey, image)
            except BOMBS as error:
                raise Unusable(problems.TOO_MANY_PIXELS) from error
            except BROKEN as error:
                raise Unusable(problems.TRUNCATED) from error


def prepare_formats() -> None:
    """Load Pillow's readers, once, before the limits of the process are set."""
    # Pillow loads them lazily and does not know, until then, what it was asked for.
    Image.init()
    has_heic()


@cache
def has_heic() -> bool:
    """Say whether HEIC can be read, after having made it so where it can be."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    return True


def _opened(data: bytes) -> Image.Image:
    formats = (*FORMATS, "HEIF") if has_heic() else FORMATS
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except BOMBS as error:
        raise Unusable(problems.TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        if not has_heic() and HEIC.match(data):
            raise Unusable(problems.NO_HEIC) from error
        raise Unusable(problems.NOT_AN_IMAGE) from error
    except BROKEN as error:
        raise Unusable(_broken(error)) from error


def _broken(error: Exception) -> str:
    """Say whether the file was cut off, or carries more text than a photo does."""
    is_stuffed = "MAX_TEXT" in str(error) or "memory used in text" in str(error)
    return problems.TOO_COMPLEX if is_stuffed else problems.TRUNCATED


def _check_size(image: Image.Image, limits: Limits) -> None:
    shorter, longer = sorted(image.size)
    if shorter * longer > limits.image_pixels:
        raise Unusable(problems.TOO_MANY_PIXELS)
    if longer > shorter * limits.image_aspect:
        raise Unusable(problems.TOO_LONG)


def _jpeg_scans(data: bytes) -> int:
    """
    Return how many scans the first picture of a JPEG has; 0 for another format.

    A progressive JPEG may repeat its scans at will, each as dear as a whole picture.
    What follows the end of the picture (the film of a moving photo) is not looked at.
    """
    if not data.startswith(b"\xff\xd8"):
        return 0
    scans, place = 0, 2
    while found := MARKER.search(data, place):
        marker, place = found[1][0], found.end()
        if marker == END_OF_IMAGE:
            break
        scans += marker == START_OF_SCAN
        # A header says its own length: what lies in it is no marker.
        place += int.from_bytes(data[place : place + 2], "big")
    return scans


def _upright(grey: Image.Image, image: Image.Image) -> Image.Image:
    """Turn the copy as the camera was held; a broken note of it turns nothing."""
    try:
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except BROKEN:
        return grey
    return grey if turn is None else grey.transpose(turn)


def _grey(image: Image.Image) -> Image.Image:
    """Return the picture in eight bits of grey, on white where it is transparent."""
    if image.mode in DEEP:
        return _shallow(image)
    if not image.has_transparency_data:
        return image.convert("L")
    # Black bars on nothing would become black bars on black.
    clear = image.convert("RGBA")
    white = Image.new("L", clear.size, "white")
    return Image.composite(clear.convert("L"), white, clear.getchannel("A"))


def _shallow(image: Image.Image) -> Image.Image:
    """Return eight bits of more: Pillow itself would cut off at 255."""
    deep = image.convert("F")
    _darkest, lightest = cast(tuple[float, float], deep.getextrema())
    if lightest <= 255:
        return deep.convert("L")
    return deep.point(lambda level: level * (1 / 256) + 0).convert("L")
