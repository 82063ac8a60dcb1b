"""
What runs inside this process, for `/healthz` and for whoever wants to publish.

Standard library only: the Celery application imports it.
"""

import threading
from typing import Literal

Part = Literal["worker", "beat", "sweeper", "sequencer"]

_threads: dict[Part, threading.Thread] = {}


def is_embedded() -> bool:
    """
    Say whether this process has a worker of its own, or is about to restart it.

    A message published in between waits in memory for the next worker.
    """
    return "worker" in _threads


def worker_alive() -> bool | None:
    """Say whether the worker's thread lives; `None` where no worker belongs."""
    return _alive("worker")


def beat_alive() -> bool | None:
    """Say whether the beat's thread lives; `None` where no beat belongs."""
    return _alive("beat")


def sweeper_alive() -> bool | None:
    """Say whether the sweeper's thread lives; `None` where no sweeper belongs."""
    return _alive("sweeper")


def sequencer_alive() -> bool | None:
    """Say whether the sequencer's thread lives; `None` where no sequencer belongs."""
    return _alive("sequencer")


def register(part: Part, thread: threading.Thread) -> None:
    """Make `thread` the one that stands for `part`."""
    _threads[part] = thread


def forget() -> None:
    """Go back to a process without parts."""
    _threads.clear()


def _alive(part: Part) -> bool | None:
    thread = _threads.get(part)
    return None if thread is None else thread.is_alive()
