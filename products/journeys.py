"""
From rows to a journey: of an item, of a lot, or of what stands for a product.

A leaf module. The things of events are an index, so a journey is found generation by
generation, in a number of queries that does not grow with the catalogue. What others
say of a product is not shown as its journey (`products/capturing/rights.py`): an event
counts when it was captured by the product's own company, or speaks of what the company
that captured it makes itself.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from common.times import rfc3339
from companies.civil_status import computed
from companies.levels import lowest
from products.drafts import Draft
from products.epcis.events import Event, restore
from products.epcis.gathering import Party, Recorded, gather
from products.epcis.identifiers import ROOT, Thing, canonical, of_product
from products.epcis.representing import representative
from products.epcis.walking import Journey, Known, Site, journey
from products.models import Event as Row
from products.models import EventThing, Place, Product

# A journey of more events is cut, and said to be: nobody reads further.
MOST_EVENTS = 1_000
# Of so many of the latest, the one that stands for a product is chosen.
LATEST = 200
# So many hashes are on the sheet; each step has its own beside it.
MOST_HASHES = 20
CHUNK = 500
# A GLN as a party stands where the same GLN is described as a location.
PLACE_KEYS = ("414", "417", "254")


class Found(NamedTuple):
    """A journey, the thing it is of, and the events that it was told by."""

    thing: Thing
    journey: Journey
    recorded: list[Recorded]


def of_thing(
    owner: uuid.UUID | None, gtin: str, *, lot: str = "", serial: str = ""
) -> Found | None:
    """Return the journey of an item or a lot of a company's product, if any is told."""
    if owner is None:
        return None
    return _walked(of_product(gtin, lot=lot, serial=serial), _Reader(owner))


def of_product_itself(owner: uuid.UUID | None, gtin: str) -> Found | None:
    """
    Return the journey of what stands for a product: its latest lot that is told of.

    Of single items only, the latest one: but of these somebody may be the owner.
    """
    if owner is None:
        return None
    reader = _Reader(owner)
    start = representative(reader.latest(gtin), gtin)
    return _walked(start, reader) if start is not None else None


def _walked(start: Thing, reader: "_Reader") -> Found | None:
    recorded = gather(start, reader.fetch, limit=MOST_EVENTS)
    if not recorded:
        return None
    found = journey(recorded, start, known=_known(reader.owner, recorded))
    return Found(start, found, recorded) if found.items() else None


class _Reader:
    """The events that count for the products of one company."""

    def __init__(self, owner: uuid.UUID) -> None:
        self.owner = owner
        self._owners: dict[str, uuid.UUID | None] = {}

    def fetch(self, keys: frozenset[str]) -> list[Recorded]:
        """Return the events that mention things, but as what others are made of."""
        wanted = ~Q(role=EventThing.Role.INPUT)
        # What else a pallet holds is of no concern; that it was emptied is.
        wanted &= ~Q(role=EventThing.Role.PARENT, event__action="ADD")
        found: set[str] = set()
        ordered = sorted(keys)
        for start in range(0, len(ordered), CHUNK):
            found.update(
                EventThing.objects.filter(wanted, key__in=ordered[start:][:CHUNK])
                # Of too many, how it came into being is what must not be missing.
                .order_by("-is_made", "-time")
                .values_list("event", flat=True)[:MOST_EVENTS]
            )
        return self._recorded(found)

    def latest(self, gtin: str) -> list[Recorded]:
        """Return the latest events that make things of a product."""
        made = EventThing.objects.filter(gtin=gtin, is_made=True).order_by("-time")
        hashes = made.values_list("event", flat=True)
        own = hashes.filter(event__company=self.owner)[:LATEST]
        return self._recorded(set(own))

    def _recorded(self, hashes: Iterable[str]) -> list[Recorded]:
        rows: list[Row] = []
        ordered = sorted(hashes)
        for start in range(0, len(ordered), CHUNK):
            rows += (
                Row.objects.filter(hash__in=ordered[start:][:CHUNK])
                .select_related("company")
                .prefetch_related("corrections")
            )
        events = [(row, restore(row.body, row.namespaces)) for row in rows]
        self._learn_owners(events)
        return [
            one
            for row, event in events
            if self._counts(row, event)
            for one in _as_recorded(row, event)
        ]

    def _learn_owners(self, events: Sequence[tuple[Row, Event]]) -> None:
        gtins = {
            gtin
            for row, event in events
            if row.company_id != self.owner
            for gtin in event.gtins
        } - self._owners.keys()
        if gtins:
            known = Product.objects.filter(gtin__in=sorted(gtins)[:CHUNK])
            self._owners |= dict.fromkeys(gtins)
            self._owners |= dict(known.values_list("gtin", "company"))

    def _counts(self, row: Row, event: Event) -> bool:
        if row.company_id == self.owner:
            return True
        return any(self._owners.get(gtin) == row.company_id for gtin in event.gtins)


def _as_recorded(row: Row, event: Event) -> list[Recorded]:
    captured_by = Party(str(row.company_id), row.company.name)

    def recorded(one: Event) -> Recorded:
        return Recorded(
            event=one,
            event_hash=row.uri,
            captured_by=captured_by,
            signed_by=row.signed_by,
            verification=row.level,
        )

    wrong = [
        recorded(restore({**row.body, "errorDeclaration": one.body}, row.namespaces))
        for one in row.corrections.all()
    ]
    return [recorded(event), *wrong]


