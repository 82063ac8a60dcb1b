"""
Telling every process that what is served of a product changed: a leaf module.

On PostgreSQL the database tells it on commit, to each process that listens to
`CHANNEL`. On SQLite there is one process, which tells itself. A message is a hint:
whoever keeps something longer than a moment asks the database again anyway.
"""

from collections.abc import Callable, Collection

import structlog
from django.db import connection, transaction

CHANNEL = "flashsesame_sheets"
TELL = "SELECT pg_notify(%s, gtin) FROM unnest(%s::text[]) AS told (gtin)"

logger = structlog.get_logger(__name__)

_listeners: list[Callable[[str], None]] = []


def listen(callback: Callable[[str], None]) -> Callable[[], None]:
    """
    Have `callback` called with the GTIN of each change; return how to stop that.

    It is called in the thread that heard of it, and must be quick.
    """
    _listeners.append(callback)

    def stop() -> None:
        if callback in _listeners:
            _listeners.remove(callback)

    return stop


def note_change(gtin: str) -> None:
    """Tell that what is served of a product changes with this transaction."""
    note_changes([gtin])


def note_changes(gtins: Collection[str]) -> None:
    """Tell it of several products, in one query at most; rolled back, nobody hears."""
    if not gtins:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(TELL, (CHANNEL, sorted(gtins)))
        return
    told = sorted(gtins)
    transaction.on_commit(lambda: tell(told), robust=True)


def tell(gtins: Collection[str]) -> None:
    """Call whoever listens in this process; one that fails does not stop another."""
    for gtin in gtins:
        for callback in tuple(_listeners):
            try:
                callback(gtin)
            except Exception as error:  # whatever a listener raises
                logger.warning("live.listener_failed", reason=type(error).__name__)
