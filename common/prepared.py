"""
One row by its key, on the shortest way to the database.

The cursors of Django and psycopg take half as long again as PostgreSQL does to answer
a select that is prepared once per connection; this goes to libpq below them. Whoever
counts or refuses queries, as tests do, is given the ordinary cursor.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

Row = Sequence[Any]
Loader = Callable[[bytes], Any]

BINARY = 1
FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
PREPARED_IS_GONE = b"26000"
PREPARED_BEFORE = b"42P05"
# Where PostgreSQL's time begins, in seconds of ours: 1 January 2000.
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).timestamp()


class Failed(Exception):
    """PostgreSQL answered with an error: its five-character state, and its text."""

    def __init__(self, state: bytes | None, text: str) -> None:
        super().__init__(text)
        self.state = state


def number(value: bytes) -> int:
    """Load an integer of any width from PostgreSQL's binary form."""
    return int.from_bytes(value, "big", signed=True)


def instant(value: bytes) -> float:
    """Load a `timestamptz` from PostgreSQL's binary form, in seconds since 1970."""
    return POSTGRES_EPOCH + int.from_bytes(value, "big", signed=True) / 1e6


# Loads a text from PostgreSQL's binary form, as `bytes` leaves bytes what they are.
text = bytes.decode


class Select:
    """
    A select of one row; its parameters, written `%s`, are texts.

    `name` is unique in the program; `loaders` has one function for each column.
    """

    def __init__(self, name: str, sql: str, loaders: Sequence[Loader]) -> None:
        self.name = name.encode()
        self.sql = sql
        self._columns = list(enumerate(loaders))
        self.for_sqlite = sql.replace("%s", "?")
        pieces = sql.split("%s")
        numbered = (
            f"${position}{piece}" for position, piece in enumerate(pieces[1:], 1)
        )
        self.for_postgres = "".join([pieces[0], *numbered]).encode()

    def row(self, connection: BaseDatabaseWrapper, *values: str) -> Row | None:
        """
        Return the row, or none; instants are what the driver has where no loader ran.

        A connection that was lost is made anew, once. Raise `DatabaseError`.
        """
        if connection.queries_logged or connection.execute_wrappers:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, values)
                row: Row | None = cursor.fetchone()
            return row
        if connection.connection is None:
            connection.ensure_connection()
        if connection.vendor == "sqlite":
            return self._from_sqlite(connection, values)
        try:
            return self._from_libpq(connection, values)
        except Failed as failed:
            raise OperationalError(str(failed)) from failed

    def _from_sqlite(
        self, connection: BaseDatabaseWrapper, values: Sequence[str]
    ) -> Row | None:
        with connection.wrap_database_errors:
            found = connection.connection.execute(self.for_sqlite, values)
            row: Row | None = found.fetchone()
        return row

    def _from_libpq(
        self, connection: BaseDatabaseWrapper, values: Sequence[str]
    ) -> Row | None:
        given = [value.encode() for value in values]
        try:
            return self._ask(connection.connection, given)
        except Failed as failed:
            if connection.in_atomic_block:
                raise
            if failed.state == PREPARED_IS_GONE:
                _prepared(connection.connection).discard(self.name)
            elif connection.connection.pgconn.status == ConnStatus.OK:
                raise
            else:
                connection.close()
                connection.ensure_connection()
        return self._ask(connection.connection, given)

    def _ask(self, connection: Any, values: list[bytes]) -> Row | None:
        pgconn = connection.pgconn
        if settings.PREPARED_READS:
            self._prepare(connection)
            result = pgconn.exec_prepared(self.name, values, result_format=BINARY)
        else:
            result = pgconn.exec_params(self.for_postgres, values, result_format=BINARY)
        _check(result)
        if not result.ntuples:
            return None
        get = result.get_value
        return [
            None if (value := get(0, column)) is None else load(value)
            for column, load in self._columns
        ]

    def _prepare(self, connection: Any) -> None:
        known = _prepared(connection)
        if self.name in known:
            return
        try:
            _check(connection.pgconn.prepare(self.name, self.for_postgres))
        except Failed as failed:
            # A pooler lent us a connection on which somebody prepared the same.
            if failed.state != PREPARED_BEFORE:
                raise
        known.add(self.name)


def _prepared(connection: Any) -> set[bytes]:
    """Return the names of what is prepared on a connection, kept with it."""
    names: set[bytes] = vars(connection).setdefault("_flashsesame_prepared", set())
    return names


def _check(result: Any) -> None:
    if result.status not in FINE:
        state = result.error_field(DiagnosticField.SQLSTATE)
        raise Failed(state, result.get_error_message())
