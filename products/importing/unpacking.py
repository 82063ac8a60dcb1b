"""
A stream of lines, compressed or not, as blocks of whole lines. Pure.

Constant memory whatever comes: a bomb is unpacked a megabyte at a time and counted, and
a line without end is let go.
"""

import zlib
from collections.abc import Iterable, Iterator

from companies.spreadsheets import Unreadable

GZIP = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PIECE = 1 << 20
# A batch: some hundred records of the real dump.
BLOCK = 2 << 20
MAX_LINE = 4 << 20
# Stands for a line that was let go. JSON cannot begin with it.
TOO_LONG = b"\0"


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """
    Yield the text of a file, one megabyte at most at a time.

    Raise `Unreadable` where a compressed file is damaged, or ends too early.
    """
    given = iter(chunks)
    head = b""
    for chunk in given:
        head += chunk
        if len(head) >= len(GZIP):
            break
    if head.startswith(GZIP):
        yield from _inflated(head, given)
        return
    yield head
    yield from given


def _inflated(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=31)
    data = head
    try:
        while True:
            text = inflater.decompress(data, PIECE)
            if text:
                yield text
            if inflater.eof:
                data = _next_member(inflater.unused_data, rest)
                if not data:
                    return
                inflater = zlib.decompressobj(wbits=31)
                continue
            data = inflater.unconsumed_tail
            if not data and not text:
                data = next(rest, b"")
                if not data:
                    raise Unreadable("truncated")
    except zlib.error as error:
        raise Unreadable("damaged") from error


def _next_member(data: bytes, rest: Iterator[bytes]) -> bytes:
    """Return where the next member begins; zeros around members are padding."""
    data = data.lstrip(b"\0")
    while not data and (chunk := next(rest, b"")):
        data = chunk.lstrip(b"\0")
    return data


def blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the text in blocks that end with a line; a line too long is `TOO_LONG`."""
    text, is_lost = b"", False
    for piece in pieces:
        text += piece
        if is_lost:
            _before, newline, text = text.partition(b"\n")
            is_lost = not newline
            if is_lost:
                continue
        if len(text) < BLOCK:
            continue
        whole = text.rfind(b"\n") + 1
        if whole:
            yield text[:whole]
            text = text[whole:]
        elif len(text) > MAX_LINE:
            yield TOO_LONG + b"\n"
            text, is_lost = b"", True
    if text and not is_lost:
        yield text if text.endswith(b"\n") else text + b"\n"
