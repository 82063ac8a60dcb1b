"""
The same questions in the SQL of two databases.

A row is its tier, the order in it, the GTIN, and the card in one language. Lexemes are
ASCII letters and digits: nothing that was typed reaches the grammar of a full text.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from products.words import asking
from products.words.asking import POSTGRES, SQLITE, Dialect, Question

# Up to so many products that fit are found first and put in order then. Beyond, one in
# every few products fits, and the order is walked until a page of them was met.
MOST_SORTED = 2000
# Asked is only which of two words more products have.
MOST_COUNTED = 1000

FEW = """
    few{tier} AS MATERIALIZED (
        SELECT position FROM products_searchentry
         WHERE lexemes @@ %s::tsquery LIMIT {sorted} + 1
    )
"""
# The database begins one of the two arms only: which one depends on no row.
ARMS = """
    (SELECT {tier} AS tier, position FROM few{tier}
      WHERE (SELECT count(*) FROM few{tier}) <= {sorted} AND {beyond}
      ORDER BY position {way} LIMIT {size})
    UNION ALL
    (SELECT {tier}, position FROM products_searchentry
      WHERE (SELECT count(*) FROM few{tier}) > {sorted}
        AND lexemes @@ %s::tsquery AND {beyond}
      ORDER BY position {way} LIMIT {size})
"""
SEARCHED = """
    WITH {few}, found AS ({arms} LIMIT {size})
    SELECT tier, position, product_id, card_{language}
      FROM found JOIN products_searchentry USING (position)
     ORDER BY tier {way}, position {way}
"""
FTS5_ARM = """
    SELECT * FROM (
        SELECT {tier} AS tier, rowid AS position FROM products_searchtext
         WHERE products_searchtext MATCH %s AND {beyond}
         ORDER BY rowid {way} LIMIT {size}
    )
"""
FTS5_SEARCHED = """
    SELECT tier, position, product_id, card_{language}
      FROM (SELECT * FROM ({arms}) LIMIT {size})
      JOIN products_searchentry USING (position)
     ORDER BY tier {way}, position {way}
"""
LISTED = """
    SELECT 0, order_{language}, product_id, card_{language} FROM products_searchentry
     WHERE {conditions}
     ORDER BY order_{language} {way}, product_id {way} LIMIT {size}
"""
LISTED_AFTER = "(order_{language}, product_id) {sign} (%s, %s)"
MARKED = "lexemes @@ %s::tsquery"
FTS5_MARKED = """
    position IN (SELECT rowid FROM products_searchtext
                  WHERE products_searchtext MATCH %s)
"""
COUNT = """
    (SELECT count(*) FROM (SELECT 1 FROM products_searchentry
      WHERE lexemes @@ %s::tsquery LIMIT {most}) AS had)
"""
FTS5_COUNT = """
    (SELECT count(*) FROM (SELECT 1 FROM products_searchtext
      WHERE products_searchtext MATCH %s LIMIT {most}))
"""
WITH_A_KEY = """
    SELECT word FROM products_searchword WHERE key_list && %s::text[] LIMIT %s
"""
FTS5_WITH_A_KEY = """
    SELECT word FROM products_searchkeys
      JOIN products_searchword ON id = products_searchkeys.rowid
     WHERE products_searchkeys MATCH %s LIMIT %s
"""
# The operators that PostgreSQL has without any extension.
WITH_MOST_KEYS = """
    SELECT word FROM products_searchword
     WHERE key_list && %s::text[] AND length BETWEEN %s AND %s
     ORDER BY (SELECT count(*) FROM unnest(key_list) AS one
                WHERE one = ANY(%s::text[])) DESC, word
     LIMIT %s
"""
FTS5_WITH_MOST_KEYS = """
    SELECT word FROM products_searchkeys
      JOIN products_searchword ON id = products_searchkeys.rowid
     WHERE products_searchkeys MATCH %s AND length BETWEEN %s AND %s
     ORDER BY bm25(products_searchkeys), word
     LIMIT %s
