"""
Where captured documents lie: a private folder each, outside of the web's reach.

The document stays as it came until it is forgotten. Its pieces are written beside it
and removed once nothing is left to do; whoever writes one writes the same.
"""

import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings

from common import private_files

SOURCE = "document"
RAW, CHECKED, HEADER = "raw", "checked", "header"
# A folder without a row is one that is being uploaded, unless it is older.
UPLOAD_SECONDS = 3600


class Kept(NamedTuple):
    """A document as it came: its digest and its bytes."""

    sha256: str
    size: int


class TooLarge(Exception):
    """More bytes came than may."""


def folder(capture: uuid.UUID) -> Path:
    """Return the folder of a capture, which may not exist."""
    return Path(settings.CAPTURES_DIR) / str(capture)


def keep(capture: uuid.UUID, chunks: Iterable[bytes], *, most: int) -> Kept:
    """Write a document as it came; raise `TooLarge`, or `OSError` on a full disk."""
    digest = hashlib.sha256()
    size = 0

    def fill(file: BinaryIO) -> None:
        nonlocal size
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise TooLarge
            digest.update(chunk)
            file.write(chunk)

    try:
        private_files.write(
            folder(capture) / SOURCE, fill, root=Path(settings.CAPTURES_DIR)
        )
    except BaseException:
        discard(capture)
        raise
    return Kept(digest.hexdigest(), size)


def source(capture: uuid.UUID) -> bytes:
    """Return the document as it came."""
    return (folder(capture) / SOURCE).read_bytes()


def write_part(capture: uuid.UUID, kind: str, start: int, content: Any) -> None:
    """Keep a piece, of the events from the one numbered `start`, from 0, on."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )
    private_files.write(
        _part(capture, kind, start),
        lambda file: _all(file, body),
        root=Path(settings.CAPTURES_DIR),
    )


def read_part(capture: uuid.UUID, kind: str, start: int) -> Any:
    """Return a piece."""
    body = _part(capture, kind, start).read_bytes()
    return json.loads(body.decode(errors="surrogatepass"))


def discard_parts(capture: uuid.UUID) -> None:
    """Remove the pieces: what is final needs them no more."""
    for kind in (RAW, CHECKED, HEADER):
        shutil.rmtree(folder(capture) / kind, ignore_errors=True)


def discard(capture: uuid.UUID) -> None:
    """Remove everything of a capture."""
    shutil.rmtree(folder(capture), ignore_errors=True)


def known() -> Iterator[uuid.UUID]:
    """Yield the captures whose folders were not touched for a while."""
    root = Path(settings.CAPTURES_DIR)
    limit = time.time() - UPLOAD_SECONDS
    for one in root.iterdir() if root.is_dir() else ():
        try:
            if one.stat().st_mtime < limit:
                yield uuid.UUID(one.name)
        except (ValueError, FileNotFoundError):
            continue


def _part(capture: uuid.UUID, kind: str, start: int) -> Path:
    return folder(capture) / kind / f"{start:08}"


def _all(file: BinaryIO, body: bytes) -> None:
    file.write(body)
