"""
Where the bytes of documents lie: a private folder, each file named by its digest.

A file appears whole, by a rename after its bytes reached the disk, or not at all. Two
who file the same bytes write the same file. No path is ever taken from a request.
"""

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from common import private_files
from companies.filing.kinds import Kind, recognise
from companies.filing.refusals import (
    EvidenceDamaged,
    EvidenceEmpty,
    EvidenceNotStored,
    EvidenceTooLarge,
)
from companies.filing.traces import without_traces
from companies.models import Evidence

# A file without a row is younger than this only while its row is being written.
ORPHAN_SECONDS = 3_600
SWEEP_SECONDS = 5
# What the sweep may remove: whoever names a folder that others use loses nothing.
OWN_FOLDER = re.compile(r"drafts|[0-9a-f]{2}")
OWN_FILE = re.compile(r"[0-9a-f]+")

logger = structlog.get_logger(__name__)


class Kept(NamedTuple):
    """A document that reached the disk."""

    sha256: str
    size: int
    kind: Kind


def keep(blocks: Iterable[bytes], *, is_bare: bool = False) -> Kept:
    """
    Write a document, look at it, and give it its name; return what was kept.

    `is_bare` leaves out what a picture says of where, when and by whom it was taken.
    Raise an `EvidenceRefused` for what is not taken, and `EvidenceNotStored` when the
    disk says no. Either leaves nothing behind.
    """
    try:
        return _keep(blocks, is_bare=is_bare)
    except OSError as error:
        logger.exception("evidence.not_stored", reason=str(error))
        raise EvidenceNotStored(
            _("The document cannot be stored now. Nothing was kept; try again later.")
        ) from error


def _keep(blocks: Iterable[bytes], *, is_bare: bool) -> Kept:
    drafts = _folder("drafts")
    draft = drafts / uuid.uuid4().hex
    try:
        with draft.open("x+b") as file:
            sha256, size = _write(file, blocks)
            file.seek(0)
            # At most the limit: no more than a form's own file takes.
            data = file.read()
            kind = recognise(data, most_pixels=settings.MAX_IMAGE_PIXELS)
            if is_bare and (bare := without_traces(data)) != data:
                recognise(bare, most_pixels=settings.MAX_IMAGE_PIXELS)
                file.seek(0)
                file.truncate()
                sha256, size = _write(file, [bare])
            file.flush()
            os.fsync(file.fileno())
        target = _folder(sha256[:2]) / sha256
        # Over the same bytes, if they are there: the sweep then finds them young.
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    private_files.sync(target.parent)
    return Kept(sha256, size, kind)


def _write(file: BinaryIO, blocks: Iterable[bytes]) -> tuple[str, int]:
    digest, size, limit = hashlib.sha256(), 0, settings.MAX_EVIDENCE_BYTES
    for block in blocks:
        size += len(block)
        if size > limit:
            raise EvidenceTooLarge(
                _("A document has at most %(limit)s MB.")
                % {"limit": f"{limit / 1_000_000:g}"},
                limit=limit,
            )
        digest.update(block)
        file.write(block)
    if not size:
        raise EvidenceEmpty(_("This file is empty."))
    return digest.hexdigest(), size


def bytes_of(evidence: Evidence) -> bytes:
    """
    Return the bytes of a document, exactly those that were filed.

    Raise `EvidenceDamaged` when they are missing or others: whoever could change the
    disk cannot change what a verifier saw.
    """
    try:
        data = _path(evidence.sha256).read_bytes()
    except OSError as error:
        raise _damaged(evidence, type(error).__name__) from error
    if hashlib.sha256(data).hexdigest() != evidence.sha256:
        raise _damaged(evidence, "digest")
    return data


def _damaged(evidence: Evidence, reason: str) -> EvidenceDamaged:
    logger.error("evidence.damaged", evidence=str(evidence.pk), reason=reason)
    return EvidenceDamaged(
        _("This document is damaged or missing. It is not handed out.")
    )


def sweep() -> int:
    """
    Remove files that no row names, and drafts of dead processes; return how many.

    Safe to run twice and at once, and while documents are filed.
    """
    root = Path(settings.EVIDENCE_DIR)
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
    if folder.name != "drafts":
        old -= set(Evidence.objects.under(folder.name).values_list("sha256", flat=True))
    return sum(_remove(folder / name) for name in old)


def _remove(file: Path) -> bool:
    """Remove a file, unless the same bytes were filed again in this very moment."""
    aside = _folder("drafts") / uuid.uuid4().hex
    try:
        file.rename(aside)
        if not _is_old(aside):
            # What was moved is the new one; a still newer one may stand there by now.
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


def _path(sha256: str) -> Path:
    return Path(settings.EVIDENCE_DIR) / sha256[:2] / sha256


def _folder(name: str) -> Path:
    """Return a folder that only this service's own user may enter."""
    root = Path(settings.EVIDENCE_DIR)
    # The mode of `mkdir` holds for the last folder only, so one at a time.
    root.parent.mkdir(parents=True, exist_ok=True)
    root.mkdir(mode=0o700, exist_ok=True)
    folder = root / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
