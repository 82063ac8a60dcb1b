"""
The process that keeps the log: it numbers, signs, and has witnesses sign.

It needs the database alone. Once a second, or as soon as an entry is committed in its
own process, it sequences what waits. Several at once are safe: they take turns.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import structlog
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connections,
)

from ledger import hinting, sequencing, witnessing
from ledger.models import Witness
from ledger.sequencing import Sequenced

# Also the shortest time between two heads, each of which is a row for ever.
TICK_SECONDS = 1.0
# Of a backlog; between two batches, others may write to SQLite.
BACKLOG_SECONDS = 1.0
BREATH_SECONDS = 0.01
SIGN_SECONDS = 5.0
# Without its database it asks again, ever more seldom; never later than this.
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class LogKeeper:
    """Ticks until it is told to stop, with a database or until there is one again."""

    def __init__(self, say: Callable[[Sequenced], Any] | None = None) -> None:
        self._stopping = threading.Event()
        self._say = say
        self._signed_at = self._asked_at = -SIGN_SECONDS

    def run(self) -> None:
        """Sequence until stopped; a batch that has begun is finished first."""
        pause = FIRST_PAUSE_SECONDS
        with ThreadPoolExecutor(1, thread_name_prefix="witnesses") as asking:
            asked: Future[None] | None = None
            while not self._stopping.is_set():
                try:
                    close_old_connections()
                    work = self._tick()
                    if (asked is None or asked.done()) and self._is_due(work):
                        asked = asking.submit(_collect)
                except Exception as error:
                    _log("log_keeper.failed", error)
                    self._stopping.wait(pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                    continue
                pause = FIRST_PAUSE_SECONDS
                self._rest(work)
        connections.close_all()

    def stop(self) -> None:
        """Make `run` return soon; called from any thread, and from a signal."""
        self._stopping.set()
        hinting.woken.set()

    def _tick(self) -> "Work":
        """Sequence what waits, or leave a sign of life."""
        hinting.woken.clear()
        if not sequencing.has_pending():
            self._leave_sign()
            return NOTHING
        work = sequence_waiting(self._stopping)
        if work.done.placed:
            logger.info("log_keeper.sequenced", **work.done._asdict())
            if self._say is not None:
                self._say(work.done)
        return work

    def _leave_sign(self) -> None:
        if time.monotonic() - self._signed_at >= SIGN_SECONDS:
            sequencing.sign_of_life()
            self._signed_at = time.monotonic()

    def _is_due(self, work: "Work") -> bool:
        """Say whether to ask witnesses: of each new head, and then now and then."""
        if not work.done.placed and time.monotonic() - self._asked_at < SIGN_SECONDS:
            return False
        self._asked_at = time.monotonic()
        return Witness.objects.filter(is_enabled=True).exists()

    def _rest(self, work: "Work") -> None:
        if work.is_behind:
            self._stopping.wait(BREATH_SECONDS)
        elif work.done.placed:
            # However often something is written, one head a second.
            self._stopping.wait(TICK_SECONDS)
        else:
            hinting.woken.wait(TICK_SECONDS)


class Work(NamedTuple):
    """What was placed in one go, and whether more waits already."""

    done: Sequenced
    is_behind: bool


NOTHING = Work(Sequenced(0, 0), is_behind=False)


def sequence_waiting(stopping: threading.Event) -> Work:
    """Sequence batch by batch until nothing waits, for a second at most."""
    until = time.monotonic() + BACKLOG_SECONDS
    count = 0
    while True:
        done = sequencing.sequence()
        count += done.placed
        size_before = done.size - done.placed
        is_full = done.placed == sequencing.aligned(size_before, sequencing.BATCH)
        if not is_full or time.monotonic() > until or stopping.wait(BREATH_SECONDS):
            return Work(Sequenced(count, done.size), is_full)


def _collect() -> None:
    close_old_connections()
    try:
        witnessing.collect()
    except Exception as error:
        _log("log_keeper.witnesses_failed", error)
    finally:
        connections.close_all()


def _log(event: str, error: Exception) -> None:
    """Log a failure, and where it happened unless the database is at fault."""
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.warning(event, reason=type(error).__name__)
    else:
        logger.error(event, exc_info=error)
