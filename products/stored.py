"""
What is stored of a value, read without trust. Pure.

Statements are cleaned when they are made; what an older version or another program
stored is read here as far as it says something, and never stops a sheet.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

LARGEST = Decimal(10) ** 15
SMALLEST = Decimal("1e-20")
LONGEST = 80


def number(value: Any) -> Decimal | None:
    """Return a stored number, or none of what is not one or beyond any measure."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    if isinstance(value, str) and len(value) > LONGEST:
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found) >= LARGEST or 0 < abs(found) < SMALLEST:
        return None
    return found


def whole(value: Any) -> int | None:
    """Return a stored whole number, or none."""
    found = number(value)
    return int(found) if found is not None and found == found.to_integral() else None


def text(value: Any) -> str:
    """Return a stored text of one line, short enough to stand in a sentence."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    line = " ".join(str(value)[: 4 * LONGEST].split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a stored object, or an empty one."""
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a stored list."""
    several = value if isinstance(value, list) else []
    return [one for one in several if isinstance(one, dict)]


def texts(value: Any) -> list[str]:
    """Return the texts of a stored list of codes."""
    several = value if isinstance(value, list) else []
    return [line for one in several if (line := text(one))]


def rounded(value: Decimal, step: Decimal) -> Decimal | None:
    """Return `value` to the step, half away from zero; none beyond any measure."""
    if abs(value) >= LARGEST:
        return None
    return value.quantize(step, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Return a number as it is published: no exponent, no closing zeros."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") or "0" if "." in shown else shown
