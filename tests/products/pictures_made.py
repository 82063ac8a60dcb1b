"""Pictures for tests, honest and hostile, made as they are needed."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

# Latitude and longitude of somebody's kitchen.
GPS_IFD, KITCHEN = 0x8825, {1: "N", 2: (50.0, 41.0, 21.0), 3: "E", 4: (3.0, 10.0, 4.0)}
ORIENTATION, MAKER = 0x0112, 0x010F


def image(
    size: tuple[int, int] = (1600, 1200), colour: Any = (200, 30, 40), mode: str = "RGB"
) -> Image.Image:
    """Return a picture whose upper left corner is blue."""
    made = Image.new(mode, size, colour)
    if mode == "RGB":
        made.paste((20, 40, 220), (0, 0, size[0] // 4, size[1] // 4))
    return made


def encoded(made: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return the bytes of a picture in a format."""
    file = io.BytesIO()
    made.save(file, kind, **options)
    return file.getvalue()


def jpeg(size: tuple[int, int] = (1600, 1200), **options: Any) -> bytes:
    """Return a JPEG; each size is another file."""
    return encoded(image(size), "JPEG", **options)


def told(orientation: int = 1) -> bytes:
    """Return an EXIF that says where, with what, and which way up."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "TelltaleCam"
    exif.get_ifd(GPS_IFD).update(KITCHEN)
    return exif.tobytes()


def profile(temperature: int = 5000) -> bytes:
    """Return a profile that is not sRGB."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB", temperature))
    return made.tobytes()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that says it is that large, and has next to nothing in it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + checksum

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(bytes(1000))),
            chunk(b"IEND", b""),
        ]
    )


def film(kind: str = "WEBP") -> bytes:
    """Return an animation of two frames."""
    return encoded(
        image((40, 40)),
        kind,
        save_all=True,
        append_images=[image((40, 40), (0, 255, 0))],
        duration=100,
    )
