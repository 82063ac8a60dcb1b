"""
What somebody asks for, as words. Pure.

Products that fit come in tiers, the best first: every word in the name; in the name or
the brand; anywhere; then with the last word only begun, as it is while one types.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from products.words.folding import chunks
from products.words.lexemes import BRAND, NAME, OTHER, encoded
from products.words.stemming import stems

MAX_WORDS = 8
SHORTEST_BEGINNING = 3
LONGEST_QUESTION = 200
# Said everywhere: who types “pâte à tartiner” also means what is named without “à”.
EMPTY = frozenset({
    *("a", "an", "and", "au", "aux", "avec", "by", "d", "de", "des", "du", "en", "et"),
    *("for", "from", "in", "l", "la", "le", "les", "of", "on", "or", "ou", "par"),
    *("pour", "sur", "the", "to", "un", "une", "with"),
})  # fmt: skip
FIELDS = (NAME, BRAND, OTHER)
# The words that are whole: the fields, and whether the last word may be only begun.
TIERS = (
    ((NAME,), False),
    ((NAME, BRAND), False),
    (FIELDS, False),
    ((NAME,), True),
    (FIELDS, True),
)
WHOLE_WORDS = 3


class Dialect(NamedTuple):
    """How a database writes a question about lexemes."""

    both: str
    either: str
    one: str
    beginning: str
    without: str


POSTGRES = Dialect(" & ", " | ", "'{}'", "'{}':*", "({}) & !({})")
SQLITE = Dialect(" AND ", " OR ", '"{}"', '"{}"*', "({}) NOT ({})")


class Question(NamedTuple):
    """The words asked for, folded; the last one may be only begun."""

    words: tuple[str, ...]
    is_open: bool
    marks: tuple[str, ...] = ()


def read(text: str, marks: Sequence[str] = ()) -> Question:
    """Return what a text asks for; it has no word when there is nothing to look for."""
    text = text[:LONGEST_QUESTION]
    said = [word for chunk in chunks(text) for word in chunk.words]
    last = said[-1] if said else ""
    telling = [word for word in said if word not in EMPTY] or said
    asked = tuple(dict.fromkeys(telling))[:MAX_WORDS]
    is_open = (
        bool(asked)
        and asked[-1] == last
        and len(last) >= SHORTEST_BEGINNING
        # A space after a word says that it is whole.
        and not text[-1].isspace()
    )
    return Question(asked, is_open, tuple(marks))


def with_taken(question: Question, taken: Mapping[str, str]) -> Question:
    """Return a question with other words instead of those that nothing has."""
    others = tuple(dict.fromkeys(taken.get(one, one) for one in question.words))
    last = question.words[-1] if question.words else ""
    return question._replace(
        words=others, is_open=question.is_open and last not in taken
    )


def tiers(question: Question, dialect: Dialect) -> list[str]:
    """Return what to look for in each tier, without what a better one has."""
    whole = [_all(question, fields, dialect) for fields, _open in TIERS[:WHOLE_WORDS]]
    asked = [whole[0], *_without(whole[1:], whole[:-1], dialect)]
    if question.is_open:
        begun = [
            _all(question, fields, dialect, is_open=True)
            for fields, _open in TIERS[WHOLE_WORDS:]
        ]
        better = f"({whole[-1]}){dialect.either}({begun[0]})"
        asked += _without(begun, [whole[-1], better], dialect)
    return asked


def word(one: str, dialect: Dialect, *, is_open: bool = False) -> str:
    """Return what finds one word in any field."""
    return _any(one, FIELDS, dialect, is_open=is_open)


def marked(marks: Sequence[str], dialect: Dialect) -> str:
    """Return what finds the products with all these marks."""
    return dialect.both.join(dialect.one.format(one) for one in marks)


def _all(
    question: Question,
    fields: Sequence[str],
    dialect: Dialect,
    *,
    is_open: bool = False,
) -> str:
    last = len(question.words) - 1
    parts = [
        _any(one, fields, dialect, is_open=is_open and number == last)
        for number, one in enumerate(question.words)
    ]
    parts += [dialect.one.format(one) for one in question.marks]
    return dialect.both.join(parts)


def _any(one: str, fields: Sequence[str], dialect: Dialect, *, is_open: bool) -> str:
    found = [
        dialect.one.format(f"{field}{encoded(form)}")
        for field in fields
        for form in stems(one)
    ]
    if is_open:
        found += [
            dialect.beginning.format(f"{field}{encoded(one)}") for field in fields
        ]
    return f"({dialect.either.join(found)})"


def _without(
    asked: Iterable[str], better: Iterable[str], dialect: Dialect
) -> list[str]:
    return [
        dialect.without.format(one, other)
        for one, other in zip(asked, better, strict=True)
    ]
