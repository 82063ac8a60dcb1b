"""
Lists of lots and serials as a company pastes or uploads them: lines to rows. Pure.

One label a line. A first line of names (gtin, lot, serial) says the order of columns;
without it one column is the serial number, two are lot and serial, three have the GTIN
in front. Columns are separated by a tab, a semicolon or a comma, whichever the text has
first in this order; a value that holds the separator stands in double quotes.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

HEADINGS = {
    "gtin": "gtin",
    "ean": "gtin",
    "lot": "lot",
    "batch": "lot",
    "serial": "serial",
    "serie": "serial",
    "série": "serial",
    "sn": "serial",
    "numéro de série": "serial",
    "serial number": "serial",
}
WITHOUT_HEADING = {
    1: ("serial",),
    2: ("lot", "serial"),
    3: ("gtin", "lot", "serial"),
}
SEPARATORS = "\t;,"


class Row(NamedTuple):
    """One line of the list, by its number from 1; an empty text where it says none."""

    number: int
    gtin: str = ""
    lot: str = ""
    serial: str = ""


class TooManyColumns(ValueError):
    """A line has more columns than the list; `args[0]` is its number."""


class UnreadableLine(ValueError):
    """A line cannot be taken apart; `args[0]` is its number."""


def decoded(data: bytes) -> str:
    """Return the text of an uploaded file: UTF-8, or what Excel writes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def rows(text: str) -> Iterator[Row]:
    """Yield the rows of a list, empty lines left out."""
    separator = next((one for one in SEPARATORS if one in text), ",")
    # Line ends of any kind are read as one.
    lines = io.StringIO(text.strip("\ufeff").replace("\0", ""), newline=None)
    reader = csv.reader(lines, delimiter=separator)
    columns: tuple[str, ...] | None = None
    while (cells := _next(reader)) is not None:
        values = [cell.strip() for cell in cells]
        if not any(values):
            continue
        if columns is None:
            columns = _headings(values)
            if columns:
                continue
            columns = WITHOUT_HEADING.get(len(values), ())
        if len(values) > len(columns) and any(values[len(columns) :]):
            raise TooManyColumns(reader.line_num)
        given = dict(zip(columns, values, strict=False))
        given.pop("", None)
        yield Row(reader.line_num, **given)


def _next(reader: Any) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise UnreadableLine(reader.line_num) from error


def _headings(values: list[str]) -> tuple[str, ...]:
    """Return the columns that a first line names; none when it holds values."""
    names = tuple(HEADINGS.get(value.casefold(), "") for value in values)
    known = [name for name in names if name]
    # One lot may be called "LOT": a heading names as many columns as it has.
    if not known or len(set(known)) != len(known) or len(known) != len(values):
        return ()
    return names