def _known(owner: uuid.UUID, recorded: Sequence[Recorded]) -> Known:
    """Return what is said of the places of events; the product's company comes last."""
    wanted = {uri for one in recorded for uri in _named(one.event.content)}
    captors = {uuid.UUID(one.captured_by.key) for one in recorded if one.captured_by}
    sought = {spelt for uri in wanted for spelt in _spellings(uri)}
    rows = list(
        Place.objects.filter(
            company__in=captors | {owner}, identifier__in=sorted(sought)[:MOST_EVENTS]
        ).order_by("pk")
    )
    rows.sort(key=lambda row: row.company_id == owner)
    described = {row.identifier: row for row in rows}
    sites, parties = {}, {}
    for uri in wanted:
        row = next((described[s] for s in _spellings(uri) if s in described), None)
        if row is None:
            continue
        sites[uri] = _site(row)
        if row.name:
            parties[uri] = Party(uri, row.name)
    return Known(sites=sites, parties=parties)


def _named(content: dict[str, Any]) -> Iterable[str]:
    for name in ("readPoint", "bizLocation"):
        place = content.get(name)
        if isinstance(place, dict) and isinstance(place.get("id"), str):
            yield canonical(place["id"])
    for name, member in (("sourceList", "source"), ("destinationList", "destination")):
        for one in content.get(name, ()):
            if isinstance(one, dict) and isinstance(one.get(member), str):
                yield canonical(one[member])


def _spellings(uri: str) -> list[str]:
    """Return the identifiers by which a place may be described, the exact one first."""
    parts = uri.removeprefix(f"{ROOT}/").split("/")
    if not uri.startswith(ROOT) or parts[0] not in PLACE_KEYS or len(parts) < 2:
        return [uri]
    return list(
        dict.fromkeys([uri, *(f"{ROOT}/{key}/{parts[1]}" for key in ("414", "417"))])
    )


def _site(row: Place) -> Site:
    return Site(
        name=row.name,
        town=row.town,
        country=row.country,
        lat=str(row.latitude) if row.latitude is not None else "",
        lng=str(row.longitude) if row.longitude is not None else "",
    )


# --- On the sheet ---------------------------------------------------------------------


def add(draft: Draft, product: Product) -> None:
    """Add the journey of a product to its draft, if its company captured any."""
    add_all([draft], [product])


def add_all(drafts: Sequence[Draft], products: Sequence[Product]) -> None:
    """Add their journeys to drafts; products without events cost nothing."""
    told = set(
        EventThing.objects.filter(
            gtin__in=[product.gtin for product in products], is_made=True
        )
        .values_list("gtin", flat=True)
        .distinct()
    )
    for draft, product in zip(drafts, products, strict=True):
        if product.gtin in told:
            found = of_product_itself(product.company_id, product.gtin)
            if found is not None:
                write(draft, found, is_public=True)


def write(draft: Draft, found: Found, *, is_public: bool = False) -> None:
    """
    Write a journey into the documents of a draft.

    What was typed by hand stands beside it. `is_public`: whoever reads holds no item,
    so no serial number is told.
    """
    summary = found.journey.summary()
    # What else was gathered, and what was declared wrong, tells nothing of it.
    walked = found.journey.followed.path or found.recorded
    common = {
        "level": lowest([one.verification for one in walked]),
        "observed_at": _observed_at(found),
    }
    hashes = list(found.journey.event_hashes)
    _put(
        draft,
        "traceability.journey",
        computed(
            **common,
            value=found.journey.items(),
            event_hashes=hashes[:MOST_HASHES],
            events=len(hashes),
        ),
    )
    values = {
        "verified_ratio": (summary.get("verified_ratio"), "C62"),
        "steps": (summary.get("steps"), None),
        "countries": (list(summary.get("countries") or ()), None),
        "distance": (summary.get("distance_km"), "KMT"),
        "stands_on": (_stands_on(found.thing, is_public=is_public), None),
    }
    for key, (value, unit) in values.items():
        path = f"traceability.{key}"
        if value and path in draft.documents:
            inputs = ["traceability.journey"]
            _put(draft, path, computed(**common, value=value, unit=unit, inputs=inputs))
    if summary.get("lead_time"):
        timed = computed(
            **common, value=summary["lead_time"], inputs=["traceability.journey"]
        )
        signed = sum(bool(one.signed_by) for one in walked)
        draft.documents["traceability.lead_time_computed"] = {
            **timed,
            "signed_events": signed,
        }


def _put(draft: Draft, path: str, document: dict[str, Any]) -> None:
    stated = draft.documents.get(path)
    if stated is not None and stated["level"]:
        others = [*stated.pop("discrepancy", ()), stated]
        document["discrepancy"] = [one for one in others if one["status"] == "known"]
        if not document["discrepancy"]:
            del document["discrepancy"]
    draft.documents[path] = document


def _stands_on(thing: Thing, *, is_public: bool) -> str:
    return thing.lot or ("" if is_public else thing.serial)


def _observed_at(found: Found) -> str:
    moment = found.journey.observed_at
    return rfc3339(moment or min(one.event.event_time for one in found.recorded))
