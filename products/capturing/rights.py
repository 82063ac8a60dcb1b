"""
Who may say what: which events a company may capture, and which it may declare wrong.

A company speaks of what it makes. An event that makes something (a transformation's
output, whatever is added or commissioned, the lot that it is given) is refused with
`foreign_product` when another company here has declared the GTIN: neither a competitor
nor a company of the same group speaks for it; who acts for it is its member.

What a product is made of may be told as well, up to the first supplier: materials whose
GTIN nobody here has declared are told by whoever uses them. A supplier that declares
its own GTIN speaks for itself from then on, and its events are part of the journeys of
what is made with them.

A shop or a carrier may capture what happens to others' products (received, stored,
aggregated on a pallet, sold): that makes nothing. It is kept, and is the company's own
to query; the sheet of the product shows it to nobody, since its producer has not said
so (`products/journeys.py`).

An event is declared wrong by the company that captured it, and by no other:
`foreign_event`.
"""

import uuid
from collections.abc import Iterable, Sequence

from products.capturing.refusals import Refusal
from products.epcis.events import Event
from products.models import Event as Row
from products.models import Product

COMMISSIONING = "commissioning"


def makes(event: Event, role: str) -> bool:
    """Say whether what has this role in an event comes into being by it."""
    if role in {"output", "lot"}:
        return True
    is_start = event.action == "ADD" or event.biz_step == COMMISSIONING
    return role == "epc" and is_start


def made(event: Event) -> set[str]:
    """Return the GTINs of what an event makes."""
    return {
        one.thing.gtin
        for one in event.mentions
        if one.thing.gtin and makes(event, one.role)
    }


def foreign(events: Sequence[Event], company: uuid.UUID) -> Iterable[Refusal]:
    """Yield what is not this company's to capture, in two queries for all events."""
    gtins = {gtin for event in events for gtin in made(event)}
    others = set(
        Product.objects.filter(gtin__in=gtins, company__isnull=False)
        .exclude(company=company)
        .values_list("gtin", flat=True)
    )
    wrong = [event.event_hash for event in events if event.is_error_declaration]
    not_theirs = set(
        Row.objects.filter(hash__in=[hexadecimal(one) for one in wrong])
        .exclude(company=company)
        .values_list("hash", flat=True)
    )
    for event in events:
        if taken := sorted(made(event) & others):
            yield Refusal(event.index, "", "foreign_product", {"gtin": taken[0]})
        elif event.is_error_declaration and hexadecimal(event.event_hash) in not_theirs:
            yield Refusal(event.index, ".errorDeclaration", "foreign_event", {})


def hexadecimal(uri: str) -> str:
    """Return the 64 digits of an event hash, `ni:///sha-256;…?ver=CBV2.0`."""
    return uri.partition(";")[2].partition("?")[0]
