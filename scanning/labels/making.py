"""
Making a run of labels: chunk by chunk, by whichever worker holds it.

A leaf module. The row says how far a run is; a worker claims it by compare-and-set,
works for some seconds, and lets it go. One run is made at a time: labels may wait, the
tills' prompts that the same workers carry may not.
"""

import errno
import re
import time
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import BinaryIO

import numpy as np
import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from scanning.labels import files, pdf, pictures
from scanning.labels.contents import Identity, printed, refusal
from scanning.labels.drawing import Placed, place, texts_of
from scanning.labels.files import Piece
from scanning.labels.layouts import LAYOUTS, Layout
from scanning.labels.reading_back import (
    SAMPLE,
    MisreadLabel,
    pixels_of,
    require_readable,
    require_readable_twice,
)
from scanning.labels.symbols import BARS, QR, symbol_for
from scanning.models import LabelLine, LabelRun
from scanning.models.label_runs import MAX_ATTEMPTS, RunState

# How long a worker stays with a run: far below the limit of a task.
SLICE_SECONDS = 2.5

DISK_FULL = "disk_full"
FILE_ERROR = "file_error"
READ_BACK_FAILED = "read_back_failed"
GAVE_UP = "gave_up"

logger = structlog.get_logger(__name__)


class _Lost(Exception):
    """The run was cancelled, or another worker holds it."""


def work() -> bool:
    """
    Work for a moment on the run that waited longest; say whether any is still open.

    Safe to run twice and at once: with a run in the hands of a living worker, nothing
    is done.
    """
    if LabelRun.objects.being_made().exists():
        return False
    token = uuid.uuid4().hex
    run = LabelRun.objects.due().first()
    if run is None or not LabelRun.objects.claim(run, token):
        return False
    _work_on(run, token)
    return LabelRun.objects.open().exists()


def _work_on(run: LabelRun, token: str) -> None:
    try:
        if run.attempts >= MAX_ATTEMPTS:
            _fail(run, token, GAVE_UP)
            return
        _make(run, token, until=time.monotonic() + SLICE_SECONDS)
    except _Lost:
        if not LabelRun.objects.open().filter(pk=run.pk).exists():
            files.discard(run.pk)
    except MisreadLabel as misread:
        _fail(run, token, READ_BACK_FAILED, label=str(misread))
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        logger.warning("labels.not_written", run=str(run.pk), reason=str(error))
        _fail(run, token, DISK_FULL if is_full else FILE_ERROR)
    finally:
        LabelRun.objects.held(run, token).update(claim="")


def _make(run: LabelRun, token: str, *, until: float) -> None:
    layout = LAYOUTS[run.layout]
    while run.done < run.total:
        if time.monotonic() > until:
            return
        stop = min(run.done + layout.chunk, run.total)
        files.write_part(run.pk, run.done, list(_pieces(run, layout, run.done, stop)))
        moved = LabelRun.objects.held(run, token).update(
            done=stop, heartbeat_at=timezone.now(), attempts=0
        )
        if moved != 1:
            raise _Lost
        run.done = stop
    _finish(run, token, layout)


def _finish(run: LabelRun, token: str, layout: Layout) -> None:
    name = f"flashsesame-{run.made_at:%Y%m%d}-{str(run.pk)[:8]}.{layout.extension}"
    starts = range(0, run.total, layout.chunk)
    pieces = files.read_parts(run.pk, starts)

    def fill(file: BinaryIO) -> None:
        if layout.file_kind == "pdf":
            about = pdf.About(run.title, run.language, run.made_at.astimezone(UTC))
            pdf.write(file, layout, about, (piece.data for piece in pieces))
        else:
            _write_archive(file, run, layout, pieces)

    written = files.write_file(run.pk, name, fill)
    moved = LabelRun.objects.held(run, token).update(
        state=RunState.DONE,
        claim="",
        finished_at=timezone.now(),
        file_name=name,
        file_sha256=written.sha256,
        file_size=written.size,
    )
    if moved != 1:
        raise _Lost
    files.discard_parts(run.pk)
    logger.info("labels.made", run=str(run.pk), labels=run.total, bytes=written.size)


