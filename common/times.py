"""Instants as the API writes them: RFC 3339, in UTC, to the second. Pure."""

from datetime import UTC, datetime


def rfc3339(moment: datetime) -> str:
    """Return an aware instant as `2026-11-21T10:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
