"""
The catalogue searched, a page at a time.

Both databases find lexemes of `products.words` in an inverted index of their own,
PostgreSQL by `tsvector` and GIN, SQLite by FTS5. Neither's score is used: `ts_rank`
must read every product that fits, and `bm25` changes with every product published, so
that no cursor could say where a page ended. What fits comes in tiers instead, which the
index tells apart by itself, and within a tier in the order of a stored number: the page
is cut where it ends, whatever is published meanwhile, and the millionth product makes
the first page no dearer. All tiers are asked in one statement, and a database that has
filled the page with the best one does not begin the next.
"""

from products.searching.finding import Card, Filters, Found, Wanted, find
from products.searching.pages import BrokenCursor, Cursor, read_cursor

__all__ = [
    "BrokenCursor",
    "Card",
    "Cursor",
    "Filters",
    "Found",
    "Wanted",
    "find",
    "read_cursor",
]