"""


class Row(NamedTuple):
    """One product found: the card is a JSON text."""

    tier: int
    at: int | str
    gtin: str
    card: str


class Slice(NamedTuple):
    """Which part of what is found: after a row of some tier, or before it."""

    size: int
    after: tuple[int, int | str, str] | None = None
    is_backwards: bool = False

    @property
    def way(self) -> str:
        """Return the direction of the order."""
        return "DESC" if self.is_backwards else "ASC"

    @property
    def sign(self) -> str:
        """Return how what is wanted compares with what was seen."""
        return "<" if self.is_backwards else ">"

    def tiers(self, count: int) -> list[int]:
        """Return the tiers in which the rest may be, the next one first."""
        seen = self.after[0] if self.after else None
        if self.is_backwards:
            return [
                one for one in reversed(range(count)) if seen is None or one <= seen
            ]
        return [one for one in range(count) if seen is None or one >= seen]

    def beyond(self, tier: int, column: str) -> tuple[str, list[Any]]:
        """Return the condition that a row of a tier comes after what was seen."""
        if self.after is None or tier != self.after[0]:
            return "1 = 1", []
        return f"{column} {self.sign} %s", [self.after[1]]


Sql = tuple[str, list[Any]]


def dialect(alias: str) -> Dialect:
    """Return how a database writes what is looked for."""
    return POSTGRES if _is_postgres(connections[alias]) else SQLITE


def rows(alias: str, question: Question, language: str, part: Slice) -> list[Row]:
    """Return the products that fit, the next one first."""
    connection = connections[alias]
    if not question.words:
        sql, values = _listed(connection, question, language, part)
    elif _is_postgres(connection):
        sql, values = _searched(question, language, part)
    else:
        sql, values = _searched_by_fts5(question, language, part)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Row(*row) for row in cursor.fetchall()]


def _searched(question: Question, language: str, part: Slice) -> Sql:
    looked_for = asking.tiers(question, POSTGRES)
    few: list[str] = []
    arms: list[str] = []
    first: list[Any] = []
    rest: list[Any] = []
    for tier in part.tiers(len(looked_for)):
        beyond, after = part.beyond(tier, "position")
        few.append(FEW.format(tier=tier, sorted=MOST_SORTED))
        arms.append(
            ARMS.format(
                tier=tier,
                sorted=MOST_SORTED,
                beyond=beyond,
                way=part.way,
                size=part.size,
            )
        )
        first.append(looked_for[tier])
        rest += [*after, looked_for[tier], *after]
    sql = SEARCHED.format(
        few=", ".join(few),
        arms=" UNION ALL ".join(arms),
        language=language,
        way=part.way,
        size=part.size,
    )
    return sql, [*first, *rest]


def _searched_by_fts5(question: Question, language: str, part: Slice) -> Sql:
    looked_for = asking.tiers(question, SQLITE)
    arms: list[str] = []
    values: list[Any] = []
    for tier in part.tiers(len(looked_for)):
        beyond, after = part.beyond(tier, "rowid")
        arms.append(
            FTS5_ARM.format(tier=tier, beyond=beyond, way=part.way, size=part.size)
        )
        values += [looked_for[tier], *after]
    sql = FTS5_SEARCHED.format(
        arms=" UNION ALL ".join(arms), language=language, way=part.way, size=part.size
    )
    return sql, values


def _listed(
    connection: BaseDatabaseWrapper, question: Question, language: str, part: Slice
) -> Sql:
    """Return the products by name."""
    conditions = ["1 = 1"]
    values: list[Any] = []
    is_postgres = _is_postgres(connection)
    if question.marks:
        conditions.append(MARKED if is_postgres else FTS5_MARKED)
        written = POSTGRES if is_postgres else SQLITE
        values.append(asking.marked(question.marks, written))
    if part.after is not None:
        conditions.append(LISTED_AFTER.format(language=language, sign=part.sign))
        values += part.after[1:]
    sql = LISTED.format(
        conditions=" AND ".join(conditions),
        language=language,
        way=part.way,
        size=part.size,
    )
    return sql, values


def counts(alias: str, looked_for: Sequence[str]) -> list[int]:
    """Return how many products have each of these; it stops at a thousand."""
    if not looked_for:
        return []
    connection = connections[alias]
    one = COUNT if _is_postgres(connection) else FTS5_COUNT
    columns = ", ".join([one.format(most=MOST_COUNTED)] * len(looked_for))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", list(looked_for))
        return list(cursor.fetchone() or ())


def words_with_a_key(alias: str, keys: Sequence[str], most: int) -> list[str]:
    """Return known words that have at least one of these keys."""
    connection = connections[alias]
    if _is_postgres(connection):
        return _words(connection, WITH_A_KEY, [list(keys), most])
    return _words(connection, FTS5_WITH_A_KEY, [_any_of(keys), most])


def words_with_most_keys(
    alias: str, keys: Sequence[str], lengths: tuple[int, int], most: int
) -> list[str]:
    """Return the known words, of these lengths, that have most of the keys."""
    connection = connections[alias]
    if _is_postgres(connection):
        values = [list(keys), *lengths, list(keys), most]
        return _words(connection, WITH_MOST_KEYS, values)
    return _words(connection, FTS5_WITH_MOST_KEYS, [_any_of(keys), *lengths, most])


def _is_postgres(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql"


def _any_of(keys: Sequence[str]) -> str:
    return SQLITE.either.join(SQLITE.one.format(one) for one in keys)


def _words(connection: BaseDatabaseWrapper, sql: str, values: list[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [word for (word,) in cursor.fetchall()]
