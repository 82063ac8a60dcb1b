"""The tables of this room, one module per subject."""

from scanning.models.scans import DailyScans

__all__ = ["DailyScans"]
