"""
Places and parties as the head of a document describes them: its master data.

Only what readers may see is taken: a name, a town, a country, coordinates of two
decimals. No street, no person. What a member typed is not written over.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from products.epcis.identifiers import canonical
from products.models import Capture, Place

MOST = 1_000
# The end of a CBV attribute, `urn:epcglobal:cbv:mda#city` or `cbvmda:city`, in lower.
NAMES = {
    "name": "name",
    "organizationname": "name",
    "city": "town",
    "countrycode": "country",
    "latitude": "latitude",
    "longitude": "longitude",
}
LENGTHS = {"name": 200, "town": 120}
BOUNDS = {"latitude": 90, "longitude": 180}
_COUNTRY = re.compile("[A-Z]{2}")
Described = dict[str, dict[str, str]]


def described(body: bytes) -> Described:
    """Return what a document that can be read says of places, by canonical URI."""
    if b"vocabularyElementList" not in body:
        return {}
    try:
        document = json.loads(body)
    except ValueError:
        # An XML document: its places are typed, or come with a JSON one.
        return {}
    found: Described = {}
    for element in _elements(document):
        about = _about(element.get("attributes"))
        if about and isinstance(element.get("id"), str) and len(found) < MOST:
            found[canonical(element["id"])[:300]] = about
    return found


def keep(capture: Capture, found: Described) -> None:
    """Write the places that a document describes, as the company's."""
    if not found:
        return
    own = Place.objects.filter(company=capture.company_id)
    rows = {one.identifier: one for one in own.filter(identifier__in=list(found))}
    new = [
        Place(
            company_id=capture.company_id,
            identifier=identifier,
            is_typed=False,
            **about,
        )
        for identifier, about in sorted(found.items())
        if identifier not in rows
    ]
    Place.objects.bulk_create(new, ignore_conflicts=True)
    for identifier, about in sorted(found.items()):
        if identifier in rows and not rows[identifier].is_typed:
            # Asked again: somebody may be typing at this moment.
            own.filter(identifier=identifier, is_typed=False).update(**about)


def _elements(document: Any) -> Iterator[dict[str, Any]]:
    head = _member(_member(document, "epcisHeader"), "epcisMasterData")
    for vocabulary in _list(head, "vocabularyList"):
        if "location" in _kind(vocabulary) or "party" in _kind(vocabulary):
            yield from _list(vocabulary, "vocabularyElementList")


def _kind(vocabulary: dict[str, Any]) -> str:
    kind = str(vocabulary.get("type", "")).lower()
    # Read points and sources are places and parties by other names.
    is_other = kind.endswith(("readpoint", "readpointid", "sourcedest", "sourcedestid"))
    return "location" if is_other else kind


def _about(attributes: Any) -> dict[str, str]:
    given: dict[str, str] = {}
    for one in attributes if isinstance(attributes, list) else ():
        if not isinstance(one, dict):
            continue
        name = re.split("[#:/]", str(one.get("id", "")))[-1].lower()
        text = _text(one.get("attribute"))
        if text and name in NAMES:
            given[NAMES[name]] = text
    return _clean(given)


def _clean(given: dict[str, str]) -> dict[str, str]:
    about = {key: given[key][:most] for key, most in LENGTHS.items() if given.get(key)}
    if _COUNTRY.fullmatch(given.get("country", "").upper()):
        about["country"] = given["country"].upper()
    coordinates = {key: _rounded(given.get(key), most) for key, most in BOUNDS.items()}
    # One without the other is no point.
    if all(coordinates.values()):
        about |= {key: str(value) for key, value in coordinates.items()}
    return about


def _rounded(text: str | None, most: int) -> str | None:
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > most:
        return None
    return str(value.quantize(Decimal("0.01")))


def _text(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or len(value) > 1_000:
        return ""
    return " ".join(value.replace("\0", " ").split())


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _list(value: Any, name: str) -> list[dict[str, Any]]:
    found = _member(value, name)
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict)]
