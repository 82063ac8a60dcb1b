"""
The sheet of a workbook, row by row, from any row on.

openpyxl reads a sheet only from its beginning, and numbers only as floats. Here a row
begins at a byte that is kept, and a number is the text that the file holds.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from companies.spreadsheets.numbers import Kind, number_text, unescaped
from companies.spreadsheets.rows import (
    ERROR,
    FORMULA,
    MAX_CELL,
    MAX_COLUMNS,
    Place,
    Row,
    Unreadable,
    trouble,
)
from companies.spreadsheets.streams import blocks, local, parser, refusing, skip
from companies.spreadsheets.strings import SharedStrings

# What precedes the first row, as far as the parser needs it to go on at another one.
PROLOGUE = b"<sheetData>"
MAX_ROW = 1_048_576
_COLUMN = re.compile(r"([A-Z]{1,3})[0-9]+")
_MIDNIGHT = re.compile(r"T00:00:00(\.0+)?Z?$")


class Meaning(NamedTuple):
    """What cells refer to: shared texts, the kinds of their styles, the first day."""

    strings: SharedStrings | None
    styles: Sequence[Kind]
    epoch: datetime


class WorkbookSheet:
    """A sheet of an archive. `extent` is its bytes, unpacked."""

    def __init__(self, archive: zipfile.ZipFile, name: str, meaning: Meaning) -> None:
        self._archive, self._name, self._meaning = archive, name, meaning
        with refusing():
            self.extent = archive.getinfo(name).file_size

    def rows(self, place: Place) -> Iterator[tuple[Row, Place]]:
        """Yield the rows from `place` on, each with the place after it."""
        reader = _Reader(place, self._meaning)
        with refusing(), self._archive.open(self._name) as member:
            if place.offset:
                skip(member, place.offset)
                reader.parser.Parse(PROLOGUE, False)  # noqa: FBT003 - expat's signature
            for block in blocks(member):
                with suppress(_AtEnd):
                    reader.parser.Parse(block, False)  # noqa: FBT003 - expat's signature
                yield from reader.taken()
                if reader.is_at_end:
                    return
            raise Unreadable("not_a_workbook")


class _AtEnd(Exception):
    """The last row was read: what follows in the file is not even parsed."""


class _Reader:
    """What the parser's events come to."""

    def __init__(self, place: Place, meaning: Meaning) -> None:
        self._meaning = meaning
        self._base = place.offset - len(PROLOGUE) if place.offset else 0
        self._ready: list[tuple[Row, Place]] = []
        self._row: Row | None = None
        self._line = place.lines
        self._column = -1
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._length = 0
        self._is_text = self._is_phonetic = self._is_formula = False
        self.is_at_end = False
        self.parser = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._finish
        self.parser.CharacterDataHandler = self._text

    def taken(self) -> list[tuple[Row, Place]]:
        """Return the rows that are complete, once."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "c":
                self._start_cell(attributes)
            case "v" | "t":
                self._is_text = not self._is_phonetic
            case "f":
                self._is_formula = True
            case "rPh":
                self._is_phonetic = True
            case "row":
                self._start_row(attributes)

    def _finish(self, name: str) -> None:
        match local(name):
            case "c":
                self._finish_cell()
            case "v" | "t":
                self._is_text = False
            case "rPh":
                self._is_phonetic = False
            case "sheetData":
                self._finish_row()
                self.is_at_end = True
                raise _AtEnd

    def _text(self, text: str) -> None:
        if self._is_text and self._length <= MAX_CELL:
            self._pieces.append(text[: MAX_CELL + 1 - self._length])
            self._length += len(self._pieces[-1])

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._finish_row()
        given = attributes.get("r", "")
        line = int(given) if given.isdecimal() and len(given) < 8 else self._line + 1
        if not self._line < line <= MAX_ROW:
            raise Unreadable("not_a_workbook")
        self._line, self._column = line, -1
        self._row = Row(line, {}, {})

    def _finish_row(self) -> None:
        """Hand over the row before: only now is it known where the next one begins."""
        if self._row is not None:
            after = Place(self._base + self.parser.CurrentByteIndex, self._line)
            self._ready.append((self._row, after))
            self._row = None

    def _start_cell(self, attributes: dict[str, str]) -> None:
        found = _COLUMN.fullmatch(attributes.get("r", ""))
        self._column = _column_number(found[1]) if found else self._column + 1
        self._cell, self._pieces, self._length = attributes, [], 0
        self._is_formula = False

    def _finish_cell(self) -> None:
        raw = "".join(self._pieces)
        if self._row is None or not (raw or self._is_formula):
            return
        if self._column >= MAX_COLUMNS:
            raise Unreadable("too_many_columns", line=self._line, most=MAX_COLUMNS)
        kind = self._cell.get("t", "n")
        if self._is_formula or kind == "e":
            self._row.wrong[self._column] = FORMULA if self._is_formula else ERROR
            return
        text = self._meant(kind, raw)
        if wrong := trouble(text):
            self._row.wrong[self._column] = wrong
        elif text := text.strip():
            self._row.cells[self._column] = text

    def _meant(self, kind: str, raw: str) -> str:
        match kind:
            case "s":
                return self._shared(raw)
            case "inlineStr" | "str":
                return unescaped(raw)
            case "b":
                return "true" if raw.strip() == "1" else "false"
            case "d":
                return _MIDNIGHT.sub("", raw.strip())
            case _:
                return number_text(raw.strip(), self._kind(), self._meaning.epoch)

    def _shared(self, raw: str) -> str:
        try:
            if self._meaning.strings is None:
                raise IndexError(raw)
            return self._meaning.strings[int(raw)]
        except (IndexError, ValueError) as error:
            raise Unreadable("not_a_workbook") from error

    def _kind(self) -> Kind:
        style = self._cell.get("s", "0")
        number = int(style) if style.isdecimal() and len(style) < 8 else 0
        styles = self._meaning.styles
        return styles[number] if number < len(styles) else Kind.NUMBER


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
