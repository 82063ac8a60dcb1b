"""
Where imports lie: a private folder a run, outside of the web's reach.

A file appears whole, by a rename after its bytes reached the disk, or not at all. Parts
hold the same lines whoever reads them, so a worker that was taken for dead and writes
one late changes nothing.
"""

import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

from common import private_files
from companies.spreadsheets import Source

SOURCE = "source"
# How many lines a part has, and a batch that is recorded at once.
PART = 250
# A folder without a row is one that is being uploaded, unless it is older.
UPLOAD_SECONDS = 3600


class Kept(NamedTuple):
    """An uploaded file: its digest and its bytes."""

    sha256: str
    size: int


class TooLarge(Exception):
    """More bytes were uploaded than may be."""


class Line(NamedTuple):
    """One line that says something: texts, and what is wrong, by column."""

    number: int
    cells: dict[str, str]
    wrong: dict[str, str]


def folder(run: uuid.UUID) -> Path:
    """Return the folder of a run, which may not exist."""
    return Path(settings.IMPORTS_DIR) / str(run)


def source(run: uuid.UUID) -> Source:
    """Return the uploaded file of a run."""
    where = folder(run)
    return Source(where / SOURCE, where, settings.MAX_WORKBOOK_BYTES)


def keep(run: uuid.UUID, chunks: Iterable[bytes]) -> Kept:
    """Write an uploaded file; raise `TooLarge`, or `OSError` on a full disk."""
    digest = hashlib.sha256()
    size = 0

    def fill(file: BinaryIO) -> None:
        nonlocal size
        for chunk in chunks:
            size += len(chunk)
            if size > settings.MAX_IMPORT_BYTES:
                raise TooLarge
            digest.update(chunk)
            file.write(chunk)

    try:
        write(folder(run) / SOURCE, fill)
    except BaseException:
        discard(run)
        raise
    return Kept(digest.hexdigest(), size)


def write_part(run: uuid.UUID, start: int, lines: Iterable[Line]) -> None:
    """Keep the lines from the one numbered `start`, from 0, on."""

    def fill(file: BinaryIO) -> None:
        for line in lines:
            file.write(json.dumps(line).encode() + b"\n")

    write(_part(run, start), fill)


def read_part(run: uuid.UUID, start: int) -> list[Line]:
    """Return the lines of a part."""
    with _part(run, start).open("rb") as file:
        return [Line(*json.loads(line)) for line in file]


def discard(run: uuid.UUID) -> None:
    """Remove everything of a run."""
    shutil.rmtree(folder(run), ignore_errors=True)


def known_runs() -> Iterator[uuid.UUID]:
    """Yield the runs whose folders were not touched for a while."""
    root = Path(settings.IMPORTS_DIR)
    limit = time.time() - UPLOAD_SECONDS
    for one in root.iterdir() if root.is_dir() else ():
        try:
            if one.stat().st_mtime < limit:
                yield uuid.UUID(one.name)
        except (ValueError, FileNotFoundError):
            continue


def write(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Write a private file of a run, whole or not at all."""
    private_files.write(path, fill, root=Path(settings.IMPORTS_DIR))


def _part(run: uuid.UUID, start: int) -> Path:
    return folder(run) / "parts" / f"{start:08}"
