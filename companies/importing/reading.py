"""The first piece of work: the file into parts of lines, whatever its form."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.conf import settings

from common.claims import Held
from companies.importing import files, headers
from companies.importing.files import PART, Line
from companies.importing.lines import is_remark
from companies.models import ImportRun
from companies.spreadsheets import Place, Row, Unreadable
from companies.spreadsheets.sources import Sheet


class _Head(NamedTuple):
    """What the columns are, and where the first line begins."""

    columns: dict[int, str]
    place: Place


def read(held: Held[ImportRun], until: float) -> bool:
    """
    Read on until the moment `until` of the monotonic clock; say whether it is all read.

    Raise `Unreadable` of what is no table, `Lost` when the run is no longer ours.
    """
    run = held.row
    if run.is_read:
        return True
    source = files.source(run.pk)
    if not run.read_to:
        held.move(encoding=source.prepare(files.write))
    with source.sheet() as sheet:
        head = _head(sheet)
        place = Place(run.read_to, run.read_lines) if run.read_to else head.place
        lines = _lines(sheet, head, place)
        while part := list(islice(lines, PART)):
            _keep(held, part)
            if time.monotonic() > until:
                return False
    if not run.total:
        raise Unreadable("no_lines")
    held.move(is_read=True)
    return True


def _keep(held: Held[ImportRun], part: list[tuple[Line, Place]]) -> None:
    run = held.row
    total = run.total + len(part)
    if total > settings.MAX_IMPORT_LINES:
        raise Unreadable("too_many_lines", most=settings.MAX_IMPORT_LINES)
    files.write_part(run.pk, run.total, (line for line, _place in part))
    _line, place = part[-1]
    held.move(total=total, read_to=place.offset, read_lines=place.lines)


def _head(sheet: Sheet) -> _Head:
    for row, place in sheet.rows(Place()):
        if row.wrong:
            raise Unreadable("no_header")
        if row.cells:
            return _Head(headers.mapped(row.cells), place)
    raise Unreadable("no_header")


def _lines(sheet: Sheet, head: _Head, place: Place) -> Iterator[tuple[Line, Place]]:
    """Yield the lines that say something, each with the place after it."""
    for row, after in sheet.rows(place):
        line = _line(row, head.columns)
        if (line.cells or line.wrong) and not is_remark(line):
            yield line, after


def _line(row: Row, columns: dict[int, str]) -> Line:
    cells = {columns[at]: text for at, text in row.cells.items() if at in columns}
    wrong = {columns[at]: code for at, code in row.wrong.items() if at in columns}
    strays = [at for at in (*row.cells, *row.wrong) if at not in columns]
    if strays and not wrong and not is_remark(Line(row.line, cells, wrong)):
        # A text beside the columns: most often a delimiter too many before it.
        wrong[""] = "cell_without_column"
    return Line(row.line, cells, wrong)
