"""The dry run: lines are weighed against what is stated; nothing is recorded."""

import time

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.claims import Held, Lost
from companies.importing import batches, files
from companies.models import ImportRun, RefusedLine

# So many refused lines are kept to be shown; all of them are counted.
MAX_KEPT = 1_000


def check(held: Held[ImportRun], until: float) -> None:
    """Check on until the moment `until` of the monotonic clock."""
    run = held.row
    while run.done < run.total:
        lines = files.read_part(run.pk, run.done)
        outcome = batches.weighed(lines, run.company, None, is_locked=False)
        with transaction.atomic():
            count(held, outcome, len(lines))
        if time.monotonic() > until:
            return
    held.move(state=ImportRun.State.CHECKED, claim="")


def count(held: Held[ImportRun], outcome: batches.Outcome, lines: int) -> None:
    """Add a batch to the figures of the run, with its refused lines."""
    run = held.row
    made, added = len(outcome.made), outcome.added
    moved = held.rows().update(
        done=F("done") + lines,
        added=F("added") + added,
        corrected=F("corrected") + made - added,
        unchanged=F("unchanged") + outcome.unchanged,
        failed=F("failed") + len(outcome.refused),
        heartbeat_at=timezone.now(),
        attempts=0,
    )
    if moved != 1:
        raise Lost
    kept = outcome.refused[: max(0, MAX_KEPT - run.failed)]
    for refused in kept:
        refused.run = run
    RefusedLine.objects.bulk_create(kept)
    run.done += lines
    run.failed += len(outcome.refused)
