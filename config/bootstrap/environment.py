"""The project's own `.venv`: whether it is right, how it is made, how it takes over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from config.bootstrap import console, debian
from config.bootstrap.failures import BootstrapFailed, explain
from config.bootstrap.installers import find_installer
from config.bootstrap.locks import digest
from config.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PYTHON_VERSION = "{}.{}".format(*sys.version_info[:2])


class Environment:
    """
    A virtual environment with a stamp.

    The stamp names the Python and the lock files that the packages came from. It is
    written last: without it the environment is unfinished, whatever it contains.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.log = folder.with_name(f"{folder.name}.log")
        self._stamp = folder / "flashsesame-stamp.json"
        # There while packages are being written, so that half a package is noticed.
        self._unfinished = folder / "flashsesame-unfinished"

    def is_running(self) -> bool:
        """Say whether this very process runs inside the environment."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def is_up_to_date(self, locks: Sequence[Path]) -> bool:
        """Say whether the stamp vouches for these locks under this Python."""
        # `exists` follows the link: a Python removed from the machine counts as none.
        if not self.python.exists() or not (self.folder / "pyvenv.cfg").exists():
            return False
        stamp = self._read_stamp()
        return stamp.get("python") == PYTHON_VERSION and all(
            stamp.get(lock.name) == digest(lock) for lock in locks
        )

    def bring_up_to_date(self, locks: Sequence[Path]) -> None:
        """
        Install what the locks name, unless the stamp says that it is there.

        Two terminals at once: the second waits for the first and finds the work done.
        """
        if self.is_up_to_date(locks):
            return
        try:
            lock = FileLock(self.folder.with_name(f"{self.folder.name}.lock"))
            if not lock.acquire():
                console.say("Another terminal is preparing .venv; waiting for it …")
                lock.wait()
            try:
                if not self.is_up_to_date(locks):
                    runner = console.Runner(self.log, inherited=(lock.descriptor,))
                    self._build(locks, runner)
            finally:
                lock.release()
        except OSError as error:
            raise BootstrapFailed(
                f"{self.folder} cannot be prepared: {error}. {explain(str(error))}."
            ) from error

    def take_over(self) -> None:
        """Start this process again, same command line, inside the environment."""
        sys.stdout.flush()
        sys.stderr.flush()
        python = str(self.python)
        os.execv(python, [python, *sys.orig_argv[1:]])  # noqa: S606 - no shell wanted

    def is_usable(self) -> bool:
        """Say whether there is an environment of this Python's version to add to."""
        same = f"'{PYTHON_VERSION}' == '%d.%d' % sys.version_info[:2]"
        return (self.folder / "pyvenv.cfg").exists() and self._succeeds(
            "-c", f"import sys; sys.exit(not {same})"
        )

    def has_pip(self) -> bool:
        """Say whether the environment has a pip of its own that works."""
        return self._succeeds("-m", "pip", "--version")

    def add_pip(self, runner: console.Runner) -> bool:
        """Give the environment a pip if it was interrupted before it got one."""
        command = [str(self.python), "-m", "ensurepip"]
        return self.has_pip() or runner.run("Adding pip", command).succeeded

    def make(self, runner: console.Runner, *options: str) -> bool:
        """Make the environment anew, or keep one that is usable; say whether it is."""
        if self.is_usable():
            return True
        command = [sys.executable, "-m", "venv", "--clear", *options, str(self.folder)]
        return runner.run(f"Making {self.folder.name}", command).succeeded

    def _build(self, locks: Sequence[Path], runner: console.Runner) -> None:
        started = time.monotonic()
        console.say(
            f"Preparing the Python packages in {self.folder} (once, about a minute)"
        )
        debian.install_system_packages(runner)
        installer = find_installer(self, runner)
        again = installer.reinstall if self._unfinished.exists() else ()
        # Other commands' locks stay vouched for: all locks agree with one another.
        vouched_for = self._read_stamp()
        self._unfinished.touch()
        self._stamp.unlink(missing_ok=True)
        files = [part for lock in locks for part in ("-r", str(lock))]
        outcome = runner.run(
            f"Installing {' and '.join(lock.name for lock in locks)} "
            f"with {installer.name}",
            [*installer.command, *again, *files],
            installer.variables,
        )
        if not outcome.succeeded:
            raise BootstrapFailed(
                f"The Python packages could not be installed. "
                f"{explain(outcome.output)}; then run the same command again, it goes "
                f"on from here. Everything the installer said is in {self.log}."
            )
        self._write_stamp(locks, vouched_for)
        self._unfinished.unlink()
        console.say(f"Packages ready after {time.monotonic() - started:.0f} s")

    def _read_stamp(self) -> dict[str, str]:
        try:
            stamp = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _write_stamp(self, locks: Sequence[Path], others: Mapping[str, str]) -> None:
        digests = {lock.name: digest(lock) for lock in locks}
        stamp = {**others, "python": PYTHON_VERSION, **digests}
        fresh = self._stamp.with_suffix(".new")
        fresh.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
        fresh.replace(self._stamp)

    def _succeeds(self, *arguments: str) -> bool:
        try:
            return (
                subprocess.run(  # noqa: S603 - the environment's own Python
                    [str(self.python), *arguments],
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                ).returncode
                == 0
            )
        except OSError:
            return False
