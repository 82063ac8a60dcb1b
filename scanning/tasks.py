"""What follows a scan, off its path."""

from datetime import date

from celery import shared_task
from django.db import transaction
from django.db.models import F

from scanning.models import DailyScans


@shared_task(name="scanning.tasks.count_scan")
def count_scan(gtin: str, day: str) -> None:
    """Count one scan. Run twice, it counts twice: a figure, not a promise."""
    with transaction.atomic():
        row, _is_new = DailyScans.objects.get_or_create(
            gtin=gtin, day=date.fromisoformat(day)
        )
        DailyScans.objects.filter(pk=row.pk).update(count=F("count") + 1)
