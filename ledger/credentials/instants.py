"""Instants as credentials write them: XML Schema's dateTimeStamp. Pure."""

import re
from datetime import UTC, date, datetime
from typing import Any

from ledger.credentials.refusals import Refused

_INSTANT = re.compile(
    r"(2[0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9])"
    r"(?:[.][0-9]{1,12})?(Z|[+-][01][0-9]:[0-5][0-9])",
    re.ASCII,
)
_DAY = re.compile(r"2[0-9]{3}-[01][0-9]-[0-3][0-9]", re.ASCII)


def instant(text: Any, *, refusal: str) -> datetime:
    """Return an instant in UTC, to the second; raise `Refused` for any other text."""
    found = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Refused(refusal)
    try:
        moment = datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00"))
    except ValueError as error:
        raise Refused(refusal) from error
    return moment.astimezone(UTC)


def day(text: Any, *, refusal: str) -> date:
    """Return a day written `2026-11-20`; raise `Refused` for any other text."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise Refused(refusal)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(refusal) from error
