"""Rows written as CSV or as a workbook; texts stay texts in both."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from companies.spreadsheets.harmless import harmless
from companies.spreadsheets.numbers import escaped
from companies.spreadsheets.rows import MAX_CELL

# Spreadsheet programs take a file without it for Windows-1252.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BATCH = 200


class Page(NamedTuple):
    """One sheet of a workbook: its rows, the first a header, and columns' widths."""

    rows: Iterable[Sequence[str]]
    widths: Sequence[int] = ()
    is_wrapped: bool = False


def delimiter_for(language: str) -> str:
    """Return what a spreadsheet program of this language takes for a new column."""
    return "," if language == "en" else ";"


def csv_blocks(rows: Iterable[Sequence[str]], delimiter: str) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8, some rows at a time."""
    yield BYTE_ORDER_MARK
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    for count, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) for cell in row])
        if count % _BATCH == 0:
            yield _emptied(text)
    yield _emptied(text)


def _emptied(text: io.StringIO) -> bytes:
    written = text.getvalue().encode(errors="replace")
    text.seek(0)
    text.truncate()
    return written


def write_workbook(to: BinaryIO, pages: Mapping[str, Page]) -> None:
    """Write a workbook of sheets by title; rows go through the disk, not the memory."""
    book = Workbook(write_only=True)
    for title, page in pages.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(page.widths):
            sheet.column_dimensions[chr(ord("A") + number)].width = width
        for count, row in enumerate(page.rows):
            cells = [_cell(sheet, text) for text in row]
            for cell in cells:
                if count == 0:
                    cell.font = Font(bold=True)
                if page.is_wrapped:
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append(cells)
    book.save(to)


def _cell(sheet: Any, text: str) -> Any:
    """Return a cell that no program computes, whatever its text begins with."""
    cell = WriteOnlyCell(sheet, value=escaped(text)[:MAX_CELL])
    if text:
        cell.data_type = "s"
    return cell