def _fail(run: LabelRun, token: str, code: str, *, label: str = "") -> None:
    # Files first: where the disk is full, the row needs room as well.
    files.discard(run.pk)
    LabelRun.objects.held(run, token).update(
        state=RunState.FAILED,
        claim="",
        finished_at=timezone.now(),
        error_code=code,
        error_label=label[:300],
    )
    logger.error("labels.failed", run=str(run.pk), code=code, label=label)


def _write_archive(
    file: BinaryIO, run: LabelRun, layout: Layout, pieces: Iterator[Piece]
) -> None:
    moment = run.made_at.astimezone(UTC).timetuple()[:6]
    # A PNG is compressed already.
    stored = layout.file_kind == "png"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in pieces:
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def _pieces(run: LabelRun, layout: Layout, start: int, stop: int) -> Iterator[Piece]:
    """Yield the labels from `start` to `stop`, by pages or one by one."""
    if layout.file_kind == "pdf":
        labels = list(_placed(run, layout, start, stop))
        for at in range(0, len(labels), layout.per_page):
            yield Piece("", pdf.page(layout, labels[at : at + layout.per_page]))
        return
    draw = _read_picture if layout.file_kind == "png" else pictures.svg
    for number, placed in enumerate(_placed(run, layout, start, stop), start + 1):
        identity = placed.symbol.identity
        said = [part for part in identity if part]
        name = re.sub(r"[^A-Za-z0-9.-]", "_", "_".join(said))
        yield Piece(f"{number:05}_{name}.{layout.file_kind}", draw(layout, placed))


def _placed(run: LabelRun, layout: Layout, start: int, stop: int) -> Iterator[Placed]:
    """Yield the labels of a run by their numbers from 0, each read back."""
    for number, (identity, name) in enumerate(labels_of(run, start, stop), start):
        placed = place_label(run, layout, identity, name)
        pixels = pixels_of(placed)
        require_readable(placed.symbol, pixels)
        if run.symbol == QR and number % SAMPLE == 0:
            require_readable_twice(placed.symbol, pixels)
        yield placed


def _read_picture(layout: Layout, placed: Placed) -> bytes:
    """Return the PNG file, whose own pixels were read back with the text beside."""
    image = pictures.picture(layout, placed)
    require_readable(placed.symbol, np.asarray(image))
    return pictures.as_png(image)


def place_label(run: LabelRun, layout: Layout, identity: Identity, name: str) -> Placed:
    """Place one label of a run; `MisreadLabel` when it would say something else."""
    link = printed(run.link_stem, identity)
    if refusal(identity) is not None:
        raise MisreadLabel(link)
    symbol = symbol_for(run.symbol, run.error_correction, identity, link)
    digits = symbol.text if run.symbol == BARS else ""
    return place(layout, symbol, texts_of(identity, name, run.shown, digits))


def labels_of(run: LabelRun, start: int, stop: int) -> Iterator[tuple[Identity, str]]:
    """Yield what the labels from `start` to `stop` say, each in its copies."""
    first, last = start // run.copies, (stop - 1) // run.copies + 1
    lines = (
        LabelLine.objects.filter(run=run, begins_at__lt=last)
        .alias(ends_at=F("begins_at") + F("count"))
        .filter(ends_at__gt=first)
        .order_by("begins_at")
    )
    for line in lines:
        begin = max(first - line.begins_at, 0)
        end = min(last - line.begins_at, line.count)
        for at, serial in enumerate(line.serials(begin, end), line.begins_at + begin):
            label = Identity(line.product_id, line.lot, serial), line.name
            from_copy = max(start, at * run.copies)
            yield from [label] * (min(stop, (at + 1) * run.copies) - from_copy)


def purge(*, older_than_days: int) -> int:
    """Remove the files of old runs, and what crashes left; return how many runs."""
    limit = timezone.now() - timedelta(days=older_than_days)
    old = LabelRun.objects.exclude(file_name="").filter(finished_at__lt=limit)
    count = 0
    for run in old:
        files.discard(run.pk)
        with transaction.atomic():
            count += LabelRun.objects.filter(pk=run.pk).update(file_name="")
    _tidy()
    return count


def _tidy() -> None:
    for identifier in files.known_runs():
        run = LabelRun.objects.filter(pk=identifier).first()
        if run is None or not (run.is_open or run.has_file):
            files.discard(identifier)
        elif run.has_file:
            files.discard_parts(identifier)
