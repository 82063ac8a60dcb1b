"""Files of statements: uploaded, confirmed once they are checked, or cancelled."""

import uuid
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from companies import tasks
from companies.acts import note_act
from companies.errors import (
    ImportFileNotKept,
    ImportFileRefused,
    ImportIsFinal,
    ImportNotToConfirm,
)
from companies.importing import files
from companies.importing.words import why_file
from companies.models import Company, ImportRun, RefusedLine
from companies.models.imports import CANCELLABLE
from companies.services.rights import require_editor
from companies.spreadsheets import Unreadable, form_of


def ask_import(
    *,
    company: Company | None,
    name: str,
    chunks: Iterable[bytes],
    author: User | AnonymousUser,
) -> ImportRun:
    """
    Keep a file of statements, to be checked in the background, and return its run.

    Without a company it is an operator's file, whose lines name their companies. The
    message to the workers is a hint: without a broker the next sweep takes the row up.
    """
    require_editor(author, company)
    run = ImportRun(
        id=uuid.uuid4(),
        company=company,
        asked_by=author if isinstance(author, User) else None,
        name=" ".join(name.split())[-150:] or "—",
        language="en" if (get_language() or "").startswith("en") else "fr",
    )
    run.sha256, run.size = _kept(run.pk, chunks)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            _note(run, author, "import.uploaded")
            transaction.on_commit(tasks.hint_imports, robust=True)
    except BaseException:
        files.discard(run.pk)
        raise
    return run


def _kept(run: uuid.UUID, chunks: Iterable[bytes]) -> files.Kept:
    given = iter(chunks)
    head = next(given, b"")
    if not head:
        raise _refused("empty")
    try:
        form_of(head[:4096])
        return files.keep(run, _again(head, given))
    except Unreadable as unreadable:
        raise _refused(unreadable.code, **unreadable.about) from unreadable
    except files.TooLarge as error:
        raise _refused("too_large", most=settings.MAX_IMPORT_BYTES // 10**6) from error
    except OSError as error:
        raise ImportFileNotKept(
            _("The server has no room for this file at the moment. Try again later.")
        ) from error


def _again(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    return chain([head], rest)


def _refused(code: str, **about: Any) -> ImportFileRefused:
    return ImportFileRefused(why_file(code, about), reason=code)


@transaction.atomic
def confirm_import(*, run: ImportRun, author: User | AnonymousUser) -> None:
    """
    Let the lines that are not refused be recorded, with `author` as their author.

    The figures begin anew: they then count what was recorded, and what was refused
    because something changed since the check.
    """
    require_editor(author, run.company)
    confirmed = (
        ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.CHECKED)
        .filter(Q(added__gt=0) | Q(corrected__gt=0))
        .update(
            state=ImportRun.State.CONFIRMED,
            confirmed_by=author if isinstance(author, User) else None,
            done=0,
            added=0,
            corrected=0,
            unchanged=0,
            failed=0,
            attempts=0,
        )
    )
    if not confirmed:
        raise ImportNotToConfirm(
            _("This import is not checked yet, is confirmed already, or has no news.")
        )
    RefusedLine.objects.filter(run=run).delete()
    _note(run, author, "import.confirmed")
    transaction.on_commit(tasks.hint_imports, robust=True)


@transaction.atomic
def cancel_import(*, run: ImportRun, author: User | AnonymousUser) -> None:
    """Stop an import that is not finished; what is recorded already stays."""
    require_editor(author, run.company)
    stopped = ImportRun.objects.filter(pk=run.pk, state__in=CANCELLABLE).update(
        state=ImportRun.State.CANCELLED, finished_at=timezone.now(), claim=""
    )
    if not stopped:
        raise ImportIsFinal(_("This import is finished: nothing was cancelled."))
    _note(run, author, "import.cancelled")


def _note(run: ImportRun, author: User | AnonymousUser, kind: str) -> None:
    note_act(
        company=run.company,
        actor=author,
        kind=kind,
        subject=run.name,
        subject_id=run.pk,
    )
