"""Orders of labels: asked for, cancelled, made once more."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from companies.services import require_editor
from products import lookup
from scanning import label_tasks
from scanning.errors import LabelRunIsFinal
from scanning.labels import contents, files
from scanning.labels.symbols import QR
from scanning.models import LabelLine, LabelRun
from scanning.models.label_runs import OPEN_STATES, RunState
from scanning.services.label_planning import Batch, Style, plan_labels


@transaction.atomic
def ask_for_labels(
    *, batches: Sequence[Batch], style: Style, author: User | AnonymousUser
) -> LabelRun:
    """
    Record an order of labels, to be made in the background, and return its run.

    Refused with a `DomainError` before anything is written. The message to the workers
    is a hint: without a broker the next sweep takes the row up.
    """
    plan = plan_labels(batches=batches, style=style)
    require_editor(author, plan.company)
    names = {f"shows_{name}": name in style.shown for name in contents.LINES}
    run = LabelRun.objects.create(
        company=plan.company,
        asked_by=author if author.pk else None,
        title=_title(batches, plan.total),
        language=lookup.served_language(get_language()),
        symbol=style.symbol,
        error_correction=style.error_correction if style.symbol == QR else "",
        layout=style.layout,
        copies=style.copies,
        link_stem=contents.stem(),
        total=plan.total,
        **names,
    )
    LabelLine.objects.bulk_create(_lines(run, batches), batch_size=500)
    transaction.on_commit(label_tasks.hint, robust=True)
    return run


def cancel_labels(*, run: LabelRun, author: User | AnonymousUser) -> None:
    """Stop a run that is not finished; what was made of it is removed."""
    require_editor(author, run.company)
    now = timezone.now()
    stopped = LabelRun.objects.filter(pk=run.pk, state__in=OPEN_STATES).update(
        state=RunState.CANCELLED, finished_at=now, claim=""
    )
    if not stopped:
        raise LabelRunIsFinal(_("These labels are finished: nothing was cancelled."))
    transaction.on_commit(lambda: files.discard(run.pk), robust=True)


@transaction.atomic
def make_labels_again(*, run: LabelRun, author: User | AnonymousUser) -> None:
    """Make the same labels once more: the file was removed, or never finished."""
    require_editor(author, run.company)
    restarted = (
        LabelRun.objects.filter(pk=run.pk, file_name="")
        .exclude(state__in=OPEN_STATES)
        .update(
            state=RunState.WAITING,
            done=0,
            error_code="",
            error_label="",
            file_sha256="",
            file_size=None,
            claim="",
            attempts=0,
            heartbeat_at=None,
            started_at=None,
            finished_at=None,
        )
    )
    if not restarted:
        raise LabelRunIsFinal(_("These labels are being made, or their file is there."))
    transaction.on_commit(label_tasks.hint, robust=True)


def _title(batches: Sequence[Batch], total: int) -> str:
    products = Counter(batch.product.name for batch in batches)
    what = next(iter(products))
    if len(products) > 1:
        more = len(products) - 1
        what = ngettext(
            "%(name)s and %(n)s other product",
            "%(name)s and %(n)s other products",
            more,
        ) % {"name": what, "n": more}
    labels = ngettext("%(n)s label", "%(n)s labels", total) % {"n": total}
    return f"{what[:150]} — {labels}"[:200]


def _lines(run: LabelRun, batches: Sequence[Batch]) -> Iterator[LabelLine]:
    begins_at = 0
    for batch in batches:
        yield LabelLine(
            run=run,
            product=batch.product,
            name=batch.product.name,
            lot=batch.lot,
            serial=batch.serial,
            first_number=batch.first_number,
            digits=batch.digits,
            count=batch.labels,
            begins_at=begins_at,
        )
        begins_at += batch.labels
