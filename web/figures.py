"""
What a page draws beside the words of a panel: a letter, bars, the steps of a journey.

A leaf module. Drawn from the values of the sheet; each figure stands beside the same
thing in words, so that nobody needs to see it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from companies.levels import Level
from products import stored, wording

Document = dict[str, Any]

DASH = " — "
LABOUR = frozenset({"labour_direct", "labour_indirect"})
# A panel whose letter is drawn, and the field that holds it.
LETTERS = {"nutri_score": "nutri_score", "green_score": "green_score"}
# A panel whose amounts are drawn: the field, the name and the amount of each entry.
AMOUNTS = {
    "breakdown": ("components", "code", "amount"),
    "carbon": ("pcf_by_stage", "stage", "kg_co2e"),
}
UNSHARED = "partial"
LEVELS = Level.values


class Bar(NamedTuple):
    """One amount among others; `width` is its part of the largest, 0 to 100."""

    label: str
    amount: str
    width: str
    is_labour: bool


class Step(NamedTuple):
    """One step of a journey, or one that nobody documented."""

    day: str
    text: str
    detail: str
    proof: str
    rank: int
    is_gap: bool


def letter(key: str, fields: Document) -> str:
    """Return the letter of a panel, `A+` at the longest; empty where it has none."""
    name = LETTERS.get(key)
    value = stored.mapping(fields.get(name, {}).get("value")) if name else {}
    grade = stored.text(value.get("grade")).replace("-plus", "+").upper()
    return grade if len(grade) <= len("A+") else ""


def bars(
    key: str, lines: Sequence[str], fields: Document
) -> tuple[list[Bar], list[str]]:
    """
    Return the bars of a panel, and the lines that are none of them.

    Of amounts that do not make up a whole, nothing is drawn: it would look like one.
    """
    if key not in AMOUNTS or _is_partial(key, fields):
        return [], list(lines)
    name, code, amount = AMOUNTS[key]
    entries = [
        (stored.text(entry.get(code)), number)
        for entry in stored.entries(fields.get(name, {}).get("value"))
        if (number := stored.number(entry.get(amount))) is not None
    ]
    largest = max((number for _code, number in entries), default=Decimal(0))
    if largest <= 0 or len(entries) > len(lines):
        return [], list(lines)
    rest, worded = lines[: -len(entries)], lines[-len(entries) :]
    return [
        _bar(line, number / largest, is_labour=code in LABOUR)
        for line, (code, number) in zip(worded, entries, strict=True)
    ], list(rest)


def _is_partial(key: str, fields: Document) -> bool:
    if key != "breakdown":
        return False
    return fields.get("completeness", {}).get("value") in {None, UNSHARED}


def _bar(line: str, part: Decimal, *, is_labour: bool) -> Bar:
    label, _dash, amount = line.partition(DASH)
    # What is taken up again, as a biogenic uptake, is a negative amount.
    width = f"{max(part, Decimal(0)) * 100:.1f}"
    return Bar(label, amount.replace(DASH, " · "), width, is_labour)


def steps(key: str, lines: Sequence[str], fields: Document) -> list[Step]:
    """Return the journey of a panel, the first step first; empty for other panels."""
    if key != "steps":
        return []
    items = stored.entries(fields.get("journey", {}).get("value"))
    # Of a long journey the last steps are named, and a first line counts the others.
    more = len(lines) - min(len(items), wording.MAX_LINES)
    if more not in (0, 1):
        return [Step("", line, "", "", 0, is_gap=False) for line in lines]
    named = lines[more:]
    return [
        *(Step("", line, "", "", 0, is_gap=False) for line in lines[:more]),
        *map(_step, named, items[len(items) - len(named) :]),
    ]


def _step(line: str, item: Any) -> Step:
    if stored.text(item.get("kind")) == "gap":
        return Step("", line, "", "", 0, is_gap=True)
    proof, rank = _proof(stored.mapping(item.get("proof")))
    if not stored.text(item.get("at")):
        return Step("", line, "", proof, rank, is_gap=False)
    day, _dash, rest = line.partition(DASH)
    text, _dash, detail = rest.partition(DASH)
    return Step(day, text or day, detail, proof, rank, is_gap=False)


def _proof(proof: Any) -> tuple[str, int]:
    """Say by whom a step is proven, and how far: nothing where nothing is kept."""
    level = stored.text(proof.get("verification"))
    if level not in LEVELS:
        return "", 0
    signed_by = stored.text(proof.get("signed_by"))
    said = (
        _("signed by %(who)s") % {"who": signed_by}
        if signed_by
        else _("recorded, not signed")
    )
    return f"{said} · {Level(level).label}", LEVELS.index(level) + 1
