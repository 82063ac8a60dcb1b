"""What `manage.py run` does before it serves: one process, the database, the data."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.file_lock import FileLock

# Whatever the demonstration is made from, relative to the checkout.
DEMONSTRATION_SOURCES = (
    "config/demonstration/**/*",
    "*/management/commands/load_demo.py",
)
CREDENTIALS = "demonstration.json"
STAMP = "demonstration.stamp"


class AlreadyRunning(Exception):
    """Another process serves this data folder; the text says which."""


class DataFolderRefused(Exception):
    """The data folder cannot be written to; the text says what to do."""


def claim_data_folder() -> FileLock:
    """Make this the only `manage.py run` on its data folder, until it ends."""
    folder = settings.DATA_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "run.lock")
    except OSError as error:
        raise DataFolderRefused(
            f"The data folder {folder} cannot be written to ({error.strerror}). Set "
            "FLASHSESAME_DATA_DIR to one that can, or run this as its owner."
        ) from error
    if not lock.acquire():
        holder = lock.holder() or "another process"
        lock.release()
        raise AlreadyRunning(
            f"Flashsésame is already running on {folder}: {holder}. Stop it first, or "
            "set FLASHSESAME_DATA_DIR and --port to run a second one beside it."
        )
    return lock


def migrate(say: Callable[[str], Any]) -> bool:
    """Bring the database up to date; say whether there was anything to do."""
    _use_write_ahead_log()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return False
    say(f"Preparing the database ({len(plan)} migrations)")
    call_command("migrate", interactive=False, verbosity=0)
    return True


def load_demonstration(say: Callable[[str], Any], *, is_new: bool) -> None:
    """Load the demonstration data, unless this database already has these very data."""
    stamp = settings.DATA_DIR / STAMP
    fingerprint = _demonstration_fingerprint(settings.BASE_DIR)
    is_there = (settings.DATA_DIR / CREDENTIALS).exists()
    if not is_new and is_there and _read(stamp) == fingerprint:
        return
    say("Loading the demonstration data")
    call_command("load_demo", verbosity=0)
    # Last, so that an interrupted loading is done again: it is safe to run twice.
    stamp.write_text(fingerprint, encoding="utf-8")


def _use_write_ahead_log() -> None:
    # The switch does not wait for other connections: it must come before any.
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and Path(database["NAME"]).parent.exists():
        with closing(sqlite3.connect(database["NAME"], timeout=20)) as file:
            file.execute("PRAGMA journal_mode=WAL")


def _demonstration_fingerprint(base: Path) -> str:
    database = connection.settings_dict
    digest = hashlib.sha256(f"{database['HOST']}/{database['NAME']}".encode())
    for source in sorted(_files(base)):
        digest.update(os.fsencode(source.relative_to(base)))
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _files(base: Path) -> Iterable[Path]:
    for pattern in DEMONSTRATION_SOURCES:
        for path in base.glob(pattern):
            if path.is_file() and path.suffix != ".pyc":
                yield path


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
