"""Instants of events: RFC 3339 read strictly, and as the hash writes them. Pure."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone

INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})([.][0-9]{1,12})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")


def instant(text: str) -> datetime:
    """
    Return an instant to the millisecond, the fourth decimal rounded half up, in UTC.

    Raise `ValueError` without an offset, or when there is no such day, hour or year.
    """
    matched = INSTANT.fullmatch(text)
    if matched is None:
        raise ValueError(f"{text!r} is not an instant")
    day, time, fraction, offset = matched.groups()
    zone = "+00:00" if offset == "Z" else offset
    moment = datetime.fromisoformat(f"{day}T{time}{zone}")
    digits = (fraction or "").lstrip(".").ljust(4, "0")
    millis = int(digits[:3]) + (digits[3] >= "5")
    beyond = f"{text!r} is beyond the years that we count"
    try:
        found = moment.astimezone(UTC) + timedelta(milliseconds=millis)
    except OverflowError as error:
        raise ValueError(beyond) from error
    # In another time zone, or some minutes later, it would leave the calendar.
    if found.year in {MINYEAR, MAXYEAR}:
        raise ValueError(beyond)
    return found


def in_utc(moment: datetime) -> str:
    """Return an instant as the event hash has it: `2026-03-06T09:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def local(moment: datetime, offset: str) -> str:
    """Return an instant in RFC 3339, as the clock on the place showed it."""
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    zone = timezone(sign * timedelta(hours=hours, minutes=minutes))
    return moment.astimezone(zone).isoformat(timespec="seconds")
