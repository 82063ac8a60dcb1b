"""Files of imports are kept for some days; the figures and reasons stay."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import override

from companies.importing.words import why_file
from products.importing import files
from products.models import ProductImport
from products.models.imports import CANCELLABLE

State = ProductImport.State


def purge(*, older_than_days: int) -> int:
    """Remove the files of old runs, and what crashes left; return how many runs."""
    limit = timezone.now() - timedelta(days=older_than_days)
    old = ProductImport.objects.filter(has_files=True, created_at__lt=limit)
    for run in old.filter(state=State.CHECKED):
        # Checked and never confirmed: its lines are about to go.
        with override(run.language):
            ProductImport.objects.filter(pk=run.pk, state=State.CHECKED).update(
                state=State.CANCELLED,
                error_code="too_old",
                error_text=why_file("too_old", {}),
                finished_at=timezone.now(),
            )
    count = 0
    for run in old.exclude(state__in=CANCELLABLE):
        files.discard(run.pk)
        count += ProductImport.objects.filter(pk=run.pk).update(has_files=False)
    for identifier in files.known_runs():
        if not ProductImport.objects.filter(pk=identifier, has_files=True).exists():
            files.discard(identifier)
    return count
