"""A file that somebody gave, brought into a form that can be read in pieces."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from zipfile import ZipFile

from companies.spreadsheets import archives, strings, texts
from companies.spreadsheets.rows import Place, Row, Unreadable
from companies.spreadsheets.sheets import Meaning, WorkbookSheet

# Writes a file whole or not at all: what a killed worker leaves is no file.
Write = Callable[[Path, Callable[[BinaryIO], None]], None]

TEXT, SHARED, ENDS = "text.csv", "strings.bin", "strings.idx"
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"


class Form(Enum):
    """What kind of file it is."""

    TEXT = "csv"
    WORKBOOK = "xlsx"


class Sheet(Protocol):
    """Rows that can be read from any place on."""

    extent: int

    def rows(self, place: Place) -> Iterator[tuple[Row, Place]]:
        """Yield the rows from `place` on, each with the place after it."""
        ...


def form_of(head: bytes) -> Form:
    """Return the kind of a file by its first bytes; its name proves nothing."""
    if head.startswith(b"PK"):
        return Form.WORKBOOK
    if head.startswith(_OLD_OR_ENCRYPTED):
        raise Unreadable("old_or_encrypted")
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if head.startswith((b"%PDF", b"{\\rtf")) or (b"\0" in head and not is_wide):
        raise Unreadable("not_a_table")
    return Form.TEXT


class Source(NamedTuple):
    """A file, and the folder for what is prepared of it."""

    file: Path
    folder: Path
    # What an archive may unpack to.
    most_bytes: int

    def prepare(self, write: Write) -> str:
        """Write what reading needs, and return the encoding of a text."""
        if self._form() is Form.TEXT:
            encoding = ""

            def fill(to: BinaryIO) -> None:
                nonlocal encoding
                encoding = texts.transcode(self.file, to)

            write(self.folder / TEXT, fill)
            return encoding
        with archives.opened(self.file, most_bytes=self.most_bytes) as archive:
            if name := archives.parts_of(archive).strings:
                self._unpack_strings(archive, name, write)
        return ""

    def _unpack_strings(self, archive: ZipFile, name: str, write: Write) -> None:
        def fill_texts(to: BinaryIO) -> None:
            write(self.folder / ENDS, lambda ends: fill_both(to, ends))

        def fill_both(to: BinaryIO, ends: BinaryIO) -> None:
            strings.unpack(archive, name, to, ends)

        # The texts appear last: with them, both are there.
        write(self.folder / SHARED, fill_texts)

    @contextmanager
    def sheet(self) -> Iterator[Sheet]:
        """Open what `prepare` has prepared."""
        if self._form() is Form.TEXT:
            with (self.folder / TEXT).open("rb") as file:
                yield texts.TextSheet(file)
            return
        with archives.opened(self.file, most_bytes=self.most_bytes) as archive:
            parts = archives.parts_of(archive)
            shared = None
            if parts.strings:
                shared = strings.SharedStrings(self.folder / SHARED, self.folder / ENDS)
            meaning = Meaning(shared, parts.styles, parts.epoch)
            yield WorkbookSheet(archive, parts.sheet, meaning)

    def _form(self) -> Form:
        with self.file.open("rb") as file:
            return form_of(file.read(4096))
