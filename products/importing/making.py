"""
Importing a file of products: piece by piece, by whichever worker holds the run.

A leaf module. The row says how far a run is; a worker claims it by compare-and-set,
works for some seconds, and lets it go. One run is worked on at a time: files may wait,
the tills' prompts that the same workers carry may not.
"""

import errno
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from common.claims import Lost
from companies.acts import note_act
from companies.spreadsheets import Unreadable
from products.importing import dump, tables
from products.importing.holding import Held, Outcome
from products.importing.refusals import why_file
from products.models import ProductImport

# How long a worker stays with a run: far below the limit of a task.
SLICE_SECONDS = 2.5
# Takings without a batch between them; whatever kills workers then kills no more.
MAX_ATTEMPTS = 5

State, Kind = ProductImport.State, ProductImport.Kind

logger = structlog.get_logger(__name__)


class Batch(Protocol):
    """Some lines, read, and the place after them."""

    @property
    def position(self) -> int:
        """The byte at which the next batch begins."""

    @property
    def line(self) -> int:
        """How many lines of the file come before it."""


def work() -> bool:
    """
    Work for a moment on the run that waited longest; say whether any is left to do.

    Safe to run twice and at once: with a run in the hands of a living worker, nothing
    is done.
    """
    if ProductImport.objects.being_worked_on().exists():
        return False
    run = ProductImport.objects.due().first()
    if run is not None:
        work_on(run)
    return ProductImport.objects.due().exists()


def work_on(run: ProductImport, seconds: float | None = None) -> bool:
    """Work for a moment on one run; false when it is in other hands."""
    token = uuid.uuid4().hex
    if not run.is_worked_on or not ProductImport.objects.claim(run, token):
        return False
    run.refresh_from_db()
    with override(run.language):
        _work_on(Held(run, token), time.monotonic() + (seconds or SLICE_SECONDS))
    return True


def _work_on(held: Held, until: float) -> None:
    run = held.row
    try:
        if run.attempts > MAX_ATTEMPTS:
            _refuse(held, "gave_up")
            return
        _pass(held, until)
    except Lost:
        logger.info("product_import.lost", run=str(run.pk))
    except Unreadable as unreadable:
        _refuse(held, unreadable.code, **unreadable.about)
    except IntegrityError:
        # Twice in a row: somebody writes the same products. The next taking sees them.
        logger.warning("product_import.met_another", run=str(run.pk))
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        logger.warning("product_import.not_read", run=str(run.pk), reason=str(error))
        _refuse(held, "disk_full" if is_full else "file_error")
    finally:
        held.rows().update(claim="")


def _pass(held: Held, until: float) -> None:
    run = held.row
    source = dump if run.kind == Kind.OFF_JSONL else tables
    if source is tables:
        tables.prepare(held)
    for batch, is_enough in _ahead(source.batches(run), until):
        try:
            _do(held, batch)
        except IntegrityError:
            _do(held, batch)
        if is_enough:
            return
    _finish(held)


def _ahead(batches: Iterator[Any], until: float) -> Iterator[tuple[Any, bool]]:
    """
    Yield batches, each with whether it is the last one for now.

    The next one is read while the database works.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="reads-ahead") as pool:
        waiting = pool.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            if is_enough := time.monotonic() > until:
                yield batch, is_enough
                return
            waiting = pool.submit(next, batches, None)
            yield batch, is_enough


@transaction.atomic
def _do(held: Held, batch: Any) -> None:
    """Weigh one batch, and record it with the count of lines that are done."""
    run = held.row
    held.lock()
    is_recording = run.state == State.RECORDING
    source = dump if run.kind == Kind.OFF_JSONL else tables
    outcome: Outcome = source.weigh(run, batch, is_recording=is_recording)
    held.add(outcome, position=batch.position, line=batch.line)


@transaction.atomic
def _finish(held: Held) -> None:
    run = held.row
    if not run.done:
        raise Unreadable("no_lines")
    if run.state == State.CHECKING:
        held.move(state=State.CHECKED, claim="", position=run.extent)
        return
    held.move(state=State.DONE, claim="", finished_at=timezone.now())
    note_act(
        company=run.company,
        actor=run.confirmed_by,
        kind="product_import.done",
        subject=f"{run.name}: {run.news}",
        subject_id=run.pk,
    )


def _refuse(held: Held, code: str, **about: object) -> None:
    held.rows().update(
        state=State.REFUSED,
        claim="",
        error_code=code,
        error_text=why_file(code, about)[:500],
        finished_at=timezone.now(),
    )
    logger.info("product_import.refused", run=str(held.row.pk), code=code)
