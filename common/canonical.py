"""
Canonical JSON: the same value always gives the same bytes. Pure.

A subset of RFC 8785: keys sorted, no white space, UTF-8 unescaped, whole numbers only.
Money and measures are decimal texts, so no float is ever written.
"""

import json
from typing import Any


def dumps(value: Any) -> bytes:
    """
    Return the canonical UTF-8 bytes of `value`.

    Raise `TypeError` on a float, on a key that is not text, or on a type that JSON
    lacks; raise `ValueError` on a whole number beyond 2**53, which readers would round.
    """
    _refuse_what_varies(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _refuse_what_varies(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: write it as a decimal text")
    if isinstance(value, int) and not -(2**53) < value < 2**53:
        raise ValueError(f"{value} is beyond what every JSON reader keeps exact")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"The key {key!r} is not a text")
            _refuse_what_varies(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_what_varies(item)
