"""What a spreadsheet is read as: rows of texts, and the places between them."""

import re
from typing import Any, NamedTuple

MAX_COLUMNS = 200
# What a spreadsheet program itself keeps in one cell.
MAX_CELL = 32_767

FORMULA = "formula_in_cell"
ERROR = "error_in_cell"
TOO_LONG = "cell_too_long"
CONTROL = "control_character"

# Databases refuse the first, and nobody has typed the others.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Unreadable(Exception):
    """The file cannot be read. `code` names why, `about` holds what a sentence says."""

    def __init__(self, code: str, **about: Any) -> None:
        super().__init__(code)
        self.code = code
        self.about = about


class Place(NamedTuple):
    """Where a row begins: its byte, and how many rows come before it."""

    offset: int = 0
    lines: int = 0


class Row(NamedTuple):
    """
    One row: texts by column, from 0, without the empty ones.

    `line` is what a spreadsheet program writes beside it. Columns of `wrong` hold the
    code of what is wrong instead of a text.
    """

    line: int
    cells: dict[int, str]
    wrong: dict[int, str]


def trouble(text: str) -> str:
    """Return the code of what is wrong with a cell's text, or nothing."""
    if len(text) > MAX_CELL:
        return TOO_LONG
    return CONTROL if _CONTROLS.search(text) else ""
