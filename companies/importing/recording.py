"""
Recording what was confirmed, batch by batch.

A batch is one transaction with the count of lines that are done: killed in the middle,
it leaves nothing, and who takes the run next records it once.
"""

import time

from django.db import transaction
from django.utils import timezone

from common.claims import Held, Lost
from companies.acts import note_act
from companies.importing import batches, checking, files
from companies.models import Company, ImportRun


def record(held: Held[ImportRun], until: float) -> None:
    """Record on until the moment `until` of the monotonic clock."""
    run = held.row
    while run.done < run.total:
        _record_batch(held)
        if time.monotonic() > until:
            return
    with transaction.atomic():
        held.move(state=ImportRun.State.DONE, finished_at=timezone.now(), claim="")
        _note(run, run.company, "import.done", f"{run.name}: {run.news}")


@transaction.atomic
def _record_batch(held: Held[ImportRun]) -> None:
    run = held.row
    # Who cancels waits for the end of the batch; who took the run over is seen here.
    if not held.rows().select_for_update().filter(done=run.done).exists():
        raise Lost
    lines = files.read_part(run.pk, run.done)
    outcome = batches.weighed(lines, run.company, run.confirmed_by, is_locked=True)
    batches.save(outcome)
    checking.count(held, outcome, len(lines))
    changed = Company.objects.filter(pk__in=outcome.companies)
    if outcome.made:
        changed.note_change()
    if run.company is None:
        for company in changed:
            _note(run, company, "import.recorded", run.name)
    run.added += outcome.added
    run.corrected += len(outcome.made) - outcome.added


def _note(run: ImportRun, company: Company | None, kind: str, subject: str) -> None:
    note_act(
        company=company,
        actor=run.confirmed_by,
        kind=kind,
        subject=subject,
        subject_id=run.pk,
    )
