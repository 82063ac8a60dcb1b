"""
A lock between processes that ends with its holder, even by kill -9.

Standard library only: the bootstrap uses it before anything is installed.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FileLock:
    """An exclusive `flock` on a file, with a line saying who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # 0o666 under the umask: another account of the machine may have to wait too.
        self.descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o666)

    def acquire(self) -> bool:
        """Take the lock if it is free; say whether it was."""
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self) -> None:
        """Take the lock, however long its holder keeps it."""
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def sign(self, text: str) -> None:
        """Leave a line for those who find the lock taken."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def holder(self) -> str:
        """Return the line of whoever holds the lock; empty when there is none yet."""
        return self._path.read_text(encoding="utf-8").strip()

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would split the lock."""
        os.close(self.descriptor)
