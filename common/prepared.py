"""
One row by its key, on the shortest way to the database.

The cursors of Django and psycopg take half as long again as PostgreSQL does to answer
a select that is prepared once per connection; this goes to libpq below them. Whoever
counts or refuses queries, as tests do, is given the ordinary cursor.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from struct import Struct
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

Row = Sequence[Any]
Loader = Callable[[bytes], Any]

BINARY = 1
PREPARED_IS_GONE = b"26000"
PREPARED_BEFORE = b"42P05"
# Where PostgreSQL's time begins, in seconds of ours: 1 January 2000.
MICROSECONDS = Struct(">q")
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).timestamp()


class Failed(Exception):
    """PostgreSQL answered with an error: its five-character state, and its text."""

    def __init__(self, state: bytes | None, text: str) -> None:
        super().__init__(text)
        self.state = state


def instant(value: bytes) -> float:
    """Load a `timestamptz` from PostgreSQL's binary form, in seconds since 1970."""
    return POSTGRES_EPOCH + MICROSECONDS.unpack(value)[0] / 1e6  # type: ignore[no-any-return]


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
        self._positions = range(len(loaders))
        self._first_row = (0,) * len(loaders)
        # The driver gives bytes.
        self._loaders = [
            (position, load)
            for position, load in enumerate(loaders)
            if load is not bytes
        ]
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
        if connection.execute_wrappers or connection.force_debug_cursor:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, values)
                row: Row | None = cursor.fetchone()
            return row
        if connection.connection is None:
            connection.ensure_connection()
        if connection.vendor == "sqlite":
            return self._from_sqlite(connection, values)
        given = list(map(str.encode, values))
        try:
            return self._ask(connection.connection, given)
        except Failed as failed:
            return self._ask_again(connection, given, failed)

    def _from_sqlite(
        self, connection: BaseDatabaseWrapper, values: Sequence[str]
    ) -> Row | None:
        with connection.wrap_database_errors:
            found = connection.connection.execute(self.for_sqlite, values)
            row: Row | None = found.fetchone()
        return row

    def _ask_again(
        self, connection: BaseDatabaseWrapper, given: list[bytes], failed: Failed
    ) -> Row | None:
        server = connection.connection
        is_gone = failed.state == PREPARED_IS_GONE
        is_lost = server.pgconn.status != ConnStatus.OK
        if connection.in_atomic_block or not (is_gone or is_lost):
            raise OperationalError(str(failed)) from failed
        if is_gone:
            _prepared(server).discard(self.name)
        else:
            connection.close()
            connection.ensure_connection()
        try:
            return self._ask(connection.connection, given)
        except Failed as again:
            raise OperationalError(str(again)) from again

    def _ask(self, connection: Any, values: list[bytes]) -> Row | None:
        pgconn = connection.pgconn
        if self.name in _prepared(connection) or self._prepare(connection):
            result = pgconn.exec_prepared(self.name, values, None, BINARY)
        else:
            result = pgconn.exec_params(self.for_postgres, values, None, None, BINARY)
        if result.status != ExecStatus.TUPLES_OK:
            raise _failed(result)
        if not result.ntuples:
            return None
        row: list[Any] = list(map(result.get_value, self._first_row, self._positions))
        for position, load in self._loaders:
            value = row[position]
            if value is not None:
                row[position] = load(value)
        return row

    def _prepare(self, connection: Any) -> bool:
        """Have the statement prepared; say whether it is."""
        if not settings.PREPARED_READS:
            return False
        result = connection.pgconn.prepare(self.name, self.for_postgres)
        if result.status != ExecStatus.COMMAND_OK:
            failed = _failed(result)
            # A pooler lent us a connection on which somebody prepared the same.
            if failed.state != PREPARED_BEFORE:
                raise failed
        _prepared(connection).add(self.name)
        return True


def _prepared(connection: Any) -> set[bytes]:
    """Return the names of what is prepared on a connection, kept with it."""
    names: set[bytes] = vars(connection).setdefault("_flashsesame_prepared", set())
    return names


def _failed(result: Any) -> Failed:
    state = result.error_field(DiagnosticField.SQLSTATE)
    return Failed(state, result.get_error_message())
