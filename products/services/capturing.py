"""Documents of events: captured in a company's name, or cancelled."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.models import Company
from products import tasks
from products.capturing import due, files
from products.capturing.refusals import words
from products.epcis import reading
from products.errors import (
    CaptureIsFinal,
    CaptureNotKept,
    CaptureRefused,
    CaptureTooLarge,
    TooManyCaptures,
)
from products.models import Capture, Place
from products.models.captures import WORKED_ON


class Way(NamedTuple):
    """How a document came in, and what is asked of it."""

    door: str
    name: str = ""
    author: User | None = None
    is_dry_run: bool = False
    behaviour: str = Capture.Behaviour.ROLLBACK


def ask_capture(*, company: Company, chunks: Iterable[bytes], way: Way) -> Capture:
    """
    Keep a document of events as it came, to be captured in the background.

    Whoever calls has seen that `way` may act for the company. The message to the
    workers is a hint: without a broker the next sweep takes the row up.
    """
    _require_room(company)
    capture = Capture(
        id=uuid.uuid4(),
        company=company,
        asked_by=way.author,
        door=way.door,
        name=" ".join(way.name.replace("\0", "").split())[-150:] or "—",
        is_dry_run=way.is_dry_run,
        behaviour=way.behaviour,
        language="en" if (get_language() or "").startswith("en") else "fr",
    )
    capture.sha256, capture.size = _kept(capture.pk, chunks)
    try:
        with transaction.atomic():
            capture.save(force_insert=True)
            _note(capture, way.author, "capture.asked")
            transaction.on_commit(tasks.hint_captures, robust=True)
    except BaseException:
        files.discard(capture.pk)
        raise
    return capture


def _require_room(company: Company) -> None:
    waiting = Capture.objects.filter(company=company, state__in=WORKED_ON).count()
    if waiting >= settings.MAX_WAITING_CAPTURES:
        raise TooManyCaptures(
            _("%(count)s documents are waiting already. Send this one later.")
            % {"count": waiting},
            retry_after=60,
        )


def _kept(capture: uuid.UUID, chunks: Iterable[bytes]) -> files.Kept:
    try:
        kept = files.keep(capture, chunks, most=reading.MAX_BYTES)
    except files.TooLarge as error:
        limit = f"{reading.MAX_BYTES // 2**20} MiB"
        raise CaptureTooLarge(
            words("too_large", {"limit": limit}), limit=reading.MAX_BYTES
        ) from error
    except OSError as error:
        raise CaptureNotKept(
            _("The server has no room for this document at the moment. Try later.")
        ) from error
    if kept.size == 0:
        files.discard(capture)
        raise CaptureRefused(words("empty", {}), reason="empty")
    return kept


@transaction.atomic
def describe_place(*, place: Place) -> None:
    """
    Keep what a person says of a place: documents do not write over it any more.

    The sheets of the company that tell a journey are due.
    """
    place.is_typed = True
    place.save()
    due.mark_told(place.company_id)


@transaction.atomic
def confirm_capture(*, capture: Capture, author: User | None) -> None:
    """
    Record a document that was only checked so far; it is checked once more for that.

    Its figures begin anew.
    """
    confirmed = Capture.objects.filter(
        pk=capture.pk, state=Capture.State.CHECKED, is_dry_run=True, has_file=True
    ).update(
        state=Capture.State.WAITING,
        is_dry_run=False,
        asked_by=author,
        done=0,
        attempts=0,
        finished_at=None,
    )
    if not confirmed:
        raise CaptureIsFinal(
            _("This document is not checked yet, is recorded already, or is not kept.")
        )
    _note(capture, author, "capture.confirmed")
    transaction.on_commit(tasks.hint_captures, robust=True)


@transaction.atomic
def cancel_capture(*, capture: Capture, author: User | None) -> None:
    """Stop a capture that is not finished; what is recorded already stays."""
    stopped = Capture.objects.filter(pk=capture.pk, state__in=WORKED_ON).update(
        state=Capture.State.CANCELLED, finished_at=timezone.now(), claim=""
    )
    if not stopped:
        raise CaptureIsFinal(_("This capture is finished: nothing was cancelled."))
    _note(capture, author, "capture.cancelled")


def _note(capture: Capture, author: User | None, kind: str) -> None:
    note_act(
        company=capture.company,
        actor=author,
        kind=kind,
        subject=capture.name,
        subject_id=capture.pk,
    )
