"""One page of what is found, with what was searched instead of what was typed."""

import json
from typing import Any, NamedTuple

from django.conf import settings

from products import gtin as arithmetic
from products import search_index
from products.searching import spelling, statements
from products.searching.pages import BrokenCursor, Cursor, of_row
from products.searching.statements import Row, Slice
from products.words import asking, lexemes
from products.words.asking import Question

Card = dict[str, Any]
SEPARATORS = str.maketrans("", "", " \u00a0\u202f-.")


class Filters(NamedTuple):
    """Exact values that products are kept by; empty keeps all."""

    brand: str = ""
    category: str = ""
    company: str = ""
    fictitious: bool | None = None

    def marks(self) -> list[str]:
        """Return the lexemes of what is filtered by."""
        kinds = self._asdict()
        kinds.pop("fictitious")
        found = [lexemes.mark(kind, text) for kind, text in kinds.items() if text]
        if self.fictitious is not None:
            found.append(search_index.fictitious(is_so=self.fictitious))
        return found


class Found(NamedTuple):
    """One page, the cursors of its neighbours, and the words that were taken."""

    cards: list[Card]
    next: Cursor | None
    previous: Cursor | None
    taken: dict[str, str]


class Wanted(NamedTuple):
    """What somebody asks for, in which language, and which page of it."""

    text: str
    language: str
    size: int
    filters: Filters = Filters()
    cursor: Cursor | None = None
    is_exact: bool = False


def find(wanted: Wanted) -> Found:
    """
    Return a page of the published products that fit.

    One query; nine more at most where nothing fits and words may be misspelt. A GTIN
    finds its product. Raise `BrokenCursor` for the cursor of another kind of question.
    """
    alias = settings.SHEETS_DATABASE
    question = _question(wanted)
    taken = wanted.cursor.taken if wanted.cursor else {}
    found = _rows(alias, asking.with_taken(question, taken), wanted)
    if not found and question.words and not wanted.cursor and not wanted.is_exact:
        taken = spelling.meant(alias, question)
        if taken:
            found = _rows(alias, asking.with_taken(question, taken), wanted)
    return _page(found, wanted, taken)


def _question(wanted: Wanted) -> Question:
    marks = wanted.filters.marks()
    number = wanted.text.translate(SEPARATORS)
    if arithmetic.is_gtin(number):
        return Question(
            (), is_open=False, marks=(search_index.number(number.zfill(14)), *marks)
        )
    question = asking.read(wanted.text, marks)
    if wanted.text.strip() and not question.words:
        # Punctuation, an emoji: nothing has it, and a list of all would be no answer.
        return question._replace(marks=(*marks, lexemes.mark("nothing", "")))
    return question


def _rows(alias: str, question: Question, wanted: Wanted) -> list[Row]:
    cursor = wanted.cursor
    if cursor and isinstance(cursor.after[1], str) == bool(question.words):
        # Of a list by name, given back with words to search, or the other way round.
        raise BrokenCursor
    part = (
        # One more than the page: it says whether there is a next one.
        Slice(wanted.size + 1, cursor.after, cursor.is_backwards)
        if cursor
        else Slice(wanted.size + 1)
    )
    return statements.rows(alias, question, wanted.language, part)


def _page(rows: list[Row], wanted: Wanted, taken: dict[str, str]) -> Found:
    is_backwards = wanted.cursor is not None and wanted.cursor.is_backwards
    has_more = len(rows) > wanted.size
    kept = rows[: wanted.size]
    if is_backwards:
        kept.reverse()
    before = has_more if is_backwards else wanted.cursor is not None
    after = is_backwards or has_more
    return Found(
        [json.loads(row.card) for row in kept],
        of_row(kept[-1], taken, is_backwards=False) if kept and after else None,
        of_row(kept[0], taken, is_backwards=True) if kept and before else None,
        taken,
    )
