"""
What each section says in sentences, in the active language.

One module per section, named for it, with `panels(draft)` and `words(flag)`. A panel
adds no fact: it words what the fields hold.
"""

from types import ModuleType
from typing import Any

from products.drafts import Draft, Flag, Panel
from products.panels import (
    eco,
    identity,
    manufacturing,
    nutrition,
    places,
    price,
    recalls,
    traceability,
    variants,
)

SECTIONS: dict[str, ModuleType] = {
    "identity": identity,
    "recalls": recalls,
    "variants": variants,
    "traceability": traceability,
    "places": places,
    "manufacturing": manufacturing,
    "price": price,
    "eco": eco,
    "nutrition": nutrition,
}


def of_section(section: str, draft: Draft) -> list[dict[str, Any]]:
    """Return the panels of one section as they are published."""
    if section not in SECTIONS:
        return []
    return [_published(panel) for panel in SECTIONS[section].panels(draft)]


def flags_of(section: str, draft: Draft) -> list[dict[str, Any]]:
    """Return what does not fit in one section as it is published."""
    return [_worded(flag) for flag in draft.flags if flag.section == section]


def _published(panel: Panel) -> dict[str, Any]:
    document: dict[str, Any] = {
        "key": panel.key,
        "title": panel.title,
        "text": panel.text,
        "evaluation": panel.evaluation,
        "fields": list(panel.fields),
    }
    return {**document, "lines": list(panel.lines)} if panel.lines else document


def _worded(flag: Flag) -> dict[str, Any]:
    text, consequence = SECTIONS[flag.section].words(flag)
    return {
        "rule": flag.rule,
        "severity": flag.severity,
        "fields": list(flag.fields),
        "values": dict(flag.values),
        "text": text,
        "consequence": consequence,
    }
