"""
Where runs of labels are written: a private folder a run, outside of the web's reach.

A part or a file appears whole, by a rename after its bytes reached the disk, or not at
all. Parts have fixed bounds and the same bytes whoever makes them, so a worker that was
taken for dead and writes one late changes nothing.
"""

import hashlib
import shutil
import struct
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

from common import private_files

LENGTHS = struct.Struct(">II")


class Written(NamedTuple):
    """A finished file: its digest and its bytes."""

    sha256: str
    size: int


class Piece(NamedTuple):
    """One page or one picture as a part holds it: a name, perhaps empty, and bytes."""

    name: str
    data: bytes


def folder(run: uuid.UUID) -> Path:
    """Return the folder of a run, which may not exist."""
    return Path(settings.LABELS_DIR) / str(run)


def write_part(run: uuid.UUID, start: int, pieces: Iterable[Piece]) -> None:
    """Keep what was made from the label number `start` on, durably."""

    def fill(file: BinaryIO) -> None:
        for name, data in pieces:
            encoded = name.encode()
            file.write(LENGTHS.pack(len(encoded), len(data)) + encoded + data)

    _write(_part(run, start), fill)


def read_parts(run: uuid.UUID, starts: Iterable[int]) -> Iterator[Piece]:
    """Yield what the parts hold, in order, one piece in memory at a time."""
    for start in starts:
        with _part(run, start).open("rb") as file:
            while head := file.read(LENGTHS.size):
                name, data = LENGTHS.unpack(head)
                yield Piece(file.read(name).decode(), file.read(data))


def write_file(run: uuid.UUID, name: str, fill: Callable[[BinaryIO], None]) -> Written:
    """Write the file that is handed out, durably, and return its digest."""
    path = folder(run) / name
    _write(path, fill)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return Written(digest.hexdigest(), path.stat().st_size)


def discard_parts(run: uuid.UUID) -> None:
    """Remove the parts of a run whose file is there, and drafts of killed workers."""
    shutil.rmtree(folder(run) / "parts", ignore_errors=True)
    for draft in folder(run).glob(".*"):
        draft.unlink(missing_ok=True)


def discard(run: uuid.UUID) -> None:
    """Remove everything of a run."""
    shutil.rmtree(folder(run), ignore_errors=True)


def known_runs() -> Iterator[uuid.UUID]:
    """Yield the runs that have a folder."""
    root = Path(settings.LABELS_DIR)
    for one in root.iterdir() if root.is_dir() else ():
        try:
            yield uuid.UUID(one.name)
        except ValueError:
            continue


def _part(run: uuid.UUID, start: int) -> Path:
    return folder(run) / "parts" / f"{start:08}"


def _write(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Write a private file of a run, whole or not at all."""
    private_files.write(path, fill, root=Path(settings.LABELS_DIR))
