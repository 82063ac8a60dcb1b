"""
CSV files and workbooks as rows of texts. A leaf package: it knows nothing of the trade.

Reading goes on from any row, since a large file is read in pieces; nothing is ever
evaluated.
"""

from companies.spreadsheets.rows import Place, Row, Unreadable
from companies.spreadsheets.sources import Form, Source, form_of
from companies.spreadsheets.writing import (
    Page,
    csv_blocks,
    delimiter_for,
    write_workbook,
)

__all__ = [
    "Form",
    "Page",
    "Place",
    "Row",
    "Source",
    "Unreadable",
    "csv_blocks",
    "delimiter_for",
    "form_of",
    "write_workbook",
]
