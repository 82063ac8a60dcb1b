"""
Where the bytes of pictures lie: a private folder, each size named by its digest.

A file appears whole, by a rename after its bytes reached the disk, or not at all. What
was uploaded lies under `waiting` until its sizes are made. No path is ever taken from a
request: digests are looked up in the database first.
"""

import hashlib
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from common import private_files
from products.errors import (
    PictureNotStored,
    PictureRefused,
    PictureTooLarge,
    PictureUnknown,
)
from products.models import Picture, PictureState, Rendition
from products.pictures import kinds, problems
from products.pictures.wording import why

WAITING = "waiting"
# A file without a row is younger than this only while its row is being written.
ORPHAN_SECONDS = 3_600
SWEEP_SECONDS = 5
# What the sweep may remove: whoever names a folder that others use loses nothing.
OWN_FOLDER = re.compile(rf"{WAITING}|[0-9a-f]{{2}}")
OWN_FILE = re.compile(r"[0-9a-f]{64}|[0-9a-f-]{36}|\.[0-9a-f.-]+")

logger = structlog.get_logger(__name__)


class Uploaded(NamedTuple):
    """A file that reached the disk as it came."""

    sha256: str
    size: int


def keep_upload(picture: uuid.UUID, blocks: Iterable[bytes]) -> Uploaded:
    """
    Keep a file as it came, for the worker, after a look at its first bytes.

    Raise a `PictureRefused`, or `PictureNotStored` when the disk has no room for it.
    """
    digest, size = hashlib.sha256(), 0

    def fill(file: BinaryIO) -> None:
        nonlocal size
        for block in blocks:
            if not size:
                _require_kind(block)
            size += len(block)
            if size > settings.MAX_IMAGE_BYTES:
                raise _too_large()
            digest.update(block)
            file.write(block)
        if not size:
            raise _refused(problems.TRUNCATED)

    try:
        require_room(settings.MAX_IMAGE_BYTES)
        private_files.write(_upload(picture), fill, root=_root())
    except OSError as error:
        logger.exception("pictures.not_stored", reason=str(error))
        raise PictureNotStored(
            _("The picture cannot be stored now. Nothing was kept; try again later.")
        ) from error
    return Uploaded(digest.hexdigest(), size)


def _require_kind(block: bytes) -> None:
    if kinds.kind_of(block[: kinds.HEAD_BYTES]) is None:
        raise _refused(problems.KIND_UNKNOWN)


def _refused(problem: str) -> PictureRefused:
    return PictureRefused(why(problem), reason=problem)


def _too_large() -> PictureTooLarge:
    limit = settings.MAX_IMAGE_BYTES
    return PictureTooLarge(
        _("A picture has at most %(limit)s MB.") % {"limit": f"{limit / 1_000_000:g}"},
        limit=limit,
    )


def open_upload(picture: uuid.UUID) -> BinaryIO:
    """Open a file as it came; raise `FileNotFoundError` when it is gone."""
    return _upload(picture).open("rb")


def discard_upload(picture: uuid.UUID) -> None:
    """Remove a file as it came: it may say where and by whom it was taken."""
    _upload(picture).unlink(missing_ok=True)


def keep(data: bytes) -> str:
    """Keep one size of a picture, and return its digest; `OSError` without room."""
    sha256 = hashlib.sha256(data).hexdigest()
    require_room(len(data))

    def fill(file: BinaryIO) -> None:
        file.write(data)

    # Over the same bytes, if they are there: the sweep then finds them young.
    private_files.write(_size(sha256), fill, root=_root())
    return sha256


def bytes_of(sha256: str) -> bytes:
    """
    Return the bytes of one size, exactly those that were kept.

    Caches keep what this answers for a year: damaged bytes are never handed out.
    """
    try:
        data = _size(sha256).read_bytes()
    except OSError as error:
        raise _damaged(sha256, type(error).__name__) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(sha256, "digest")
    return data


def _damaged(sha256: str, reason: str) -> PictureUnknown:
    logger.error("pictures.damaged", sha256=sha256, reason=reason)
    return PictureUnknown(_("This picture is damaged or missing."))


def require_room(size: int) -> None:
    """Raise `OSError` unless the disk keeps some room after so many bytes more."""
    folder = _root()
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free - size < settings.PICTURES_FREE_BYTES:
        raise OSError(f"{free} bytes are free on the disk of the pictures")


def sweep() -> int:
    """
    Remove files that no row names, and drafts of dead processes; return how many.

    Safe to run twice and at once, and while pictures come in.
    """
    root = _root()
    if not root.is_dir():
        return 0
    until = time.monotonic() + SWEEP_SECONDS
    count = 0
    # In no order: where time is short, each folder has its turn one day.
    for folder in sorted(root.iterdir(), key=lambda one: hash((one.name, until))):
        if time.monotonic() > until:
            break
        if OWN_FOLDER.fullmatch(folder.name) and folder.is_dir():
            count += _sweep_folder(folder)
    return count


def _sweep_folder(folder: Path) -> int:
    old = {one.name for one in _old_files(folder)}
    if not old:
        return 0
    if folder.name == WAITING:
        rows = Picture.objects.filter(state=PictureState.WAITING)
        old -= {str(pk) for pk in rows.values_list("pk", flat=True)}
    else:
        beginning = folder.name
        old -= set(
            # No letter of a digest comes after g, and an index can be used.
            Rendition.objects.filter(
                sha256__gte=beginning, sha256__lt=f"{beginning}g"
            ).values_list("sha256", flat=True)
        )
    return sum(_remove(folder / name) for name in old)


def _remove(file: Path) -> bool:
    """Remove a file, unless the same bytes were kept again in this very moment."""
    aside = file.with_name(f".{uuid.uuid4().hex}")
    try:
        file.rename(aside)
        if not _is_old(aside):
            aside.replace(file)
            return False
        aside.unlink()
    except FileNotFoundError:
        return False
    return True


def _old_files(folder: Path) -> Iterator[Path]:
    for file in folder.iterdir():
        try:
            if OWN_FILE.fullmatch(file.name) and _is_old(file):
                yield file
        except FileNotFoundError:
            continue


def _is_old(file: Path) -> bool:
    return file.stat().st_mtime < time.time() - ORPHAN_SECONDS


def _root() -> Path:
    return Path(settings.PICTURES_DIR)


def _upload(picture: uuid.UUID) -> Path:
    return _root() / WAITING / str(picture)


def _size(sha256: str) -> Path:
    return _root() / sha256[:2] / sha256
