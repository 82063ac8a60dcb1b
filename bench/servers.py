"""
Server processes to be measured: started on one processor, stopped at the end.

What counts is the processor time of the process that answers and of its children: a
server may have a supervisor, which does nothing meanwhile.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
STOP_SECONDS = 10.0
# Read once: the load moves to its own processor later.
PROCESSORS = sorted(os.sched_getaffinity(0))


class NotStarted(Exception):
    """A server process ended before it listened."""


class Server:
    """One server process, and how much processor time it has used."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.port = port
        self._process = process

    def cpu_seconds(self) -> float:
        """Return the processor time of all processes and threads, user and system."""
        return sum(
            time.clock_gettime(cpu_clock(one)) for one in _family(self._process.pid)
        )


@contextlib.contextmanager
def serving(
    subject: str, variables: Mapping[str, str], folder: Path
) -> Iterator[Server]:
    """Start the server of a subject of `bench.serving`, and stop it at the end."""
    server_cpu, _load_cpu = processors()
    pinned = [] if server_cpu is None else [str(server_cpu)]
    log = folder / f"{subject}-{time.monotonic_ns()}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.serving", subject, *pinned],
            cwd=BASE_DIR,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise NotStarted(f"{subject} did not start: {log.read_text()[-800:]}")
        yield Server(process, int(port))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def processors() -> tuple[int, int] | tuple[None, None]:
    """Return one processor for the servers and one for the load, if there are two."""
    return (PROCESSORS[0], PROCESSORS[-1]) if len(PROCESSORS) > 1 else (None, None)


def _family(process_id: int) -> Iterator[int]:
    yield process_id
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    for child in children.read_text().split():
        yield from _family(int(child))


def cpu_clock(process_id: int) -> int:
    """Return the clock of another process's processor time, in nanoseconds."""
    clock = ctypes.c_int()
    # `/proc/<pid>/stat` counts in hundredths of a second: too coarse for a short round.
    failed = ctypes.CDLL(None).clock_getcpuclockid(process_id, ctypes.byref(clock))
    if failed:
        raise OSError(failed, os.strerror(failed))
    return clock.value
