"""Reading answers that may be hostile: no floats, short plain values. Pure."""

import json
import re
from datetime import date
from typing import Any

from companies.registers.asked import Unusable

MAX_CHARACTERS = 300
MAX_ITEMS = 200
CODE = re.compile("[A-Z0-9_-]{1,40}")
DEGREES = re.compile("-?[0-9]{1,3}([.][0-9]{1,15})?")


def document(body: bytes) -> dict[str, Any]:
    """Return an answer that is a JSON object; raise `Unusable` for anything else."""
    try:
        answer = json.loads(body, parse_float=str, parse_constant=_no_number)
    # RecursionError: brackets in brackets, a thousand deep.
    except (ValueError, RecursionError) as error:
        raise Unusable("not_json") from error
    if not isinstance(answer, dict):
        raise Unusable("not_an_object")
    return answer


def part(of: Any, *keys: str) -> dict[str, Any]:
    """Return the object found by going down the keys; an empty one if there is none."""
    for key in keys:
        of = of.get(key) if isinstance(of, dict) else None
    return of if isinstance(of, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list, cut where nobody reads on; an empty one if it is none."""
    return value[:MAX_ITEMS] if isinstance(value, list) else []


def text(value: Any, limit: int = MAX_CHARACTERS) -> str:
    """Return a text on one line, without characters that no screen shows."""
    if not isinstance(value, str):
        return ""
    shown = "".join(c if c.isprintable() else " " for c in value[: limit * 4])
    return " ".join(shown.split())[:limit].strip()


def code(value: Any) -> str:
    """Return a code of letters, digits and dashes, or nothing."""
    return value if isinstance(value, str) and CODE.fullmatch(value) else ""


def day(value: Any) -> str:
    """Return the day of a date or a moment, `2026-03-14`, or nothing."""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return ""


def degrees(value: Any) -> str:
    """Return a latitude or a longitude as text, or nothing."""
    return value if isinstance(value, str) and DEGREES.fullmatch(value) else ""


def given(**members: Any) -> dict[str, Any]:
    """Return the members that are there: an empty text is no value, false is one."""
    return {
        key: value for key, value in members.items() if value not in (None, "", [], {})
    }


def _no_number(word: str) -> None:
    raise ValueError(word)
