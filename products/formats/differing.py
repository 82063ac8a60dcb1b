"""
What changed between two revisions of a sheet, field by field. Pure.

A client shows one line for each change; nothing is compared but what readers saw.
"""

from typing import Any

from products.formats.reading import Sheet

# How a value is described; the rest of a document is the value itself.
TOLD = (
    "text", "value", "unit", "level", "states", "status", "source", "observed_at",
    "discrepancy",
)  # fmt: skip
# That there is none of something is an answer, and so is that it is not told.
ANSWERED = ("known", "none", "not_applicable", "withheld")


def changes(before: Sheet, after: Sheet) -> list[dict[str, Any]]:
    """
    Return what changed from one revision to another, in the order of the newer one.

    `kind` is `added` or `removed` where one of them knows nothing, `changed` where the
    value is another, and `restated` where only its source, date or level is, or what
    others say of it.
    """
    found = []
    for path in _paths(after) | dict.fromkeys(_paths(before)):
        old, new = _document(before, path), _document(after, path)
        if _told(old) != _told(new):
            found.append(_change(path, old, new))
    return found


def _paths(sheet: Sheet) -> dict[str, None]:
    return {
        f"{section}.{key}": None
        for section in sheet["section_order"]
        if section in sheet["sections"]
        for key in sheet["sections"][section]["field_order"]
    }


def _document(sheet: Sheet, path: str) -> dict[str, Any]:
    section, _dot, key = path.partition(".")
    fields = sheet["sections"].get(section, {}).get("fields", {})
    found: dict[str, Any] = fields.get(key, {})
    return found


def _told(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in TOLD if document.get(name) is not None}


def _change(path: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {
        "field": path,
        "label": new.get("label") or old.get("label", ""),
        "kind": _kind(old, new),
        "before": _told(old) or None,
        "after": _told(new) or None,
    }


def _kind(old: dict[str, Any], new: dict[str, Any]) -> str:
    was, is_now = old.get("status") in ANSWERED, new.get("status") in ANSWERED
    if is_now and not was:
        return "added"
    if was and not is_now:
        return "removed"
    same = all(old.get(name) == new.get(name) for name in ("status", "value", "unit"))
    return "restated" if same else "changed"
