"""
Rows of companies and their entries in the log, written together or not at all.

A leaf module, and the only way in which these rows are inserted. What an entry digests
is composed of the row's own columns, which are never edited: an audit composes the same
bytes again from what is stored.
"""

from typing import Any

from companies.entering.books import Book, catch_up, record, source, work_off
from companies.entering.companies import (
    CHECKS,
    CREDENTIALS,
    DID_DOCUMENTS,
    STATEMENTS,
    VERIFICATIONS,
    lock_companies,
    superseded,
)
from companies.entering.contents import statement_kind, statement_members, written
from companies.entering.revoking import REVOCATIONS, log_revocation

# In an order that enters what others name before them.
BOOKS: tuple[Book[Any], ...] = (
    STATEMENTS,
    CHECKS,
    VERIFICATIONS,
    DID_DOCUMENTS,
    CREDENTIALS,
    REVOCATIONS,
)

__all__ = [
    "BOOKS",
    "CHECKS",
    "CREDENTIALS",
    "DID_DOCUMENTS",
    "REVOCATIONS",
    "STATEMENTS",
    "VERIFICATIONS",
    "Book",
    "catch_up",
    "lock_companies",
    "log_revocation",
    "record",
    "source",
    "statement_kind",
    "statement_members",
    "superseded",
    "work_off",
    "written",
]
