"""
Where imports of products lie: a private folder a run, outside of the web's reach.

A dump is kept as blocks of whole lines, each compressed by itself, so that any worker
goes on at any block without unpacking what precedes it. A table is kept as it came.
"""

import hashlib
import shutil
import struct
import time
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

from common import private_files
from companies.spreadsheets import Form, Source, Unreadable, form_of
from products.importing import unpacking
from products.models import ProductImport

SOURCE, BLOCKS = "source", "blocks"
# A folder without a row is one that is being uploaded, unless it is older: a whole dump
# takes its time.
UPLOAD_SECONDS = 6 * 3600
# Of a block: its compressed bytes, its lines.
_HEADER = struct.Struct(">II")
HEAD = 4096

Kind = ProductImport.Kind


class Limits(NamedTuple):
    """How many bytes a file may have, and unpack to; none for an operator's own."""

    packed: int | None
    unpacked: int | None


class Kept(NamedTuple):
    """A file that is kept: its digest and bytes, and those that reading counts."""

    sha256: str
    size: int
    extent: int


class Block(NamedTuple):
    """Some lines of a dump, and the place after them."""

    lines: list[bytes]
    position: int


def uploads() -> Limits:
    """Return the limits of what comes in through the web."""
    return Limits(
        settings.MAX_PRODUCT_IMPORT_BYTES, settings.MAX_PRODUCT_IMPORT_UNPACKED_BYTES
    )


def kind_of(head: bytes) -> ProductImport.Kind:
    """Return what a file is by its first bytes; its name proves nothing."""
    bare = head.removeprefix(unpacking.BYTE_ORDER_MARK).lstrip()
    if head.startswith(unpacking.GZIP) or bare.startswith(b"{"):
        return Kind.OFF_JSONL
    return Kind.XLSX if form_of(head) is Form.WORKBOOK else Kind.CSV


def keep(
    run: uuid.UUID,
    kind: ProductImport.Kind,
    chunks: Iterable[bytes],
    limits: Limits,
) -> Kept:
    """
    Write a file in the form in which it is read.

    Raise `Unreadable` of what cannot be, or is too large; `OSError` on a full disk.
    """
    counted = _Counted(chunks, limits.packed)
    try:
        if kind is Kind.OFF_JSONL:
            extent = _keep_blocks(run, counted, limits.unpacked)
        else:
            extent = _keep_source(run, counted)
    except BaseException:
        discard(run)
        raise
    return Kept(counted.digest.hexdigest(), counted.size, extent)


class _Counted:
    """Chunks on their way, counted and digested."""

    def __init__(self, chunks: Iterable[bytes], most: int | None) -> None:
        self._chunks, self._most = chunks, most
        self.digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self._most is not None and self.size > self._most:
                raise Unreadable("too_large", most=self._most // 10**6)
            self.digest.update(chunk)
            yield chunk


def _keep_source(run: uuid.UUID, counted: _Counted) -> int:
    def fill(file: BinaryIO) -> None:
        for chunk in counted:
            file.write(chunk)

    write(folder(run) / SOURCE, fill)
    return counted.size


def _keep_blocks(run: uuid.UUID, counted: _Counted, most: int | None) -> int:
    extent = 0

    def fill(file: BinaryIO) -> None:
        nonlocal extent
        pieces = _limited(unpacking.unpacked(counted), most)
        for number, block in enumerate(unpacking.blocks(pieces)):
            if not number and not _is_dump(block):
                raise Unreadable("not_a_dump")
            packed = zlib.compress(block, 1)
            file.write(_HEADER.pack(len(packed), block.count(b"\n")))
            file.write(packed)
            extent += _HEADER.size + len(packed)

    write(folder(run) / BLOCKS, fill)
    if not extent:
        raise Unreadable("empty")
    return extent


def _is_dump(block: bytes) -> bool:
    return block.removeprefix(unpacking.BYTE_ORDER_MARK).lstrip()[:1] in {b"{", b"\0"}


def _limited(pieces: Iterable[bytes], most: int | None) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if most is not None and size > most:
            raise Unreadable("unpacks_to_too_much", most=most // 10**6)
        yield piece


def read_blocks(run: uuid.UUID, position: int) -> Iterator[Block]:
    """Yield the blocks of a dump from the byte `position` on."""
    with (folder(run) / BLOCKS).open("rb") as file:
        file.seek(position)
        while header := file.read(_HEADER.size):
            length, _lines = _HEADER.unpack(header)
            text = zlib.decompress(file.read(length))
            yield Block(text.split(b"\n")[:-1], file.tell())


def source(run: uuid.UUID) -> Source:
    """Return the table of a run."""
    where = folder(run)
    return Source(where / SOURCE, where, settings.MAX_WORKBOOK_BYTES)


def folder(run: uuid.UUID) -> Path:
    """Return the folder of a run, which may not exist."""
    return _root() / str(run)


def discard(run: uuid.UUID) -> None:
    """Remove everything of a run."""
    shutil.rmtree(folder(run), ignore_errors=True)


def known_runs() -> Iterator[uuid.UUID]:
    """Yield the runs whose folders were not touched for a while."""
    root, limit = _root(), time.time() - UPLOAD_SECONDS
    for one in root.iterdir() if root.is_dir() else ():
        try:
            if one.stat().st_mtime < limit:
                yield uuid.UUID(one.name)
        except (ValueError, FileNotFoundError):
            continue


def write(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Write a private file of a run, whole or not at all."""
    private_files.write(path, fill, root=_root())


def _root() -> Path:
    return Path(settings.PRODUCT_IMPORTS_DIR)
