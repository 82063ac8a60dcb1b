"""Where steps happened, as far as it may be told, and how far apart. Pure."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from products.epcis.gathering import Party

EARTH_KM = 6371.0088
_GEO = re.compile(
    r"geo:(-?[0-9]{1,2}(?:[.][0-9]+)?),(-?[0-9]{1,3}(?:[.][0-9]+)?)(?:[,;].*)?"
)


class Site(NamedTuple):
    """
    A place that is known: its name, town, country (ISO 3166-1, two letters).

    `lat` and `lng` are decimal degrees as text; never a private address.
    """

    name: str = ""
    town: str = ""
    country: str = ""
    lat: str = ""
    lng: str = ""
    party: Party | None = None


class Known(NamedTuple):
    """What is known of places and parties, by their canonical URI."""

    sites: Mapping[str, Site] = {}
    parties: Mapping[str, Party] = {}

    def site(self, uri: str) -> Site:
        """Return a place; a room of a place that is not known as such is that place."""
        if found := self.sites.get(uri) or self.sites.get(without_room(uri)):
            return found
        if matched := _GEO.fullmatch(uri):
            return Site(lat=matched[1], lng=matched[2])
        return Site()

    def party(self, uri: str) -> Party:
        """Return a party; one that nobody knows has no name, and is not invented."""
        return self.parties.get(uri) or Party(uri)


NOTHING_KNOWN = Known()
# Names, without their prefix, by which senders describe a place within the event.
_DESCRIBED = {
    "name": ("name", "siteName", "locationName"),
    "town": ("city", "addressLocality", "town"),
    "country": ("countryCode", "addressCountry", "country"),
    "lat": ("latitude", "lat"),
    "lng": ("longitude", "lng", "long"),
}
_COUNTRY = re.compile("[A-Z]{2}")


def described(place: Mapping[str, Any]) -> Site:
    """Return what an event itself says of its place, in fields of the sender's own."""
    said = {
        name.rpartition(":")[2].rpartition("/")[2]: str(value).strip()[:80]
        for name, value in place.items()
        if name != "id" and isinstance(value, str | int | float)
    }
    found = {
        member: next((said[name] for name in names if name in said), "")
        for member, names in _DESCRIBED.items()
    }
    if not _COUNTRY.fullmatch(found["country"]):
        found["country"] = ""
    return Site(
        found["name"], found["town"], found["country"], found["lat"], found["lng"]
    )


def without_room(uri: str) -> str:
    """Return the URI of a place without the extension that names a room or a dock."""
    return uri.partition("/254/")[0]


def coordinates(site: Site) -> tuple[Decimal, Decimal] | None:
    """Return latitude and longitude to 2 decimals, about a kilometre, or none."""
    try:
        lat, lng = Decimal(site.lat), Decimal(site.lng)
    except ArithmeticError:
        return None
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        return None
    return lat.quantize(Decimal("0.01")), lng.quantize(Decimal("0.01"))


def distance_km(one: Site, other: Site) -> Decimal | None:
    """Return the great-circle distance in whole kilometres, or none."""
    here, there = coordinates(one), coordinates(other)
    if here is None or there is None:
        return None
    lat1, lng1, lat2, lng2 = (math.radians(at) for at in (*here, *there))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    )
    return Decimal(round(2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))))
