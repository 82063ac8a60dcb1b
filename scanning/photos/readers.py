"""
The reading processes as their caller sees them: one, and the pool of them.

They are started by a plain `exec` with an environment of their own (no secret of ours
in it), so that it does not matter which threads the caller has. A process that dies or
takes too long is killed, reaped and replaced; its photo is answered with a refusal.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from scanning.photos import frames, problems
from scanning.photos.limits import Limits

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# All that a process needs to find its libraries.
INHERITED = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
# A cold disk and a busy machine; a second at most otherwise.
START_SECONDS = 20.0
# After so many photos a process is replaced: C libraries leak.
MOST_PHOTOS = 2_000
CHUNK = 1 << 16

logger = structlog.get_logger(__name__)


class ReaderDied(Exception):
    """The process ended before it answered."""


class ReaderNotStarted(Exception):
    """The process did not come up: that is no fault of the photo."""


class ReaderTookTooLong(Exception):
    """The process did not answer in time."""


class AllBusy(Exception):
    """Every process is at work, and enough callers wait."""


class Reader:
    """One reading process. Not for two threads at once: the pool sees to that."""

    def __init__(self, address_space_bytes: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this package, by our own Python
            [
                sys.executable,
                "-m",
                "scanning.photos.child",
                str(address_space_bytes),
            ],
            cwd=BASE_DIR,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # A Ctrl-C in the terminal is not for it.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)
        self._hello: dict[str, Any] | None = None
        self.photos = 0
        self.is_spent = False

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Say whether the process has not ended, and reap it when it has."""
        return self._process.poll() is None

    def engines(self) -> list[str]:
        """Return the engines that it has; wait for its start where need be."""
        if self._hello is None:
            try:
                self._hello = self._received(time.monotonic() + START_SECONDS)
            except (ReaderDied, ReaderTookTooLong) as error:
                raise ReaderNotStarted from error
        return [str(name) for name in self._hello["engines"]]

    def ask(self, data: bytes, limits: Limits) -> dict[str, Any]:
        """Return its answer to a photo; raise what became of the process."""
        self.engines()
        self.photos += 1
        deadline = time.monotonic() + limits.wall_seconds
        self._send(frames.question(limits._asdict(), data), deadline)
        answer = self._received(deadline)
        # What is left of its libraries' state is anybody's guess.
        ran_out = answer.get("problem") == problems.OUT_OF_MEMORY
        self.is_spent = ran_out or self.photos >= MOST_PHOTOS
        return answer

    def kill(self) -> int:
        """End the process now, and return how it ended: no zombie, no open pipe."""
        self._process.kill()
        code = self._process.wait()
        self._stdin.close()
        self._stdout.close()
        return code

    def forget(self) -> None:
        """Close a fork's copies of the pipes: the process belongs to the parent."""
        for pipe in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        # Not our child: there is nothing to wait for, nor to warn about.
        self._process.returncode = 0

    def _send(self, message: bytes, deadline: float) -> None:
        rest = memoryview(message)
        while rest:
            self._wait(self._stdin, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._stdin.fileno(), rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ReaderDied from error

    def _received(self, deadline: float) -> dict[str, Any]:
        (length,) = frames.ANSWER.unpack(self._bytes(frames.ANSWER.size, deadline))
        if length > frames.LONGEST_ANSWER:
            raise ReaderDied
        try:
            answer = json.loads(self._bytes(length, deadline))
        except ValueError as error:
            raise ReaderDied from error
        if not isinstance(answer, dict):
            raise ReaderDied
        return answer

    def _bytes(self, count: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < count:
            self._wait(self._stdout, select.POLLIN, deadline)
            try:
                more = os.read(self._stdout.fileno(), min(CHUNK, count - len(received)))
            except BlockingIOError:
                continue
            if not more:
                raise ReaderDied
            received += more
        return bytes(received)

    def _wait(self, pipe: Any, event: int, deadline: float) -> None:
        # `select` knows no descriptor above 1,024, and open streams are descriptors.
        poll = select.poll()
        poll.register(pipe.fileno(), event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1_000):
            raise ReaderTookTooLong


class Pool:
    """So many processes, started when they are first needed, and a bounded queue."""

    def __init__(self, *, size: int, queue: int, address_space_bytes: int) -> None:
        self._size = max(1, size)
        self._queue = queue
        self._address_space_bytes = address_space_bytes
        self._changed = threading.Condition()
        self._readers: set[Reader] = set()
        # The last one back goes out first: its memory is warm.
        self._idle: list[Reader] = []
        self._waiting = 0
        self._engines: list[str] | None = None

    def ask(self, data: bytes, limits: Limits) -> dict[str, Any]:
        """Return a process's answer; raise `AllBusy`, or what became of the process."""
        with self._lent(limits.wall_seconds) as reader:
            self._engines = reader.engines()
            return reader.ask(data, limits)

    def engines(self) -> list[str]:
        """Return the engines of the processes, which are all alike."""
        if self._engines is None:
            with self._lent(START_SECONDS) as reader:
                self._engines = reader.engines()
        return self._engines

    def start(self) -> None:
        """Start every process that is missing, and wait for none."""
        with self._changed:
            while len(self._readers) < self._size:
                self._idle.append(self._started())
            self._changed.notify_all()

    def pids(self) -> list[int]:
        """Return the ids of the processes that are there."""
        with self._changed:
            return [reader.pid for reader in self._readers]

    def stop(self) -> None:
        """End every process; the next photo starts new ones."""
        with self._changed:
            readers, self._readers, self._idle = self._readers, set(), []
        for reader in readers:
            reader.kill()

    def forget(self) -> None:
        """Let go of the parent's processes, in a fork."""
        for reader in self._readers:
            reader.forget()

    @contextlib.contextmanager
    def _lent(self, patience: float) -> Iterator[Reader]:
        reader = self._taken(patience)
        try:
            yield reader
        except BaseException:
            self._replace(reader)
            raise
        if reader.is_spent:
            self._replace(reader)
        else:
            self._give_back(reader)

    def _taken(self, patience: float) -> Reader:
        deadline = time.monotonic() + patience
        with self._changed:
            while True:
                while self._idle:
                    reader = self._idle.pop()
                    if reader.is_alive():
                        return reader
                    self._bury(reader)
                if len(self._readers) < self._size:
                    return self._started()
                self._wait_for_one(deadline)

    def _wait_for_one(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if self._waiting >= self._queue or left <= 0:
            raise AllBusy
        self._waiting += 1
        try:
            self._changed.wait(left)
        finally:
            self._waiting -= 1

    def _give_back(self, reader: Reader) -> None:
        with self._changed:
            if reader in self._readers:
                self._idle.append(reader)
            self._changed.notify()

    def _replace(self, reader: Reader) -> None:
        """End a process; its successor starts now, so that nobody waits for it."""
        with self._changed:
            self._bury(reader)
            with contextlib.suppress(OSError):
                if len(self._readers) < self._size:
                    self._idle.append(self._started())
            self._changed.notify()

    def _started(self) -> Reader:
        reader = Reader(self._address_space_bytes)
        self._readers.add(reader)
        return reader

    def _bury(self, reader: Reader) -> None:
        self._readers.discard(reader)
        logger.info("photos.reader_ended", pid=reader.pid, code=reader.kill())


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    # One photo, one processor: several photos are read by several processes.
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
