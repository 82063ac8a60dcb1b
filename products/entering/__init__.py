"""
Rows of products and their entries in the log, written together or not at all.

A leaf module, and the only way in which these rows are inserted: see
`companies.entering`.
"""

from typing import Any

from companies import entering as companies
from companies.entering import Book, catch_up, record
from products.entering import backlog
from products.entering.events import (
    CORRECTIONS,
    EVENTS,
    record_corrections,
    record_events,
)
from products.entering.sheets import SHEETS
from products.entering.statements import FIELD_STATEMENTS

# In an order that enters what others name before them.
BOOKS: tuple[Book[Any], ...] = (FIELD_STATEMENTS, EVENTS, CORRECTIONS, SHEETS)
ALL_BOOKS = (*companies.BOOKS, *BOOKS)


def work_off_backlog(seconds: float) -> bool:
    """Enter rows of all tables that are older than the log; say whether more wait."""
    return backlog.work_off(ALL_BOOKS, seconds)


__all__ = [
    "ALL_BOOKS",
    "BOOKS",
    "CORRECTIONS",
    "EVENTS",
    "FIELD_STATEMENTS",
    "SHEETS",
    "catch_up",
    "record",
    "record_corrections",
    "record_events",
    "work_off_backlog",
]
