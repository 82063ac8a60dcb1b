"""What `manage.py run` does before it serves: one process, the database, the data."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.demonstration import loader
from config.file_lock import FileLock


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


def load_demonstration(say: Callable[[str], Any]) -> None:
    """Load the demonstration data, unless they are all there and their stock fresh."""
    if loader.is_loaded():
        return
    say("Loading the demonstration data")
    call_command("load_demo")


def _use_write_ahead_log() -> None:
    # The switch does not wait for other connections: it must come before any.
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and Path(database["NAME"]).parent.exists():
        with closing(sqlite3.connect(database["NAME"], timeout=20)) as file:
            file.execute("PRAGMA journal_mode=WAL")
