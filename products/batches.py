"""
Which units of a product a notice is about: lots, ranges of lots, serial numbers.

One entry is `{"lot": "L123"}`, `{"from": "L100", "to": "L199"}` or `{"serial": "S1"}`;
no entry at all means every unit. Lots are compared letter by letter and case by case,
as GS1 has it: `l123` is not `L123`.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from products.cleaning import VARIANT_CODE

Batch = dict[str, str]

# A notice that names more has forgotten a range, or means every unit.
MOST = 500
# Sentences name so many; all of them stand in the document.
NAMED = 8
_SHAPES = ({"lot"}, {"serial"}, {"from", "to"})
_COUNTED = re.compile(r"(.*?)([0-9]+)")


class BatchRefused(ValueError):
    """What was given names no units. `reason` is a stable code, `given` the text."""

    def __init__(self, reason: str, given: str = "") -> None:
        super().__init__(reason)
        self.reason, self.given = reason, given[:80]


def clean(value: Any) -> list[Batch]:
    """Return the entries as they are stored, each once, or raise `BatchRefused`."""
    if not isinstance(value, list):
        raise BatchRefused("not_a_list")
    if len(value) > MOST:
        raise BatchRefused("too_many")
    cleaned: list[Batch] = []
    for one in map(_entry, value):
        if one not in cleaned:
            cleaned.append(one)
    return cleaned


def affects(
    batches: Sequence[Batch], *, lot: str = "", serial: str = ""
) -> bool | None:
    """Say whether a unit is meant; none where it cannot be told from what is known."""
    if not batches:
        return True
    if any(_is_meant(one, lot, serial) for one in batches):
        return True
    is_open = any(not (serial if "serial" in one else lot) for one in batches)
    return None if is_open else False


def named(batches: Any) -> str:
    """Return the units in words; of a hand-written list, its texts as they are."""
    if isinstance(batches, str):
        return batches
    if not isinstance(batches, list) or not batches:
        return ""
    texts = [text for text in map(_name, batches) if text]
    shown = ", ".join(texts[:NAMED])
    more = len(texts) - NAMED
    if more <= 0:
        return shown
    rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return f"{shown} {rest}"


def _entry(one: Any) -> Batch:
    if not isinstance(one, dict) or set(one) not in _SHAPES:
        raise BatchRefused("not_a_batch", str(one))
    entry = {key: str(value).strip() for key, value in one.items()}
    for value in entry.values():
        if not VARIANT_CODE.fullmatch(value):
            raise BatchRefused("not_a_number", value)
    if "from" in entry:
        _require_range(entry)
    return entry


def _require_range(entry: Batch) -> None:
    """
    Refuse what does not count: the ends have one length, and differ in digits alone.

    Otherwise nobody could say which lots lie between, and which do not.
    """
    first, last = entry["from"], entry["to"]
    start, _first = _split(first)
    end, _last = _split(last)
    if len(first) != len(last) or start != end or not (_first and _last):
        raise BatchRefused("not_a_range", f"{first} – {last}")
    if first > last:
        raise BatchRefused("range_reversed", f"{first} – {last}")


def _split(text: str) -> tuple[str, str]:
    """Return what stands before the last digits, and these."""
    found = _COUNTED.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _is_meant(batch: Batch, lot: str, serial: str) -> bool:
    if "serial" in batch:
        return bool(serial) and batch["serial"] == serial
    if "lot" in batch:
        return bool(lot) and batch["lot"] == lot
    first, last = batch["from"], batch["to"]
    # Of one length and one beginning, digits are in the order of their texts.
    is_alike = len(lot) == len(first) and _split(lot)[0] == _split(first)[0]
    return is_alike and first <= lot <= last


def _name(one: Any) -> str:
    if isinstance(one, str):
        return one
    if not isinstance(one, dict):
        return ""
    if "lot" in one:
        return gettext("lot %(lot)s") % {"lot": one["lot"]}
    if "serial" in one:
        return gettext("no. %(serial)s") % {"serial": one["serial"]}
    if "from" in one and "to" in one:
        return gettext("lots %(first)s to %(last)s") % {
            "first": one["from"],
            "last": one["to"],
        }
    return ""
