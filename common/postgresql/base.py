"""What `settings.DATABASES` names as its engine."""

import contextlib
import secrets
import select
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg._preparing import Prepare
from psycopg.errors import InvalidSqlStatementName
from psycopg.pq import ConnStatus, TransactionStatus

# What is asked, and the types of the values.
Key = tuple[bytes, tuple[int, ...]]
Asked = tuple[Key, bytes]


class PreparingCursor(base.ServerBindingCursor):
    """
    Has the server keep what it is asked, and sends it only the values next time.

    The driver has a way of its own, which drops at each rollback all that is prepared
    on the connection, by whomever. PostgreSQL keeps it, and so do we.
    """

    # What the present question prepares; one at most.
    _new: list[Asked]

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        """Ask; what is new to this connection is prepared first."""
        try:
            return self._execute(query, params, **how)
        except InvalidSqlStatementName:
            # Somebody between us and the server has dropped them.
            self._kept().clear()
            status = self.connection.info.transaction_status  # type: ignore[attr-defined]
            if status != TransactionStatus.IDLE:
                raise
            return self._execute(query, params, **how)

    def _execute(self, *what: Any, **how: Any) -> Any:
        self._new = []
        answered = super().execute(*what, **how)  # type: ignore[misc]
        # What failed may not be there, and is prepared again.
        self._kept().update(self._new)
        return answered

    def _get_prepared(self, query: Any, _prepare: Any = None) -> tuple[Prepare, bytes]:
        key = (query.query, query.types)
        name = self._kept().get(key)
        if name is not None:
            return Prepare.YES, name
        name = f"flashsesame_{secrets.token_hex(8)}".encode()
        self._new.append((key, name))
        return Prepare.SHOULD, name

    def _kept(self) -> dict[Key, bytes]:
        """Return the names of what is prepared on the connection, kept with it."""
        connection: Any = self.connection  # type: ignore[attr-defined]
        kept: dict[Key, bytes] = vars(connection).setdefault("_flashsesame_kept", {})
        return kept


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's way to PostgreSQL, with two shorter ones."""

    def is_usable(self) -> bool:
        """
        Say whether the server still listens: look at the line, and ask when in doubt.

        A server that stopped, or let go of us, has said so, and there is something to
        be read. From one that vanished without a word a question hears no more than a
        look, until the network gives it up.
        """
        if not self.errors_occurred and self._is_silent():
            return True
        usable: bool = super().is_usable()
        return usable

    def _is_silent(self) -> bool:
        pgconn = self.connection.pgconn
        if pgconn.status != ConnStatus.OK:
            return False
        if pgconn.transaction_status != TransactionStatus.IDLE:
            return False
        line = select.poll()
        line.register(pgconn.socket, select.POLLIN)
        return not line.poll(0)

    @contextlib.contextmanager
    def preparing(self) -> Iterator[None]:
        """Have the server plan once for each connection what is asked in here."""
        self.ensure_connection()
        connection = self.connection
        usual = connection.cursor_factory
        if settings.PREPARED_READS:
            connection.cursor_factory = PreparingCursor
        try:
            yield
        finally:
            connection.cursor_factory = usual
