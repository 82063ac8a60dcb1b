"""Free texts about places, read as places where they name a real one. Pure."""

import re
from typing import Any

COUNTRIES = {
    "canada": "CA",
    "china": "CN",
    "españa": "ES",
    "estados unidos": "US",
    "france": "FR",
    "germany": "DE",
    "royaume-uni": "GB",
    "united states": "US",
    "usa": "US",
    "états-unis": "US",
}
# Neither is a place: “from inside or outside the Union”.
NO_PLACES = {"unión europea", "no unión europea"}

APPROVAL = re.compile(r"FR (\d{2}\.\d{3}\.\d{3}) (?:EC|CE)")
APPROVAL_TAG = re.compile(r"([a-z]{2})-[0-9a-z-]+-ec")
PACKER = re.compile(r"EMB \d{5}[A-Z]?")


def places(record: dict[str, Any]) -> list[dict[str, str]]:
    """Return the places that a record of Open Food Facts names."""
    found = [
        _place(record.get("origins"), "ingredient"),
        _place(record.get("manufacturing_places"), "transformation"),
        *(_establishment(code.strip()) for code in _codes(record)),
    ]
    return [place for place in found if place]


def _codes(record: dict[str, Any]) -> list[str]:
    tags: list[str] = record.get("emb_codes_tags", [])
    return tags or str(record.get("emb_codes", "")).split(",")


def _place(text: str | None, role: str) -> dict[str, str] | None:
    parts = [part.strip() for part in (text or "").split(",")]
    # A number belongs to a street or a post code: no address is published.
    parts = [part for part in parts if part and not re.search(r"\d", part)]
    if not parts or parts[0].lower() in NO_PLACES:
        return None
    country = COUNTRIES.get(parts[-1].lower())
    town = ", ".join(parts[:-1] if country else parts)
    place = {"role": role, "place": town, "country": country or ""}
    return {key: value for key, value in place.items() if value}


def _establishment(code: str) -> dict[str, str] | None:
    """Return the establishment of a factory code, which is public by law."""
    if APPROVAL.fullmatch(code):
        return {"role": "last_processing", "country": "FR", "facility_id": code}
    if PACKER.fullmatch(code):
        return {"role": "packaging", "country": "FR", "facility_id": code}
    tag = APPROVAL_TAG.fullmatch(code)
    if tag:
        return {
            "role": "last_processing",
            "country": tag[1].upper(),
            "facility_id": code.upper(),
        }
    return None
