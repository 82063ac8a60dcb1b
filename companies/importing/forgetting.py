"""Files of imports are kept for some days; the figures and reasons stay."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from companies.importing import files
from companies.importing.words import why_file
from companies.models import ImportRun
from companies.models.imports import CANCELLABLE


def purge(*, older_than_days: int) -> int:
    """Remove the files of old runs, and what crashes left; return how many runs."""
    limit = timezone.now() - timedelta(days=older_than_days)
    old = ImportRun.objects.filter(has_files=True, created_at__lt=limit)
    _give_up(old.filter(state=ImportRun.State.CHECKED))
    count = 0
    for run in old.exclude(state__in=CANCELLABLE):
        files.discard(run.pk)
        count += ImportRun.objects.filter(pk=run.pk).update(has_files=False)
    for identifier in files.known_runs():
        if not ImportRun.objects.filter(pk=identifier, has_files=True).exists():
            files.discard(identifier)
    return count


def _give_up(forgotten: QuerySet[ImportRun]) -> None:
    """Cancel what was checked and never confirmed: its lines are about to go."""
    for run in forgotten:
        with override(run.language):
            ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.CHECKED).update(
                state=ImportRun.State.CANCELLED,
                error_code="too_old",
                error_text=why_file("too_old", {}),
                finished_at=timezone.now(),
            )
