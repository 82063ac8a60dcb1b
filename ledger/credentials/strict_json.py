"""
JSON that every reader understands alike. Pure.

What one library reads in one way and the next in another is refused: names given twice,
NaN, texts that are no Unicode, numbers of a thousand digits, nesting without end.
"""

import json
from decimal import Decimal
from typing import Any, NoReturn

from ledger.credentials.refusals import Refused

MAX_DEPTH = 40
MAX_NUMBER_LENGTH = 30
MAX_EXPONENT = 30


def loads(data: bytes, *, refusal: str) -> dict[str, Any]:
    """
    Return the JSON object in `data`, UTF-8; numbers with a point are `Decimal`.

    Raise `Refused` with the code `refusal` when it is anything else.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_doubles,
            parse_constant=_refuse_constant,
            parse_float=_decimal,
            parse_int=_integer,
        )
        _walk(value, 0)
    except (ValueError, RecursionError) as error:
        raise Refused(refusal) from error
    if not isinstance(value, dict):
        raise Refused(refusal)
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A name is given twice")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError("The number is too long")
    number = Decimal(text)
    # Written out, it would be a text of as many digits.
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError("The number is too large or too small")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError("The number is too long")
    return int(text)


def _walk(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("Nested too deep")
    if isinstance(value, str):
        # Half a surrogate pair cannot be encoded, a zero character cannot be stored.
        if "\0" in value:
            raise ValueError("A zero character")
        value.encode()
    elif isinstance(value, list):
        for item in value:
            _walk(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            _walk(name, depth + 1)
            _walk(item, depth + 1)
