"""
Capturing a document: piece by piece, by whichever worker holds it.

A leaf module. The row says how far a capture is; a worker claims it by compare-and-set,
works for some seconds, and lets it go. One is worked on at a time: documents may wait,
the tills' prompts that the same workers carry may not.
"""

import errno
import time
import uuid

import structlog
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import override

from common.claims import Held, Lost
from products.capturing import checking, files, recording
from products.capturing.checking import Refused
from products.capturing.refusals import words
from products.models import Capture

# How long a worker stays with a capture: far below the limit of a task.
SLICE_SECONDS = 2.5
# Takings without a piece between them; whatever kills workers then kills no more.
MAX_ATTEMPTS = 5

logger = structlog.get_logger(__name__)


def work() -> bool:
    """
    Work for a moment on the document that waited longest; say whether there is more.

    Safe to run twice and at once: with one in the hands of a living worker, nothing is
    done.
    """
    if Capture.objects.being_worked_on().exists():
        return False
    token = uuid.uuid4().hex
    capture = Capture.objects.due().first()
    if capture is None or not Capture.objects.claim(capture, token):
        return False
    capture.refresh_from_db()
    with override(capture.language):
        is_stuck = _work_on(Held(capture, token))
    # What has to wait is left to the sweep.
    return not is_stuck and Capture.objects.due().exists()


def _work_on(held: Held[Capture]) -> bool:
    """Work on a capture; say whether it has to wait for something to heal."""
    capture = held.row
    try:
        if capture.attempts > MAX_ATTEMPTS:
            raise Refused("gave_up")
        until = time.monotonic() + SLICE_SECONDS
        # One or the other: recording has a whole turn, as it may be one transaction.
        if capture.state == Capture.State.RECORDING:
            recording.record(held, until)
        else:
            checking.check(held, until)
    except Lost:
        logger.info("capture.lost", capture=str(capture.pk))
    except Refused as refused:
        _refuse(held, refused.code, **refused.values)
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        logger.warning("capture.not_read", capture=str(capture.pk), reason=str(error))
        _refuse(held, "disk_full" if is_full else "file_error")
    except OperationalError as error:
        # Such as a deadlock with a capture of the same events: tried again.
        logger.warning("capture.waits", capture=str(capture.pk), reason=str(error))
        return True
    finally:
        held.rows().update(claim="")
        _tidy(capture)
    return False


def _refuse(held: Held[Capture], code: str, **values: object) -> None:
    is_whole = held.row.behaviour == Capture.Behaviour.ROLLBACK
    # What was counted as new was not recorded, then.
    figures = {"added": 0, "corrected": 0, "unchanged": 0} if is_whole else {}
    held.rows().update(
        **figures,
        state=Capture.State.REFUSED,
        claim="",
        error_code=code,
        error_text=words(code, values)[:500],
        finished_at=timezone.now(),
    )
    logger.info("capture.refused", capture=str(held.row.pk), code=code)


def _tidy(capture: Capture) -> None:
    """Remove the pieces of what is final."""
    capture.refresh_from_db(fields=["state"])
    if not capture.is_worked_on:
        files.discard_parts(capture.pk)
