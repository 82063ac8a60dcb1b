"""Documents are kept as they came for as long as the operator says."""

from datetime import timedelta

from django.utils import timezone

from products.capturing import files
from products.models import Capture
from products.models.captures import WORKED_ON


def purge(*, older_than_days: int) -> int:
    """Remove old documents, and what crashes left; return how many documents."""
    limit = timezone.now() - timedelta(days=older_than_days)
    old = Capture.objects.filter(has_file=True, created_at__lt=limit)
    count = 0
    for capture in old.exclude(state__in=WORKED_ON).only("pk"):
        files.discard(capture.pk)
        count += Capture.objects.filter(pk=capture.pk).update(has_file=False)
    for identifier in files.known():
        if not Capture.objects.filter(pk=identifier, has_file=True).exists():
            files.discard(identifier)
    return count
