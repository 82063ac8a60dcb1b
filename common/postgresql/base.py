"""What `settings.DATABASES` names as its engine."""

import contextlib
import select
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus, TransactionStatus


class PreparingCursor(base.ServerBindingCursor):
    """Has the server keep what it is asked, and sends it only the values next time."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> Any:
        """Ask; what is new to this connection is prepared first."""
        return super().execute(query, params, prepare=True)  # type: ignore[misc]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's way to PostgreSQL, with two shorter ones."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; nothing is prepared unless it is said so."""
        connection = super().get_new_connection(conn_params)
        connection.prepare_threshold = sys.maxsize
        return connection

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
