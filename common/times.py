"""Instants as the API writes them, RFC 3339 in UTC; days as people do. Pure."""

import re
from datetime import UTC, date, datetime

_FRENCH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?![0-9])")


def rfc3339(moment: datetime) -> str:
    """Return an aware instant as `2026-11-21T10:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_iso(text: str) -> str:
    """
    Return a text whose day was written 14/03/2026, as the French do, in ISO 8601.

    Anything else is returned as it is: 2026-03-14 too. The day is first, always:
    03/14/2026 becomes what is no date.
    """
    found = _FRENCH_DAY.match(bare := text.strip())
    if found is None:
        return bare
    day, month, year = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}{bare[found.end() :]}"


def written_day(text: str) -> date:
    """Return a day written 2026-03-14 or 14/03/2026, or raise `ValueError`."""
    return date.fromisoformat(as_iso(text))
