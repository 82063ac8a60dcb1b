"""
CSV: recognised, brought into one form, and read from any row on.

The one form is UTF-8 with `\\n` between lines, so that a place in it is a byte.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from companies.spreadsheets.harmless import is_formula, meant
from companies.spreadsheets.rows import (
    FORMULA,
    MAX_COLUMNS,
    Place,
    Row,
    Unreadable,
    trouble,
)

UTF_8, UTF_16, WINDOWS = "utf-8", "utf-16", "windows-1252"
DELIMITERS = (";", ",", "\t")
MAX_LINE = 1 << 20
_BLOCK = 1 << 18


def transcode(source: Path, to: BinaryIO) -> str:
    """
    Write the text of `source` in the one form, and return its encoding.

    Windows-1252 is assumed only of what is not UTF-8: the reader is told so.
    """
    encoding = _encoding(source)
    try:
        with source.open(encoding=encoding, newline=None) as text:
            while block := text.read(_BLOCK):
                if "\0" in block:
                    raise Unreadable("not_a_table")
                to.write(block.encode())
    except UnicodeError as error:
        raise Unreadable("not_a_text") from error
    return UTF_8 if encoding == "utf-8-sig" else encoding


def _encoding(source: Path) -> str:
    with source.open("rb") as file:
        if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return UTF_16
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return WINDOWS
    return "utf-8-sig"


class TextSheet:
    """A CSV file in the one form. `extent` is its bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.extent = file.seek(0, io.SEEK_END)
        file.seek(0)
        self._delimiter = _delimiter(file.readline(MAX_LINE).decode(errors="replace"))

    def rows(self, place: Place) -> Iterator[tuple[Row, Place]]:
        """Yield the rows from `place` on, each with the place after it."""
        taken = place.offset
        self._file.seek(taken)

        def lines() -> Iterator[str]:
            nonlocal taken
            while line := self._file.readline(MAX_LINE):
                if len(line) == MAX_LINE:
                    raise Unreadable("line_too_long", line=count + 1)
                taken += len(line)
                yield line.decode()

        reader = csv.reader(lines(), delimiter=self._delimiter, strict=True)
        count = place.lines
        while True:
            try:
                texts = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable("line_unreadable", line=count + 1) from error
            count += 1
            yield _row(count, texts), Place(taken, count)


def _delimiter(header: str) -> str:
    """Return what separates most columns of the header."""
    return max(DELIMITERS, key=lambda one: (header.count(one), one == ";"))


def _row(line: int, texts: list[str]) -> Row:
    if len(texts) > MAX_COLUMNS and any(texts[MAX_COLUMNS:]):
        raise Unreadable("too_many_columns", line=line, most=MAX_COLUMNS)
    row = Row(line, {}, {})
    for column, text in enumerate(texts[:MAX_COLUMNS]):
        if not text or text.isspace():
            continue
        wrong = trouble(text) or (FORMULA if is_formula(text) else "")
        if wrong:
            row.wrong[column] = wrong
        else:
            row.cells[column] = meant(text).strip()
    return row
