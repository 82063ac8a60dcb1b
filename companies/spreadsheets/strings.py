"""
The texts that the cells of a workbook share, on the disk: two files, mapped when read.

A list in memory would grow with the workbook.
"""

import mmap
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from companies.spreadsheets.numbers import unescaped
from companies.spreadsheets.rows import MAX_CELL, Unreadable
from companies.spreadsheets.streams import blocks, local, parser, refusing

MAX_STRINGS = 1_000_000
_END = struct.Struct("<Q")


def unpack(
    archive: zipfile.ZipFile, name: str, texts: BinaryIO, ends: BinaryIO
) -> None:
    """Write the shared texts one after the other, and where each of them ends."""
    writer = _Writer(texts, ends)
    with refusing(), archive.open(name) as member:
        for block in blocks(member):
            writer.parser.Parse(block, False)  # noqa: FBT003 - expat's signature
        writer.parser.Parse(b"", True)  # noqa: FBT003 - expat's signature


class _Writer:
    def __init__(self, texts: BinaryIO, ends: BinaryIO) -> None:
        self._texts, self._ends = texts, ends
        self._pieces: list[str] = []
        self._length = self._end = self._count = 0
        self._is_text = self._is_phonetic = False
        self.parser = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._finish
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        match local(name):
            case "si":
                self._pieces, self._length = [], 0
            case "rPh":
                self._is_phonetic = True
            case "t":
                self._is_text = not self._is_phonetic

    def _finish(self, name: str) -> None:
        match local(name):
            case "t":
                self._is_text = False
            case "rPh":
                self._is_phonetic = False
            case "si":
                self._keep()

    def _text(self, text: str) -> None:
        # One character more than may be: that it is too long must be seen later.
        if self._is_text and self._length <= MAX_CELL:
            self._pieces.append(text[: MAX_CELL + 1 - self._length])
            self._length += len(self._pieces[-1])

    def _keep(self) -> None:
        self._count += 1
        if self._count > MAX_STRINGS:
            raise Unreadable("workbook_too_large")
        encoded = unescaped("".join(self._pieces)).encode(errors="surrogatepass")
        self._end += len(encoded)
        self._texts.write(encoded)
        self._ends.write(_END.pack(self._end))


class SharedStrings:
    """The shared texts by number, read from the files that `unpack` wrote."""

    def __init__(self, texts: Path, ends: Path) -> None:
        self._texts, self._ends = _mapped(texts), _mapped(ends)

    def __getitem__(self, number: int) -> str:
        """Return one text; `IndexError` where there is none."""
        if not 0 <= number < len(self._ends) // _END.size:
            raise IndexError(number)
        at = number * _END.size
        (end,) = _END.unpack_from(self._ends, at)
        (start,) = _END.unpack_from(self._ends, at - _END.size) if number else (0,)
        return self._texts[start:end].decode(errors="surrogatepass")


def _mapped(file: Path) -> mmap.mmap | bytes:
    if not file.stat().st_size:
        return b""
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
