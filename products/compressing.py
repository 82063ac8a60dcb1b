"""
Sheets in compressed forms, to which the live parts are added without unpacking. Pure.

A form is a whole stream of its kind, RFC 7932 or RFC 1952, of a sheet that is left
open: without the two brackets that close it. To add a tail, the stream's end is cut
off, the tail follows as blocks of its own, and the stream is ended anew.
"""

import struct
import zlib
from typing import NamedTuple

import brotli

# The higher levels win a tenth of a sheet at best, and cost many times as much.
BROTLI_QUALITY = 6
# Up to here brotli refers to nothing but what it was itself given: neither to its own
# dictionary, whose words are found by their distance from the stream's beginning, nor
# to the last distances of a block before. So a tail fits behind any stream.
BROTLI_TAIL_QUALITY = 1
BROTLI_WINDOW = 22
# An empty last block: two bits, filled up to a byte.
BROTLI_END = b"\x03"
GZIP_LEVEL = 9
GZIP_TAIL_LEVEL = 6
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
# An empty last block with the fixed code; then come the checksum and the length.
GZIP_END = b"\x03\x00"
GZIP_TRAILER = struct.Struct("<II")
RAW_DEFLATE = -15


class Forms(NamedTuple):
    """A sheet in each form that is stored."""

    brotli: bytes
    gzip: bytes


def forms(body: bytes) -> Forms:
    """Return the forms of a published body, which its last two brackets close."""
    opened = body[:-2]
    return Forms(
        _brotli(opened, BROTLI_QUALITY) + BROTLI_END,
        GZIP_HEADER
        + _flushed(opened)
        + GZIP_END
        + GZIP_TRAILER.pack(zlib.crc32(opened), len(opened) & 0xFFFFFFFF),
    )


def with_tail(form: bytes, tail: bytes, encoding: str) -> bytes:
    """Return a form, `br` or `gzip`, that unpacks to its sheet followed by `tail`."""
    return _brotli_with(form, tail) if encoding == "br" else _gzip_with(form, tail)


def _brotli_with(form: bytes, tail: bytes) -> bytes:
    blocks = _brotli(tail, BROTLI_TAIL_QUALITY)[BROTLI_BEGINNING:]
    return form.removesuffix(BROTLI_END) + blocks + BROTLI_END


def _brotli(content: bytes, quality: int) -> bytes:
    """Return a stream that is not ended, in blocks that fill whole bytes."""
    compressor = brotli.Compressor(quality=quality, lgwin=BROTLI_WINDOW)
    # Flushed before the content, so that the header is bytes of its own.
    begun: bytes = compressor.process(b"") + compressor.flush()
    blocks: bytes = compressor.process(content) + compressor.flush()
    return begun + blocks


def _gzip_with(form: bytes, tail: bytes) -> bytes:
    checksum, length = GZIP_TRAILER.unpack(form[-GZIP_TRAILER.size :])
    deflate = zlib.compressobj(GZIP_TAIL_LEVEL, zlib.DEFLATED, RAW_DEFLATE)
    return b"".join(
        (
            form[: -GZIP_TRAILER.size - len(GZIP_END)],
            deflate.compress(tail),
            deflate.flush(),
            GZIP_TRAILER.pack(
                zlib.crc32(tail, checksum), (length + len(tail)) & 0xFFFFFFFF
            ),
        )
    )


def _flushed(content: bytes) -> bytes:
    """Return raw deflate that is not ended, in blocks that fill whole bytes."""
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, RAW_DEFLATE)
    return deflate.compress(content) + deflate.flush(zlib.Z_FULL_FLUSH)


BROTLI_BEGINNING = len(_brotli(b"", BROTLI_TAIL_QUALITY))
