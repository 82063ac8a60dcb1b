"""Small events for these tests: one product, one lot, one pallet, three places."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from products.epcis import identifiers
from products.epcis.events import Event
from products.epcis.gathering import Party, Recorded
from products.epcis.walking import Known, Site

VECTORS = Path(__file__).parents[2] / "vectors"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GTIN = "09521234003007"
YARN = "https://id.gs1.org/01/09521234008019/10/YARN-1"
FIBRE = "https://id.gs1.org/01/09521234008002/10/FIBRE-1"
LOT = f"https://id.gs1.org/01/{GTIN}/10/LOT-1"
OTHER_LOT = f"https://id.gs1.org/01/{GTIN}/10/LOT-2"
ITEM = f"https://id.gs1.org/01/{GTIN}/21/A1"
SIBLING = f"https://id.gs1.org/01/{GTIN}/21/A2"
PALLET = "https://id.gs1.org/00/040123450000001112"
ROUBAIX = "https://id.gs1.org/414/9521234000143"
PORTO = "https://id.gs1.org/414/9521234000150"
LYON = "https://id.gs1.org/414/9521234000235"
KNOWN = Known(
    sites={
        ROUBAIX: Site("Filature", "Roubaix", "FR", "50.69", "3.18", Party("mill")),
        PORTO: Site("Tecelagem", "Porto", "PT", "41.15", "-8.61", Party("weaver")),
        LYON: Site("Boutique", "Lyon", "FR", "45.76", "4.84", Party("shop")),
    }
)


def thing(uri: str) -> identifiers.Thing:
    """Return the thing of a URI that is known to be right."""
    found = identifiers.thing(uri)
    assert found is not None
    return found


def event(kind: str, at: str, place: str = "", /, **members: Any) -> dict[str, Any]:
    """Return an event of `kind` on a day of 2026, `03-04T10:00`, by the UTC clock."""
    where = {"readPoint": {"id": place}} if place else {}
    return {
        "type": f"{kind}Event",
        "eventTime": f"2026-{at}:00Z",
        "eventTimeZoneOffset": "+00:00",
        **where,
        **members,
    }


def seen(at: str, place: str, *things: str, step: str = "storing") -> dict[str, Any]:
    """Return an event that only sees things somewhere."""
    return event(
        "Object", at, place, action="OBSERVE", bizStep=step, epcList=list(things)
    )


def made(at: str, place: str, inputs: list[str], outputs: list[str]) -> dict[str, Any]:
    """Return a transformation."""
    members = {"inputEPCList": inputs, "outputEPCList": outputs}
    return event("Transformation", at, place, **members)


def packed(
    at: str, *children: str, action: str = "ADD", pallet: str = PALLET
) -> dict[str, Any]:
    """Return an event that puts things on a pallet, or takes them off."""
    members = {"parentID": pallet, "childEPCs": list(children), "action": action}
    return event("Aggregation", at, "", **members)


def recorded(*contents: dict[str, Any], **members: Any) -> list[Recorded]:
    """Return events as captured."""
    return [Recorded(Event(content), **members) for content in contents]


def times(found: Any) -> list[str]:
    """Return the days on which the steps of a journey were, `03-04`."""
    return [step.recorded.event.local_time[5:10] for step in found.steps]
