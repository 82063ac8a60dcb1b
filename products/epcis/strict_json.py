"""
JSON that every reader and every database understands alike. Pure.

Names given twice, NaN, half characters, numbers that no double holds, nesting without
end: each is refused with its code, and its place where there is one.
"""

import json
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_NUMBER_LENGTH = 30


class Refused(Exception):
    """Raised for a text that is no strict JSON."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def loads(data: bytes | str) -> Any:
    """Return the value in `data`. Raise `Refused` when it cannot be kept as it is."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise Refused("not_utf8") from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_integer,
        )
    except RecursionError as error:
        raise Refused("too_deep", limit=str(MAX_DEPTH)) from error
    except ValueError as error:
        raise Refused("not_json", reason=str(error)) from error
    return inspected(value)


def inspected(value: Any, depth: int = 0) -> Any:
    """Return a value already parsed, or raise `Refused` when it cannot be stored."""
    if depth > MAX_DEPTH:
        raise Refused("too_deep", limit=str(MAX_DEPTH))
    if isinstance(value, dict):
        for name, item in value.items():
            inspected(_text(name), depth + 1)
            inspected(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            inspected(item, depth + 1)
    else:
        _inspect_leaf(value)
    return value


def _inspect_leaf(value: Any) -> None:
    if isinstance(value, str):
        _refuse_unreadable(value)
    elif isinstance(value, float):
        if not abs(value) < float("inf"):
            raise Refused("number_out_of_range", value=str(value))
    elif value is not None and not isinstance(value, int):
        raise Refused("not_json", reason=f"{type(value).__name__} is no JSON")


def _text(name: Any) -> str:
    if not isinstance(name, str):
        raise Refused("not_json", reason=f"{name!r} is no text")
    return name


def _refuse_unreadable(text: str) -> None:
    """Half a surrogate pair cannot be encoded, a zero character cannot be stored."""
    if "\0" in text or any("\ud800" <= mark <= "\udfff" for mark in text):
        raise Refused("unreadable_text")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        raise Refused(
            "duplicate_key", name=next(one for one in names if names.count(one) > 1)
        )
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise Refused("number_out_of_range", value=name)


def _float(text: str) -> float:
    number = float(text)
    if len(text) > MAX_NUMBER_LENGTH or not abs(number) < float("inf"):
        raise Refused("number_out_of_range", value=text)
    return number


def _integer(text: str) -> int:
    # Beyond what a double holds, readers would round it each in its own way.
    if len(text) > MAX_NUMBER_LENGTH or abs(number := int(text)) > 2**53:
        raise Refused("number_out_of_range", value=text)
    return number
