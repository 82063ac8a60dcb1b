"""
Large parts of a workbook, parsed as they are unpacked: nothing is kept but a block.

Expat is told to refuse a document type, so there are no entities to expand or fetch.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from xml.parsers import expat

from companies.spreadsheets.rows import Unreadable

BLOCK = 1 << 16


def parser() -> expat.XMLParserType:
    """Return a parser that refuses what a workbook has no use for."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    made.XmlDeclHandler = _require_utf_8
    return made


def _refuse(*_declared: Any) -> None:
    raise Unreadable("not_a_workbook")


def _require_utf_8(_version: str, encoding: str | None, _standalone: int) -> None:
    # Places are bytes, and the same bytes follow after a break.
    if (encoding or "utf-8").lower() not in {"utf-8", "us-ascii"}:
        raise Unreadable("not_a_workbook")


def local(name: str) -> str:
    """Return the name of an element without its prefix."""
    return name.rpartition(":")[2]


def blocks(member: IO[bytes]) -> Iterator[bytes]:
    """Yield what a member of an archive holds."""
    while block := member.read(BLOCK):
        yield block


def skip(member: IO[bytes], count: int) -> None:
    """Go on to another byte of a member; its own `seek` unpacks 16 MB at a time."""
    while count and (block := member.read(min(BLOCK, count))):
        count -= len(block)


@contextmanager
def refusing() -> Iterator[None]:
    """Say of a broken archive, or of broken XML, that it cannot be read."""
    try:
        yield
    except (
        expat.ExpatError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        UnicodeError,
    ) as error:
        raise Unreadable("not_a_workbook") from error
