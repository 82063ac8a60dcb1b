"""The files of the demonstration, read; and what they ask to be stated."""

import hashlib
import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from companies.levels import Status
from companies.services import Source

FOLDER = Path(__file__).parent


class Wanted(NamedTuple):
    """One statement that the demonstration makes of a field or of a fact."""

    field: str
    source: Source
    value: Any = None
    status: str = Status.KNOWN
    unit: str | None = None
    year: int | None = None
    details: dict[str, Any] = {}


class Item(NamedTuple):
    """One product of the demonstration, with all that is stated of it."""

    gtin: str
    name: str
    statements: list[Wanted]
    company_id: str | None = None
    family: str | None = None
    variant: dict[str, str] = {}
    attribution: str = ""
    attribution_url: str = ""
    stock: dict[str, int] = {}


@cache
def read(name: str) -> dict[str, Any]:
    """Return the content of one file of this folder."""
    content: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return content


@cache
def version() -> str:
    """Return a digest of every data file: another one asks for another load."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.json")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def noon(day: str) -> datetime:
    """Return the middle of a day given as `YYYY-MM-DD`: no zone moves its date."""
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def source(described: dict[str, Any], *, name: str) -> Source:
    """Return a source as a file describes it; `name` where it does not say its own."""
    until = described.get("valid_until")
    return Source(
        kind=described["kind"],
        name=described.get("name", name),
        url=described.get("url", ""),
        level=described["level"],
        observed_at=noon(described["observed_on"]),
        valid_until=date.fromisoformat(until) if until else None,
        is_disputed=described.get("disputed", False),
    )
