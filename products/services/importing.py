"""Files of products: uploaded, confirmed once they are checked, or cancelled."""

import uuid
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.models import Company
from companies.services import require_editor
from companies.spreadsheets import Unreadable
from products import tasks
from products.errors import (
    DumpIsForOperators,
    ProductFileNotKept,
    ProductFileRefused,
    ProductFileTooLarge,
    ProductImportIsFinal,
    ProductImportNotToConfirm,
    TableNeedsCompany,
)
from products.importing import files
from products.importing.refusals import why_file
from products.models import ProductImport, RefusedProductLine
from products.models.imports import CANCELLABLE, FIGURES

State, Kind = ProductImport.State, ProductImport.Kind
TOO_LARGE = ("too_large", "unpacks_to_too_much")


class Wish(NamedTuple):
    """How a file is to be worked on."""

    dry_run: bool = True
    publishes: bool = True
    # What the bringer takes the file for; its content decides.
    kind: str = ""


class By(NamedTuple):
    """
    Who brings a file: a person, a company's program, or the operator's command.

    A program has a key and no account; the command has neither, and is the operator's.
    """

    user: User | AnonymousUser | None = None
    is_program: bool = False

    @property
    def is_operator(self) -> bool:
        """Say whether it is who runs the service."""
        if self.user is None:
            return not self.is_program
        return bool(self.user.is_superuser)

    @property
    def author(self) -> User | None:
        """Return the account, if there is one."""
        return self.user if isinstance(self.user, User) and self.user.pk else None


PROGRAM, OPERATOR = By(is_program=True), By()
DEFAULT = Wish()


def ask_product_import(
    *,
    company: Company | None,
    name: str,
    chunks: Iterable[bytes],
    by: By,
    wish: Wish = DEFAULT,
    limits: files.Limits | None = None,
) -> ProductImport:
    """
    Keep a file of products, to be worked on in the background, and return its run.

    With `dry_run` it is only checked until somebody confirms it. A dump is an
    operator's, and speaks for no company; a table is one company's. The message to the
    workers is a hint: without a broker the next sweep takes the row up.
    """
    _require_right(by, company)
    run = ProductImport(
        id=uuid.uuid4(),
        asked_by=by.author,
        confirmed_by=None if wish.dry_run else by.author,
        name=" ".join(name.split())[-150:] or "—",
        language="en" if (get_language() or "").startswith("en") else "fr",
        dry_run=wish.dry_run,
        publishes=wish.publishes,
        takes_over=by.is_operator,
        state=State.WAITING if wish.dry_run else State.CONFIRMED,
    )
    _keep(run, company, chunks, by, (wish.kind, limits or files.uploads()))
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            _note(run, by, "product_import.uploaded")
            transaction.on_commit(tasks.hint_product_imports, robust=True)
    except BaseException:
        files.discard(run.pk)
        raise
    return run


def _require_right(by: By, company: Company | None) -> None:
    if by.user is not None:
        require_editor(by.user, company)


def _keep(
    run: ProductImport,
    company: Company | None,
    chunks: Iterable[bytes],
    by: By,
    asked: tuple[str, files.Limits],
) -> None:
    kind, limits = asked
    try:
        head, rest = _head(chunks)
        if not head:
            raise Unreadable("empty")
        run.kind = files.kind_of(head)
        if kind and kind != run.kind:
            raise Unreadable("other_kind")
        run.company = _company_for(run, company, by)
        kept = files.keep(run.pk, Kind(run.kind), chain([head], rest), limits)
    except Unreadable as unreadable:
        raise _refused(unreadable.code, **unreadable.about) from unreadable
    except OSError as error:
        raise ProductFileNotKept(
            _("The server has no room for this file at the moment. Try again later.")
        ) from error
    run.sha256, run.size, run.extent = kept


def _head(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    given, head = iter(chunks), b""
    while len(head) < files.HEAD and (chunk := next(given, b"")):
        head += chunk
    return head, given


def _company_for(run: ProductImport, company: Company | None, by: By) -> Company | None:
    if run.kind == Kind.OFF_JSONL:
        if not by.is_operator:
            raise DumpIsForOperators(
                _(
                    "A dump of Open Food Facts speaks for no company: only operators "
                    "bring one in. Send a CSV file or an Excel workbook."
                )
            )
        return None
    if company is None:
        raise TableNeedsCompany(
            _("A table states in the name of a company: say which one.")
        )
    return company


def _refused(code: str, **about: Any) -> ProductFileRefused | ProductFileTooLarge:
    refusal = ProductFileTooLarge if code in TOO_LARGE else ProductFileRefused
    return refusal(why_file(code, about), reason=code)


@transaction.atomic
def confirm_product_import(*, run: ProductImport, by: By) -> None:
    """
    Let the lines that are not refused be recorded, with who confirms as their author.

    The figures begin anew: they then count what was recorded, and what was refused
    because something changed since the check.
    """
    _require_right(by, run.company)
    confirmed = (
        ProductImport.objects.filter(pk=run.pk, state=State.CHECKED)
        .filter(Q(added__gt=0) | Q(changed__gt=0))
        .update(
            state=State.CONFIRMED,
            confirmed_by=by.author,
            position=0,
            line=0,
            reasons={},
            attempts=0,
            **dict.fromkeys(FIGURES, 0),
        )
    )
    if not confirmed:
        raise ProductImportNotToConfirm(
            _("This import is not checked yet, is confirmed already, or has no news.")
        )
    RefusedProductLine.objects.filter(run=run).delete()
    _note(run, by, "product_import.confirmed")
    transaction.on_commit(tasks.hint_product_imports, robust=True)


@transaction.atomic
def cancel_product_import(*, run: ProductImport, by: By) -> None:
    """Stop an import that is not finished; what is recorded already stays."""
    _require_right(by, run.company)
    stopped = ProductImport.objects.filter(pk=run.pk, state__in=CANCELLABLE).update(
        state=State.CANCELLED, finished_at=timezone.now(), claim=""
    )
    if not stopped:
        raise ProductImportIsFinal(_("This import is finished: nothing was cancelled."))
    _note(run, by, "product_import.cancelled")


def _note(run: ProductImport, by: By, kind: str) -> None:
    note_act(
        company=run.company,
        actor=by.author,
        kind=kind,
        subject=run.name,
        subject_id=run.pk,
    )
