"""
What is older than the log, entered piece by piece: the rows are the queue.

Never in one transaction, which on a table of millions would hold up every writer. A
piece locks what it enters, so who publishes meanwhile waits for a moment at most; and
who adds a version to something old enters that first, by himself.
"""

import time
from collections.abc import Iterator
from typing import Any

import structlog

from companies import entering
from companies.entering import Book

# In one transaction: on SQLite others wait to write meanwhile.
AT_ONCE = 100

logger = structlog.get_logger(__name__)


def work_off(books: tuple[Book[Any], ...], seconds: float) -> bool:
    """
    Enter old rows for some seconds, the oldest of each table first; say whether more.

    Safe to run twice, and at once. A table that has a row which cannot be entered does
    not hold up the others; audits count what is left of it.
    """
    until = time.monotonic() + seconds
    for book in books:
        for _count in _pieces(book):
            if time.monotonic() >= until:
                return True
    return False


def _pieces(book: Book[Any]) -> Iterator[int]:
    try:
        while count := entering.work_off(book, AT_ONCE):
            yield count
    except Exception:
        logger.exception("log.backlog_failed", table=book.name)
