"""Files as strangers send them, made here byte by byte."""

import struct
import zlib

WHOLE_PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"xref\n0 1\n0000000000 65535 f \n"
    b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n120\n%%EOF\n"
)


def pdf(inside: bytes = b"") -> bytes:
    """Return a whole PDF with something in its body."""
    head, tail = WHOLE_PDF.split(b"xref\n", 1)
    return head + inside + b"xref\n" + tail


def object_stream(content: bytes, *, level: int = 9) -> bytes:
    """Return a compressed object stream, where writers put dictionaries."""
    packed = zlib.compress(content, level)
    head = (
        b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n"
    )
    return head % len(packed) + b"stream\r\n" + packed + b"\r\nendstream\nendobj\n"


def png(
    width: int = 2, height: int = 2, *, behind: bytes = b"", **chunks: bytes
) -> bytes:
    """Return a PNG that says such a size, with more chunks by their names."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    more = b"".join(_chunk(name.encode(), data) for name, data in chunks.items())
    pixels = zlib.compress(b"\x00\x00\x00" * 2)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + more
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
        + behind
    )


def jpeg(width: int = 2, height: int = 2, *, end: bytes = b"\xff\xd9") -> bytes:
    """Return the frame of a JPEG that says such a size."""
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        b"\xff\xc0" + frame + b"\xff\xda" + scan + b"\x12\x34" + end
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
    )
