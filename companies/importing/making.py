"""
Importing a file: piece by piece, by whichever worker holds the run.

A leaf module. The row says how far a run is; a worker claims it by compare-and-set,
works for some seconds, and lets it go. One run is worked on at a time: files may wait,
the tills' prompts that the same workers carry may not.
"""

import errno
import time
import uuid
from typing import NamedTuple

import structlog
from django.utils import timezone
from django.utils.translation import override

from common.claims import Held, Lost
from companies.importing import checking, reading, recording
from companies.importing.words import why_file
from companies.models import ImportRun
from companies.spreadsheets import Unreadable

# How long a worker stays with a run: far below the limit of a task.
SLICE_SECONDS = 2.5
# Takings without a piece between them; whatever kills workers then kills no more.
MAX_ATTEMPTS = 5

logger = structlog.get_logger(__name__)


class Worked(NamedTuple):
    """Whether statements were recorded, and whether any run is still to be done."""

    has_recorded: bool
    is_more: bool


def work() -> Worked:
    """
    Work for a moment on the run that waited longest.

    Safe to run twice and at once: with a run in the hands of a living worker, nothing
    is done.
    """
    idle = Worked(has_recorded=False, is_more=False)
    if ImportRun.objects.being_worked_on().exists():
        return idle
    token = uuid.uuid4().hex
    run = ImportRun.objects.due().first()
    if run is None or not ImportRun.objects.claim(run, token):
        return idle
    run.refresh_from_db()
    before = run.done
    with override(run.language):
        _work_on(Held(run, token))
    is_recording = run.state in {ImportRun.State.RECORDING, ImportRun.State.DONE}
    return Worked(
        has_recorded=is_recording and run.done > before,
        is_more=ImportRun.objects.due().exists(),
    )


def _work_on(held: Held[ImportRun]) -> None:
    run = held.row
    try:
        if run.attempts > MAX_ATTEMPTS:
            _refuse(held, "gave_up")
            return
        until = time.monotonic() + SLICE_SECONDS
        if run.state == ImportRun.State.RECORDING:
            recording.record(held, until)
        elif reading.read(held, until):
            checking.check(held, until)
    except Lost:
        logger.info("import.lost", run=str(run.pk))
    except Unreadable as unreadable:
        _refuse(held, unreadable.code, **unreadable.about)
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        logger.warning("import.not_written", run=str(run.pk), reason=str(error))
        _refuse(held, "disk_full" if is_full else "file_error")
    finally:
        held.rows().update(claim="")


def _refuse(held: Held[ImportRun], code: str, **about: object) -> None:
    held.rows().update(
        state=ImportRun.State.REFUSED,
        claim="",
        error_code=code,
        error_text=why_file(code, about)[:500],
        finished_at=timezone.now(),
    )
    logger.info("import.refused", run=str(held.row.pk), code=code)
