"""
Hearing which sheets changed, so that memory forgets them at once.

Changes of this process come by `products.live`. Those of others come by PostgreSQL's
NOTIFY, on a connection of its own in a thread of its own; without that connection, and
behind a pooler that does not pass LISTEN on, the seconds of the shelf are the bound.
"""

import os
import threading
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from products import live

# How often the thread asks whether it still hears; how long it waits to connect anew.
BEAT_SECONDS = 0.5
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0

logger = structlog.get_logger(__name__)


class Forgetful(Protocol):
    """What is told."""

    def forget(self, gtin: str) -> None:
        """Drop one product."""

    def forget_all(self) -> None:
        """Drop everything."""

    def now(self) -> float:
        """Return the instant on its own clock."""

    def confirm(self, at: float) -> None:
        """Take note that every change made before `at` was told."""


class Listener:
    """Tells one shelf of one process what changed."""

    def __init__(self, shelf: Forgetful) -> None:
        self._shelf = shelf
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._unheard: Callable[[], None] = lambda: None
        self.is_listening = threading.Event()

    def start(self) -> None:
        """Begin to hear, once in each process: a fork takes no threads along."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._unheard()
            self._unheard = live.listen(self._shelf.forget)
            if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
                self._thread = threading.Thread(
                    target=self._run, name="flashsesame-sheets", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """End the thread and its connection."""
        self._unheard()
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            # Never that of a request: this one waits without end.
            wrapper = connections.create_connection(DEFAULT_DB_ALIAS)
            try:
                wrapper.connect()
                pause = FIRST_PAUSE_SECONDS
                self._listen(wrapper.connection)
            except Exception as error:
                logger.warning("sheets.not_heard", reason=type(error).__name__)
            finally:
                self.is_listening.clear()
                _close(wrapper)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _listen(self, connection: Any) -> None:
        connection.execute(f"LISTEN {live.CHANNEL}")
        # Whatever changed while nobody listened was told to nobody.
        self._shelf.forget_all()
        self.is_listening.set()
        while not self._stopping.is_set():
            for told in connection.notifies(timeout=BEAT_SECONDS):
                live.tell([told.payload])
            # What was committed before the question is delivered with the answer.
            asked_at = self._shelf.now()
            connection.execute(f"LISTEN {live.CHANNEL}")
            for told in connection.notifies(timeout=0):
                live.tell([told.payload])
            if settings.SHEETS_DATABASE == DEFAULT_DB_ALIAS:
                # A replica may still lack what was told.
                self._shelf.confirm(asked_at)


def _close(wrapper: Any) -> None:
    try:
        wrapper.close()
    except DatabaseError:
        wrapper.connection = None
