"""Free texts about places, read as places where they name a real one. Pure."""

import re
from typing import Any, NamedTuple

COUNTRIES = {
    "algérie": "DZ",
    "allemagne": "DE",
    "argentina": "AR",
    "austria": "AT",
    "autriche": "AT",
    "belgique": "BE",
    "belgium": "BE",
    "brazil": "BR",
    "brésil": "BR",
    "canada": "CA",
    "china": "CN",
    "chine": "CN",
    "deutschland": "DE",
    "espagne": "ES",
    "españa": "ES",
    "estados unidos": "US",
    "france": "FR",
    "germany": "DE",
    "greece": "GR",
    "grèce": "GR",
    "india": "IN",
    "inde": "IN",
    "ireland": "IE",
    "irlande": "IE",
    "italia": "IT",
    "italie": "IT",
    "italy": "IT",
    "maroc": "MA",
    "morocco": "MA",
    "mexico": "MX",
    "nederland": "NL",
    "netherlands": "NL",
    "pays-bas": "NL",
    "poland": "PL",
    "pologne": "PL",
    "portugal": "PT",
    "royaume-uni": "GB",
    "spain": "ES",
    "suisse": "CH",
    "switzerland": "CH",
    "tunisie": "TN",
    "turkey": "TR",
    "turquie": "TR",
    "united kingdom": "GB",
    "united states": "US",
    "usa": "US",
    "états-unis": "US",
}
# None is a place: “from inside or outside the Union”.
NO_PLACES = {
    "european union",
    "no unión europea",
    "ue",
    "union européenne",
    "unión europea",
    "unknown",
    "inconnue",
}

APPROVAL = re.compile(r"FR (\d{2}\.\d{3}\.\d{3}) (?:EC|CE)")
APPROVAL_TAG = re.compile(r"([a-z]{2})-[0-9a-z-]+-ec")
PACKER = re.compile(r"EMB \d{5}[A-Z]?")


class Named(NamedTuple):
    """What a record says of places, as it is written there."""

    origins: str
    made_in: str
    codes: tuple[str, ...]


def named(record: dict[str, Any]) -> Named | None:
    """Return the places that a record of Open Food Facts names, or none."""
    origins = record.get("origins")
    made_in = record.get("manufacturing_places")
    codes = record.get("emb_codes_tags") or record.get("emb_codes")
    if not (origins or made_in or codes):
        return None
    if isinstance(codes, str):
        codes = codes.split(",")
    return Named(
        origins[:500] if isinstance(origins, str) else "",
        made_in[:500] if isinstance(made_in, str) else "",
        tuple(one.strip() for one in codes if isinstance(one, str))
        if isinstance(codes, list)
        else (),
    )


def places(said: Named) -> list[dict[str, str]]:
    """Return those that are read for sure."""
    found = [
        _place(said.origins, "ingredient"),
        _place(said.made_in, "transformation"),
        *(_establishment(code) for code in said.codes),
    ]
    return [place for place in found if place]


def _place(text: str, role: str) -> dict[str, str] | None:
    parts = [part.strip() for part in text.split(",")]
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
