"""
The access line without the machinery: for answers that take no longer than a line.

The words are those that `common.middleware.log_access` would write (a test compares
them), put together at once and written a moment later, many with one call: a process
that is killed may lose the lines of that moment, and no others. Where logs are set up
in another way than `common.logs.configure` does, that way is gone.
"""

import logging
import os
import threading
import time
from datetime import UTC, datetime
from functools import lru_cache
from multiprocessing.util import Finalize
from typing import NamedTuple, TextIO

from django.conf import settings

from common.logs import HIDDEN, SECRET_TEXTS
from common.middleware import begin_context, log_access

# How long a line waits for others.
PATIENCE_SECONDS = 0.2
JSON = (
    '{"method": "%s", "path": "%s", "status": %d, "ms": %s, "event": "request", '
    '"request_id": "%s", "logger": "flashsesame.access", "level": "info", '
    '"timestamp": "%sZ"}\n'
)
CONSOLE = (
    "%sZ [info     ] request                        [flashsesame.access] "
    "method=%s ms=%s path=%s request_id=%s status=%d\n"
)

Handler = logging.StreamHandler[TextIO]

_access = logging.getLogger("flashsesame.access")
_root = logging.getLogger()


class Line(NamedTuple):
    """What one line says; `started` and `ended` are of the performance counter."""

    method: str
    path: str
    status: int
    started: float
    ended: float
    written_at: float
    request_id: str


def log_answer(
    method: str, path: str, status: int, started: float, request_id: str
) -> None:
    """Write the line; `path` and `request_id` are of a shape that needs no escapes."""
    if not _access.isEnabledFor(logging.INFO):
        return
    handler = _only_handler()
    if handler is None:
        begin_context(request_id)
        log_access(method, path, status, started)
        return
    now, ended = time.time(), time.perf_counter()
    line = Line(method, path, status, started, ended, now, request_id)
    waiting.add(line, handler)


def _as_text(line: Line, *, is_json: bool) -> str:
    ms = round((line.ended - line.started) * 1000, 1)
    # Letters and digits alone make none of the secrets that are looked for.
    shown = line.request_id
    if not shown.isalnum():
        shown = SECRET_TEXTS.sub(HIDDEN, shown)
    second = int(line.written_at)
    now = f"{_second(second)}.{int((line.written_at - second) * 1e6):06}"
    if is_json:
        return JSON % (line.method, line.path, line.status, ms, shown, now)
    return CONSOLE % (now, line.method, ms, line.path, shown, line.status)


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()[:19]


class Waiting:
    """The lines of one process that are not written yet."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._handler: Handler | None = None
        self._some = threading.Event()
        self._is_started = False
        os.register_at_fork(after_in_child=self._begin_anew)

    def add(self, line: Line, handler: Handler) -> None:
        """Have a line written soon."""
        self._lines.append(line)
        self._handler = handler
        if not self._is_started:
            self._start()
        if not self._some.is_set():
            self._some.set()

    def write(self) -> None:
        """Write what waits."""
        lines, self._lines = self._lines, []
        handler = self._handler
        if not lines or handler is None:
            return
        is_json = settings.LOG_FORMAT == "json"
        text = "".join([_as_text(line, is_json=is_json) for line in lines])
        handler.acquire()
        try:
            handler.stream.write(text)
            handler.flush()
        except (OSError, ValueError):
            # As for any log record: nobody reads, and nobody is to be told.
            return
        finally:
            handler.release()

    def _begin_anew(self) -> None:
        # A fork takes no threads along, and what waited there is the parent's to write.
        self._lines = []
        self._is_started = False

    def _start(self) -> None:
        self._is_started = True
        self._some = threading.Event()
        threading.Thread(target=self._run, name="access-lines", daemon=True).start()
        # Workers of a server end without `atexit`; this runs in them as well.
        Finalize(None, self.write, exitpriority=0)

    def _run(self) -> None:
        while True:
            self._some.wait()
            time.sleep(PATIENCE_SECONDS)
            self._some.clear()
            self.write()


def _only_handler() -> Handler | None:
    """Return where lines go, if that is one stream and nothing else."""
    if len(_root.handlers) != 1 or _access.handlers or not _access.propagate:
        return None
    only = _root.handlers[0]
    return only if type(only) is logging.StreamHandler and not only.filters else None


waiting = Waiting()
