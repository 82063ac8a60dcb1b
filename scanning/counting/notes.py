"""What is remembered of a scan until it is counted."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone


class Keeper(NamedTuple):
    """A shopper who keeps a history, and the generation of it that a scan is for."""

    shopper_id: UUID
    generation: int


class Note(NamedTuple):
    """
    One scan, not yet counted.

    `scan_id` is the phone's own name for this scan, not for the phone. `keeper` is set
    only for a shopper whose history is switched on.
    """

    gtin: str
    is_known: bool
    scanned_at: datetime
    scan_id: UUID | None = None
    keeper: Keeper | None = None
    lot: str = ""

    @property
    def day(self) -> date:
        """The day that the scan counts for, in the time zone of the settings."""
        return timezone.localdate(self.scanned_at)


def believed(scanned_at: datetime | None) -> datetime:
    """
    Return when a scan took place: what the phone says of it, if that can be.

    A phone without signal sends its scans later, with their own time. A time in the
    future is a wrong clock, and one older than the time for which scans are recognised
    could be counted twice: both count as now.
    """
    now = timezone.now()
    if scanned_at is None:
        return now
    oldest = now - timedelta(days=settings.KEEP_SCAN_IDS_DAYS)
    return scanned_at if oldest < scanned_at <= now else now
