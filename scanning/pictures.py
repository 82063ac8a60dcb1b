"""
From an uploaded file to a grey picture that an engine may read, within limits.

Nothing is decoded before its size is known from the header; only the formats that
phones produce are opened, so that no interpreter (EPS) is ever started by a file.
"""

import io
import struct
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from scanning.errors import ImageTooLarge, NotAnImage, TooManyPixels, TruncatedImage

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP")
# Pillow loads its plugins lazily and does not know, until then, what it was asked for.
Image.init()
# The longest side in pixels of each pass: small first, large only when nothing is seen.
PASSES = (1_600, 2_800)
# What Pillow raises, by format, on data that end early or make no sense.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)


def grey_copies(data: bytes) -> Iterator[Image.Image]:
    """
    Yield the picture in grey, upright, once per pass.

    A later pass is skipped when the picture is not larger than an earlier one. Raise
    one of this room's errors when the file cannot be used.
    """
    if len(data) > settings.MAX_IMAGE_BYTES:
        raise ImageTooLarge(
            _("The photo is larger than %(limit)s bytes.")
            % {"limit": settings.MAX_IMAGE_BYTES},
            limit=settings.MAX_IMAGE_BYTES,
        )
    longest = 0
    for side in PASSES:
        if longest and longest <= PASSES[0]:
            return
        with _opened(data) as image:
            longest = max(image.size)
            yield _prepared(image, side)


def _opened(data: bytes) -> Image.Image:
    too_many = TooManyPixels(
        _("The photo has more than %(limit)s pixels.")
        % {"limit": settings.MAX_IMAGE_PIXELS},
        limit=settings.MAX_IMAGE_PIXELS,
    )
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many from error
    except UnidentifiedImageError as error:
        raise NotAnImage(
            _("This file is no photo. JPEG, PNG, WebP, AVIF, GIF and BMP are read.")
        ) from error
    except BROKEN as error:
        raise TruncatedImage(_("The photo’s data are broken.")) from error
    if image.width * image.height > settings.MAX_IMAGE_PIXELS:
        raise too_many
    return image


def _prepared(image: Image.Image, side: int) -> Image.Image:
    try:
        # JPEG decodes at a fraction of its size for free.
        image.draft("L", (side, side))
        image.load()
        upright = ImageOps.exif_transpose(image)
        grey = _on_white(upright).convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(_("The photo has too many pixels.")) from error
    except BROKEN as error:
        raise TruncatedImage(
            _("The photo’s data end too early or are broken.")
        ) from error
    grey.thumbnail((side, side))
    return grey


def _on_white(image: Image.Image) -> Image.Image:
    """Return the picture without transparency: black bars on nothing are not seen."""
    if not image.has_transparency_data:
        return image
    coloured = image.convert("RGBA")
    white = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(white, coloured)
