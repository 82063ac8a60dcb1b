"""What is forgotten when: in small pieces, so that nobody waits for it."""

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from scanning.models import (
    CodeReport,
    CountedScan,
    HistoryEntry,
    NoticeDelivery,
    UnknownCode,
)

PIECE = 1_000
# The rest waits for the next time: a task must not run for minutes.
PATIENCE_SECONDS = 5.0


def forget() -> dict[str, int]:
    """Delete what has been kept long enough; return how many rows, by table."""
    now, today = timezone.now(), timezone.localdate()
    unknown_since = today - timedelta(days=settings.KEEP_UNKNOWN_CODES_DAYS)
    old: list[QuerySet[Any]] = [
        CountedScan.objects.filter(
            counted_on__lt=today - timedelta(days=settings.KEEP_SCAN_IDS_DAYS)
        ),
        HistoryEntry.objects.filter(
            scanned_at__lt=now - timedelta(days=settings.KEEP_HISTORY_DAYS)
        ),
        # What is older than the scans that it is about.
        NoticeDelivery.objects.filter(
            told_at__lt=now - timedelta(days=settings.KEEP_HISTORY_DAYS)
        ),
        CodeReport.objects.filter(reported_on__lt=unknown_since),
        # Somebody decided about a dismissed code: it stays, or it would come back.
        UnknownCode.objects.filter(last_seen__lt=unknown_since, is_dismissed=False),
    ]
    deadline = time.monotonic() + PATIENCE_SECONDS
    return {rows.model.__name__: _delete(rows, deadline) for rows in old}


def _delete(rows: QuerySet[Any], deadline: float) -> int:
    count = 0
    while time.monotonic() < deadline:
        piece = list(rows.order_by().values_list("pk", flat=True)[:PIECE])
        # The condition again: one of them may have been seen in between.
        rows.filter(pk__in=piece).delete()
        count += len(piece)
        if len(piece) < PIECE:
            break
    return count
