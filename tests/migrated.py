"""
A file of SQLite that has every table, made once and copied wherever one is needed.

Migrating takes longer than most modules of the tests, and each process of theirs, each
measurement that they try, would do it anew.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings

from config.file_lock import FileLock
from tests import processes


def file(folder: Path) -> Path:
    """Return the file, which the first process that asks makes in `folder`."""
    lock = FileLock(folder / "lock")
    lock.wait()
    try:
        ready = folder / f"{_version()}.sqlite3"
        if not ready.exists():
            _forget(folder)
            _make(ready)
    finally:
        lock.release()
    return ready


def copy(ready: Path, to: Path) -> None:
    """Put a database where a process will look for its own."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ready, to)


def _version() -> str:
    """Return a name that changes with whatever the tables are made from."""
    base = settings.BASE_DIR
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    for path in (base / "requirements.txt", *sorted(base.glob("*/migrations/*.py"))):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _forget(folder: Path) -> None:
    for old in folder.glob("*.sqlite3"):
        old.unlink()


def _make(ready: Path) -> None:
    """Migrate as a person does, in a data folder that is thrown away."""
    with tempfile.TemporaryDirectory(dir=ready.parent) as folder:
        variables = {
            **processes.unmeasured(os.environ),
            "FLASHSESAME_DATA_DIR": folder,
            "FLASHSESAME_BOOTSTRAP": "0",
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
            cwd=settings.BASE_DIR,
            env=variables,
            check=True,
        )
        whole = Path(folder) / "whole"
        with (
            closing(sqlite3.connect(Path(folder) / "flashsesame.sqlite3")) as source,
            closing(sqlite3.connect(whole)) as target,
        ):
            # One file, whatever the journal holds.
            source.backup(target)
        whole.rename(ready)
