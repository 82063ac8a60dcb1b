"""One place of production as it is stored, and what the public may see of it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from companies import countries
from products import stored

ROLES = (
    "raw_material", "ingredient", "transformation", "assembly", "packaging",
    "last_processing", "warehouse",
)  # fmt: skip
CLAIMS = ("none", "made_in", "ofg", "aoc_pdo", "pgi")
# About one kilometre: a workshop at home is not given away.
PUBLIC = Decimal("0.01")


class Place(NamedTuple):
    """One place, with the role that it plays and its share of that role in percent."""

    role: str
    name: str
    country: str
    facility_id: str
    share_pct: Decimal | None
    lat: Decimal | None
    lng: Decimal | None

    @property
    def is_known_country(self) -> bool:
        """Say whether ISO 3166-1 has the country."""
        return self.country in countries.names()


def place(entry: Mapping[str, Any]) -> Place:
    """Return one stored entry of the list of places."""
    return Place(
        stored.text(entry.get("role")),
        stored.text(entry.get("place")),
        stored.text(entry.get("country")),
        stored.text(entry.get("facility_id")),
        stored.number(entry.get("share_pct")),
        stored.number(entry.get("lat")),
        stored.number(entry.get("lng")),
    )


def coarse(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with coordinates no finer than the public may see."""
    kept = {key: one for key, one in entry.items() if key not in ("lat", "lng")}
    for key in ("lat", "lng"):
        number = stored.number(entry.get(key))
        if number is not None and (found := stored.rounded(number, PUBLIC)) is not None:
            kept[key] = stored.plain(found)
    return kept


def countries_by_name(several: Iterable[Place]) -> dict[str, str]:
    """Return the country of each named place; a name in two countries says nothing."""
    found: dict[str, set[str]] = {}
    for one in several:
        if one.name and one.is_known_country:
            found.setdefault(one.name.casefold(), set()).add(one.country)
    named = {name: next(iter(one)) for name, one in found.items() if len(one) == 1}
    codes = {code.casefold(): code for codes in found.values() for code in codes}
    return {**codes, **named}
