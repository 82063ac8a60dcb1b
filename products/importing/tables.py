"""The lines of a company's table: one product each, read in batches. No query."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from companies.importing.lines import REMARK
from companies.spreadsheets import Place, Row, Unreadable
from companies.spreadsheets.sources import Sheet
from products.importing import cells, files, headers
from products.importing.cells import Answer
from products.importing.headers import Column
from products.importing.holding import Held, Outcome
from products.importing.numbers import number
from products.importing.refusals import LineRefused, Trouble, excerpted
from products.importing.stating import weigh
from products.models import ProductImport

__all__ = ["batches", "prepare", "weigh"]

# So many products are weighed at once: some thousand statements.
LINES = 100

# By key: a text, or texts by language.
Texts = dict[str, str | dict[str, str]]


class Line(NamedTuple):
    """What a line says of one product, by field path."""

    number: int
    gtin: str
    answers: dict[str, Answer]
    url: str
    observed_at: datetime | None


class Batch(NamedTuple):
    """Some lines, the last of each product, and where to go on."""

    lines: dict[str, Line]
    outcome: Outcome
    position: int
    line: int


def prepare(held: Held) -> None:
    """Bring the file into a form that is read from any row on, once."""
    run = held.row
    if run.extent and run.position:
        return
    source = files.source(run.pk)
    encoding = source.prepare(files.write)
    with source.sheet() as sheet:
        held.move(encoding=encoding, extent=sheet.extent)


def batches(run: ProductImport) -> Iterator[Batch]:
    """Yield what the table says from where the run stands."""
    with files.source(run.pk).sheet() as sheet:
        columns, first = _head(sheet)
        place = Place(run.position, run.line) if run.position else first
        rows = sheet.rows(place)
        while part := list(islice(rows, LINES)):
            yield _batch(part, columns)


def _head(sheet: Sheet) -> tuple[dict[int, Column], Place]:
    for row, place in sheet.rows(Place()):
        if row.wrong:
            raise Unreadable("no_header")
        if row.cells:
            return headers.mapped(row.cells), place
    raise Unreadable("no_header")


def _batch(part: list[tuple[Row, Place]], columns: dict[int, Column]) -> Batch:
    lines: dict[str, Line] = {}
    outcome = Outcome()
    for row, _place in part:
        if not (row.cells or row.wrong) or _is_remark(row):
            continue
        outcome.done += 1
        troubles: list[Trouble] = []
        line = _line(row, columns, troubles)
        if line is None:
            outcome.failed += 1
            outcome.troubles += troubles
            continue
        if earlier := lines.pop(line.gtin, None):
            outcome.twice += 1
            where = f"{earlier.number} < {line.number}"
            outcome.troubles.append(
                Trouble(
                    line.number,
                    "twice_in_file",
                    line.gtin,
                    excerpt=where,
                    is_whole=False,
                )
            )
        lines[line.gtin] = line
    place = part[-1][1]
    return Batch(lines, outcome, place.offset, place.lines)


def _is_remark(row: Row) -> bool:
    return next(iter(row.cells.values()), "").startswith(REMARK)


def _line(row: Row, columns: dict[int, Column], troubles: list[Trouble]) -> Line | None:
    """Return what a line says; with any trouble nothing of it counts."""
    texts = _texts(row, columns)
    # What is wrong is said of the number as it is written, right or not.
    written = excerpted(texts.get(headers.GTIN, ""))[:30]
    wrong = list(_wrong_cells(row, columns))
    found: Line | None = None
    try:
        found = _said_of(row.line, texts, wrong)
    except LineRefused as refused:
        wrong.append(refused)
    troubles += [
        Trouble(row.line, one.code, written, one.field, one.excerpt) for one in wrong
    ]
    return None if wrong else found


def _wrong_cells(row: Row, columns: dict[int, Column]) -> Iterator[LineRefused]:
    for at, code in row.wrong.items():
        yield LineRefused(code, field=columns[at].key if at in columns else "")
    if any(at not in columns for at in row.cells):
        # A text beside the columns: most often a delimiter too many before it.
        yield LineRefused("cell_without_column")


def _said_of(line: int, texts: Texts, wrong: list[LineRefused]) -> Line:
    gtin = number(texts.pop(headers.GTIN, ""))
    url = texts.pop(headers.URL, "")
    observed = texts.pop(headers.OBSERVED, "")
    answers = {}
    for path, text in texts.items():
        try:
            answers[path] = cells.answer(path, text)
        except LineRefused as refused:
            wrong.append(refused)
    return Line(
        line,
        gtin,
        answers,
        cells.address(str(url)) if url else "",
        cells.moment(str(observed)) if observed else None,
    )


def _texts(row: Row, columns: dict[int, Column]) -> Texts:
    """Return the cells by key; those of several languages are one value."""
    texts: Texts = {}
    for at, text in row.cells.items():
        if at not in columns:
            continue
        key, language = columns[at]
        if not language or text.casefold() in cells.STATUSES:
            texts[key] = text
            continue
        by_language = texts.setdefault(key, {})
        if isinstance(by_language, dict):
            by_language[language] = text
    return texts
