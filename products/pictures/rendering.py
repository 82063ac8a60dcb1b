"""
From the bytes of a file to WebP in every size, upright, in sRGB, saying nothing else.

Everything that the header says is checked before anything is decoded. What is written
is encoded anew from the pixels alone: no EXIF, no profile, no text, no tail.
"""

import io
import re
import struct
import warnings
from math import ceil
from typing import Any, NamedTuple, cast

from PIL import ExifTags, Image, ImageCms, PngImagePlugin, UnidentifiedImageError

from products.pictures import kinds, problems
from products.pictures.limits import MOST_HEIGHTS, WIDTHS, Limits
from products.pictures.problems import Unusable

QUALITY, METHOD = 82, 4
# What Pillow raises, by format, on data that end early or make no sense.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
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
LYING = frozenset({5, 6, 7, 8})
# Sixteen bits of grey per pixel are brought to eight.
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
# Modes that have a profile of their own kind; all others become RGB.
COLOURED = ("RGB", "L", "CMYK")


class Rendered(NamedTuple):
    """One size of a picture."""

    width: int
    height: int
    data: bytes


class Rendering(NamedTuple):
    """What became of a file: the size of the picture, and its sizes, smallest first."""

    width: int
    height: int
    sizes: list[Rendered]


def prepare() -> None:
    """Load the readers, once, before the limits of the process are set."""
    import pillow_heif

    Image.init()
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    ImageCms.createProfile("sRGB")


def render(data: bytes, limits: Limits) -> Rendering:
    """Return the sizes of a picture, or raise `Unusable`."""
    kind = kinds.kind_of(data[: kinds.HEAD_BYTES])
    if kind is None:
        raise Unusable(problems.KIND_UNKNOWN)
    if kind == kinds.JPEG and jpeg_scans(data) > limits.jpeg_scans:
        raise Unusable(problems.TOO_HARD)
    PngImagePlugin.MAX_TEXT_CHUNK = limits.text_chunk_bytes
    PngImagePlugin.MAX_TEXT_MEMORY = 4 * limits.text_chunk_bytes
    with warnings.catch_warnings():
        # Odd transparency, odd EXIF: read all the same.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=(kind,)) as image:
                _require_fit(image, kind, limits)
                return _rendering(image)
        except BOMBS as error:
            raise Unusable(problems.TOO_MANY_PIXELS) from error
        except UnidentifiedImageError as error:
            raise Unusable(problems.TRUNCATED) from error
        except BROKEN as error:
            raise Unusable(problems.TRUNCATED) from error


def _require_fit(image: Image.Image, kind: str, limits: Limits) -> None:
    shorter, longer = sorted(image.size)
    if not shorter:
        raise Unusable(problems.TRUNCATED)
    if shorter * longer > limits.pixels:
        raise Unusable(problems.TOO_MANY_PIXELS)
    if longer > shorter * limits.aspect:
        raise Unusable(problems.TOO_LONG)
    # Phones put a second picture behind a JPEG, and several into a HEIC: no film.
    may_move = kind in {kinds.PNG, kinds.WEBP, kinds.AVIF}
    if may_move and getattr(image, "n_frames", 1) > 1:
        raise Unusable(problems.ANIMATED)


def _rendering(image: Image.Image) -> Rendering:
    turn = _turn(image)
    width, height = image.size if turn not in LYING else image.size[::-1]
    largest = _box(width, height, WIDTHS[-1])
    raw = largest if turn not in LYING else largest[::-1]
    # A JPEG is decoded at a fraction of its size for free.
    image.draft(image.mode, (raw[0] * 2, raw[1] * 2))
    image.load()
    profile = image.info.get("icc_profile")
    small = _plain(image)
    if small.size != raw:
        small = small.resize(raw, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small = _in_srgb(small, profile)
    if turn in TURNS:
        small = small.transpose(TURNS[turn])
    boxes = dict.fromkeys(_box(width, height, one) for one in WIDTHS)
    return Rendering(width, height, [_encoded(small, box) for box in boxes])


def _box(width: int, height: int, wanted: int) -> tuple[int, int]:
    """Return the size of at most `wanted` in width, never larger than it is."""
    if width <= wanted and height <= wanted * MOST_HEIGHTS:
        return width, height
    scale = min(wanted / width, wanted * MOST_HEIGHTS / height)
    return max(1, ceil(width * scale - 0.5)), max(1, ceil(height * scale - 0.5))


def _turn(image: Image.Image) -> int:
    """Return how the camera was held, 1 to 8; a broken note of it turns nothing."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except BROKEN:
        return 1
    return found if isinstance(found, int) else 1


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be made smaller without harm."""
    if image.mode in DEEP:
        return _shallow(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in COLOURED else image.convert("RGB")


def _shallow(image: Image.Image) -> Image.Image:
    """Return eight bits of more: Pillow itself would cut off at 255."""
    deep = image.convert("F")
    _darkest, lightest = cast(tuple[float, float], deep.getextrema())
    if lightest <= 255:
        return deep.convert("L")
    return deep.point(lambda level: level * (1 / 256) + 0).convert("L")


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """Return the picture in the colours that every screen expects."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    opaque = image if alpha is None else image.convert("RGB")
    opaque = _converted(opaque, profile).convert("RGB")
    if alpha is not None and cast(tuple[int, int], alpha.getextrema())[0] < 255:
        opaque.putalpha(alpha)
    return opaque


def _converted(image: Image.Image, profile: Any) -> Image.Image:
    if not isinstance(profile, bytes) or not profile:
        return image
    try:
        return cast(
            Image.Image,
            ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            ),
        )
    except (ImageCms.PyCMSError, *BROKEN):
        # A profile that is broken, or of other colours, says nothing.
        return image


def _encoded(image: Image.Image, box: tuple[int, int]) -> Rendered:
    if image.size != box:
        image = image.resize(box, Image.Resampling.LANCZOS, reducing_gap=3.0)
    bare = image.copy()
    bare.info.clear()
    file = io.BytesIO()
    bare.save(
        file,
        "WEBP",
        quality=QUALITY,
        method=METHOD,
        exif=b"",
        icc_profile=b"",
        xmp=b"",
    )
    return Rendered(*box, file.getvalue())


def jpeg_scans(data: bytes) -> int:
    """
    Return how many scans the first picture of a JPEG has.

    A progressive JPEG may repeat its scans at will, each as dear as a whole picture.
    """
    scans, place = 0, 2
    while found := MARKER.search(data, place):
        marker, place = found[1][0], found.end()
        if marker == END_OF_IMAGE:
            break
        scans += marker == START_OF_SCAN
        # A header says its own length: what lies in it is no marker.
        place += int.from_bytes(data[place : place + 2], "big")
    return scans
