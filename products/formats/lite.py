"""
The sheet for slow networks: what a person reads first, in 2 KB on the wire. Pure.

It is held under the limit by leaving out the last lines, and says when it did.
"""

import json
import zlib
from typing import Any

from products.formats.reading import Sheet, field

# Bytes, compressed: one round trip of a fresh connection, headers included, holds it.
LIMIT = 2_000
MOST_CHARACTERS = 240
MOST_NOTICES = 3
TOLD = (
    "identity.brand",
    "identity.net_content",
    "places.origin_claim",
    "manufacturing.lead_time",
    "manufacturing.work_time",
    "price.labour_cost_per_unit",
    "eco.pcf_total",
    "eco.green_score",
    "nutrition.nutri_score",
    "nutrition.allergens",
    "stock.availability",
)


def lite(sheet: Sheet, base_url: str) -> dict[str, Any]:
    """Return the short form of a sheet, at most `LIMIT` bytes when compressed."""
    lines = _lines(sheet)
    kept = len(lines)
    while True:
        made = _made(sheet, base_url, lines[:kept], whole=kept == len(lines))
        if _size(made) <= LIMIT:
            return made
        if kept == 0:
            # Scripts of thousands of signs hardly shrink: the recalls stay, shorter.
            return _shortened(made)
        kept -= max(1, kept // 8)


def _made(
    sheet: Sheet, base_url: str, lines: list[dict[str, Any]], *, whole: bool
) -> dict[str, Any]:
    company = sheet["sections"].get("company", {})
    satisfaction = company.get("fields", {}).get("employee_satisfaction", {})
    return {
        "gtin": sheet["gtin"],
        "language": sheet["language"],
        "name": sheet["name"][:120],
        "fictitious": sheet["fictitious"],
        "revision": sheet["revision"],
        "published_at": sheet["published_at"],
        "notices": _notices(sheet),
        "company": {
            "name": str(company.get("name", ""))[:120],
            "text": str(company.get("text", ""))[:200],
            "satisfaction": satisfaction.get("text", ""),
            "satisfaction_value": satisfaction.get("value"),
        },
        "lines": lines,
        "complete": whole and len(_recalls(sheet)) <= MOST_NOTICES,
        "missing": len(sheet["gaps"]),
        "attribution": (sheet.get("attribution") or {}).get("text", ""),
        "full": f"{base_url}/api/v1/products/{sheet['gtin']}",
    }


def _shortened(made: dict[str, Any]) -> dict[str, Any]:
    notices = made["notices"]
    characters = MOST_CHARACTERS
    while _size(made) > LIMIT and characters > 1:
        characters //= 2
        made["notices"] = [notice[:characters] for notice in notices]
        made["complete"] = False
    return made


def _notices(sheet: Sheet) -> list[str]:
    """Return the latest recalls, before anything else: only their length is bounded."""
    return [str(text)[:MOST_CHARACTERS] for text in _recalls(sheet)[:MOST_NOTICES]]


def _recalls(sheet: Sheet) -> list[Any]:
    return field(sheet, "recalls.recalls").get("lines") or []


def _lines(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the chosen values, then the panels, each with how far to believe it."""
    lines = []
    for path in TOLD:
        found = field(sheet, path)
        if found.get("status") == "known" and found.get("text"):
            line = {
                "field": path,
                "label": found.get("label", ""),
                "text": str(found["text"])[:200],
                "level": found.get("level"),
            }
            lines.append(
                {**line, "states": found["states"]} if found.get("states") else line
            )
    for section in sheet["section_order"]:
        for panel in sheet["sections"].get(section, {}).get("panels", []):
            lines.append(
                {
                    "panel": f"{section}.{panel['key']}",
                    "label": panel["title"],
                    "text": str(panel["text"])[:300],
                    "evaluation": panel["evaluation"],
                }
            )
    return lines


def _size(document: dict[str, Any]) -> int:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return len(zlib.compress(text.encode(), 6)) + 12  # as a gzip member
