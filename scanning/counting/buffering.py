"""
Scans on their way into the database: a bounded list in memory, and a thread.

A process that is killed loses what it noted in the last two seconds; one that stops
writes it first. While the database is away the newest notes are kept and tried again.
"""

import atexit
import os
import threading
from collections import deque
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, close_old_connections, connections

from scanning.counting.notes import Keeper, Note, believed
from scanning.counting.writing import write

BATCH = 500
EVERY_SECONDS = 2.0
# The longest pause between two tries while the database is away.
LONGEST_PAUSE_SECONDS = 60.0
LIMIT = 10_000
# What no second try would heal.
UNWRITABLE = (DataError, IntegrityError, TypeError, ValueError)

logger = structlog.get_logger(__name__)


class Buffer:
    """What one process has noted and not yet written."""

    def __init__(self) -> None:
        # False where somebody else decides when to write: in tests.
        self.is_automatic = True
        self.forget()

    def forget(self) -> None:
        """
        Begin with nothing noted and no thread.

        A forked child does: threads stay behind, locks may be held for ever, and what
        the parent noted is the parent's to write.
        """
        self._notes: deque[Note] = deque()
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self._lost = 0

    def __len__(self) -> int:
        return len(self._notes)

    def add(self, note: Note) -> None:
        """Keep a scan until it is written; the oldest gives way when there are many."""
        with self._changed:
            self._notes.append(note)
            self._give_way()
            waiting = len(self._notes)
            if waiting == 1 or waiting == BATCH:
                self._changed.notify_all()
            self._start()

    def flush(self) -> int:
        """
        Write everything that is noted, now, and return how many scans that was.

        Raise the database's error when it is away; nothing is lost by that.
        """
        written, size = 0, BATCH
        with self._writing:
            while batch := self._take(size):
                try:
                    write(batch)
                except UNWRITABLE:
                    if len(batch) == 1:
                        logger.exception("scans.unwritable", gtin=batch[0].gtin)
                        continue
                    # One of them cannot be written: one by one, it alone is lost.
                    self._put_back(batch)
                    size = 1
                except BaseException:
                    self._put_back(batch)
                    raise
                else:
                    written += len(batch)
        return written

    def stop(self) -> None:
        """End the thread and write what is left, as a process does that ends."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(EVERY_SECONDS)
        try:
            self.flush()
        except Exception as error:
            logger.error("scans.lost", number=len(self), reason=type(error).__name__)
        with self._changed:
            self._thread, self._is_stopping = None, False

    def _start(self) -> None:
        """Start the thread if it does not run. The lock is held."""
        if not self.is_automatic or self._is_stopping:
            return
        if self._thread is None or not self._thread.is_alive():
            thread = threading.Thread(
                target=self._run, name="flashsesame-counting", daemon=True
            )
            try:
                thread.start()
            except RuntimeError:
                # This process is ending, or has no thread left: `stop` writes them.
                return
            self._thread = thread

    def _run(self) -> None:
        pause = 0.0
        while self._wait(pause):
            close_old_connections()
            try:
                self.flush()
                pause = 0.0
            except Exception as error:
                pause = min(max(2 * pause, EVERY_SECONDS), LONGEST_PAUSE_SECONDS)
                logger.warning(
                    "scans.waiting", number=len(self), reason=type(error).__name__
                )
            finally:
                close_old_connections()
            self._say_what_was_lost()
        connections.close_all()

    def _wait(self, pause: float) -> bool:
        """Sleep until there is a batch to write; false when the process ends."""
        with self._changed:
            if pause:
                self._changed.wait_for(lambda: self._is_stopping, pause)
            else:
                self._changed.wait_for(lambda: self._notes or self._is_stopping)
                self._changed.wait_for(
                    lambda: len(self._notes) >= BATCH or self._is_stopping,
                    EVERY_SECONDS,
                )
            return not self._is_stopping

    def _take(self, size: int) -> list[Note]:
        with self._changed:
            size = min(size, len(self._notes))
            return [self._notes.popleft() for _ in range(size)]

    def _put_back(self, batch: list[Note]) -> None:
        with self._changed:
            self._notes.extendleft(reversed(batch))
            self._give_way()

    def _give_way(self) -> None:
        while len(self._notes) > LIMIT:
            self._notes.popleft()
            self._lost += 1

    def _say_what_was_lost(self) -> None:
        with self._changed:
            lost, self._lost = self._lost, 0
        if lost:
            logger.error("scans.lost", number=lost, reason="too many were waiting")


buffer = Buffer()
os.register_at_fork(after_in_child=buffer.forget)
# A process that ends by itself; the web server tells us by `common.lifespan`.
atexit.register(buffer.stop)


def note(
    *,
    gtin: str,
    is_known: bool,
    scan_id: UUID | None = None,
    scanned_at: datetime | None = None,
    keeper: Keeper | None = None,
    lot: str = "",
) -> None:
    """
    Remember that a 14-digit GTIN was scanned, to be counted in a moment.

    Never waits for the database and never fails because of it. `is_known` says whether
    the product has a sheet; without one, the code joins the queue of those to declare.
    The same `scan_id` counts once. `scanned_at` is the phone's clock, an aware instant:
    see `notes.believed`. `keeper` comes from `services.history.keeper_of`.
    """
    buffer.add(Note(gtin, is_known, believed(scanned_at), scan_id, keeper, lot))


def flush() -> int:
    """Write what this process has noted, now; see `Buffer.flush`."""
    return buffer.flush()
