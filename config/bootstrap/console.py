"""Progress lines on stderr, and commands that run behind them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SECONDS_BETWEEN_SIGNS_OF_LIFE = 5
# What pip says about each package of a lock, whether it fetches it or has it.
PACKAGE_SEEN = ("Collecting ", "Processing ", "Requirement already satisfied")


class Outcome(NamedTuple):
    """How a command ended, and everything it said."""

    succeeded: bool
    output: str


def say(text: str) -> None:
    """Print one line at once; stderr, so that a command's own output stays clean."""
    sys.stderr.write(f"[manage.py] {text}\n")
    sys.stderr.flush()


class Runner:
    """Runs commands with their output in a log, and says every few seconds how far."""

    def __init__(self, log: Path, *, inherited: Sequence[int] = ()) -> None:
        self._log = log
        self._inherited = inherited

    def run(
        self,
        title: str,
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Outcome:
        """Run a command to its end. One that does not exist has failed, no more."""
        say(f"{title} …")
        started = time.monotonic()
        try:
            process = subprocess.Popen(  # noqa: S603 - commands of our own
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(variables or {})},
                # An orphan goes on installing: it must keep the lock meanwhile.
                pass_fds=self._inherited,
                cwd=folder,
                text=True,
                errors="replace",
            )
        except OSError as error:
            return Outcome(succeeded=False, output=str(error))
        lines = _follow(process, started)
        # The log is a help: a disk that is full must not hide why the command failed.
        with contextlib.suppress(OSError), self._log.open("a", encoding="utf-8") as log:
            log.writelines(lines)
        succeeded = process.returncode == 0
        ending = "done" if succeeded else f"failed (exit code {process.returncode})"
        say(f"  {ending}, {time.monotonic() - started:.0f} s")
        return Outcome(succeeded=succeeded, output="".join(lines))


def _follow(process: subprocess.Popen[str], started: float) -> list[str]:
    """Collect what a process says until it ends, giving signs of life meanwhile."""
    assert process.stdout is not None
    lines: list[str] = []
    # Reading blocks, hence a thread of its own.
    reader = threading.Thread(
        target=_collect, args=(process.stdout, lines), daemon=True
    )
    reader.start()
    try:
        while reader.is_alive():
            reader.join(SECONDS_BETWEEN_SIGNS_OF_LIFE)
            if reader.is_alive():
                say(f"  {_progress(lines)}{time.monotonic() - started:.0f} s")
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return lines


def _collect(stream: IO[str], lines: list[str]) -> None:
    with stream:
        for line in stream:
            lines.append(line)


def _progress(lines: Sequence[str]) -> str:
    packages = sum(line.startswith(PACKAGE_SEEN) for line in lines)
    if not packages:
        return ""
    if any(line.startswith("Installing collected") for line in lines):
        return f"unpacking {packages} packages, "
    return f"{packages} packages fetched, "
