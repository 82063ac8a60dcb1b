"""Celery's worker and beat, the sweeper and the sequencer, as threads; who restarts."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import WorkController
from celery.worker import state as worker_state

from checkout import sweeping
from config.embedded import state
from ledger import keeping

logger = structlog.get_logger(__name__)

WORKER_THREADS = 4
# The longest that beat sleeps, hence the longest that a stop waits for it.
BEAT_NAP_SECONDS = 1
WATCH_SECONDS = 0.5
# A part that dies at once is restarted, but not in a busy loop.
RESTART_PAUSE_SECONDS = 1.0
STOP_PATIENCE_SECONDS = 12.0


class Part(Protocol):
    """Something that runs in a thread until it is told to stop."""

    def run(self) -> None:
        """Run, and return only when stopped."""

    def stop(self) -> None:
        """Make `run` return soon; called from another thread, even before `run`."""


class Worker:
    """Celery's worker with a pool of threads."""

    def __init__(self, app: "Celery[Any]") -> None:
        self._app = app
        # Celery keeps the wish to stop in a module: it outlives a worker.
        worker_state.should_stop = None

    def run(self) -> None:
        """Take messages until stopped; running tasks are finished first."""
        self._app.set_current()
        WorkController(
            app=self._app,
            hostname="embedded@flashsesame",
            pool_cls="threads",
            concurrency=WORKER_THREADS,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            use_eventloop=False,
        ).start()

    def stop(self) -> None:
        """Ask the worker to leave between two messages."""
        worker_state.should_stop = 0  # type: ignore[assignment] # the exit code


class Beat:
    """Celery's beat, with its schedule in memory: what must not be lost is a row."""

    def __init__(self, app: "Celery[Any]") -> None:
        self._app = app
        self._stopping = threading.Event()
        self._service: Service | None = None

    def run(self) -> None:
        """Send the periodic tasks until stopped."""
        self._app.set_current()
        self._service = Service(
            self._app,
            max_interval=BEAT_NAP_SECONDS,
            scheduler_cls=Scheduler,
        )
        # `stop` may have come before there was a service to stop.
        if not self._stopping.is_set():
            self._service.start()

    def stop(self) -> None:
        """Ask beat to leave after its nap."""
        self._stopping.set()
        if self._service is not None:
            self._service.stop()


class Sweeper(sweeping.Sweeper):
    """What repairs what a crash lost: with the database alone, so no queue stops it."""


class Sequencer(keeping.LogKeeper):
    """What places entries in the log; a commit of this process wakes it."""


class Keeper:
    """Runs parts in threads, watches them, and starts again what has ended."""

    def __init__(
        self,
        parts: dict[state.Part, Callable[[], Part]],
        *,
        announce: Callable[[str], Any],
    ) -> None:
        self._makers = parts
        self._announce = announce
        self._running: dict[state.Part, tuple[Part, threading.Thread]] = {}
        self._stopping = threading.Event()
        self._watcher = threading.Thread(
            target=self._watch, name="flashsesame-watcher", daemon=True
        )

    def start(self) -> None:
        """Start every part, then the watcher."""
        for name in self._makers:
            self._start(name)
        self._watcher.start()

    def stop(self) -> bool:
        """Stop every part; say whether all ended before patience did."""
        self._stopping.set()
        self._watcher.join()
        for part, _thread in self._running.values():
            part.stop()
        deadline = time.monotonic() + STOP_PATIENCE_SECONDS
        for _part, thread in self._running.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        has_ended = not any(thread.is_alive() for _, thread in self._running.values())
        state.forget()
        return has_ended

    def _start(self, name: state.Part) -> None:
        part = self._makers[name]()
        thread = threading.Thread(
            target=self._run, args=(name, part), name=f"flashsesame-{name}", daemon=True
        )
        self._running[name] = (part, thread)
        state.register(name, thread)
        thread.start()

    def _run(self, name: state.Part, part: Part) -> None:
        try:
            part.run()
        except BaseException:
            logger.exception("embedded.part_failed", part=name)

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            for name, (_part, thread) in list(self._running.items()):
                if not thread.is_alive():
                    logger.error("embedded.part_ended", part=name)
                    self._announce(f"The {name} has ended; starting it again.")
                    if self._stopping.wait(RESTART_PAUSE_SECONDS):
                        return
                    self._start(name)
