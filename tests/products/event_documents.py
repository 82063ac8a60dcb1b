"""EPCIS documents for tests: small, and all of them of one fictitious pull."""

import json
from typing import Any

from companies.models import Company
from products.models import Capture
from products.services import ask_capture
from products.services.capturing import Way

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    {"example": "https://ns.filature.example/epcis/"},
]
MILL = "https://id.gs1.org/414/9521234000143"
SHOP = "https://id.gs1.org/414/9521234000235"
# The yarn that the pull is knitted from; no company here declares it.
YARN = "09521234008019"


def link(gtin: str, *, lot: str = "", serial: str = "") -> str:
    """Return the Digital Link of an item, a lot or a model."""
    part = f"/21/{serial}" if serial else f"/10/{lot}" if lot else ""
    return f"https://id.gs1.org/01/{gtin}{part}"


def transformation(
    inputs: list[str], outputs: list[str], at: str = "2026-02-05T06:00:00Z", **more: Any
) -> dict[str, Any]:
    """Return the making of something out of something."""
    return {
        "type": "TransformationEvent",
        "eventTime": at,
        "eventTimeZoneOffset": "+01:00",
        "bizStep": "commissioning",
        "inputEPCList": inputs,
        "outputEPCList": outputs,
        "readPoint": {"id": MILL},
        **more,
    }


def observation(
    things: list[str],
    at: str = "2026-03-06T09:00:00Z",
    step: str = "shipping",
    **more: Any,
) -> dict[str, Any]:
    """Return what somebody saw happen to something."""
    return {
        "type": "ObjectEvent",
        "eventTime": at,
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "bizStep": step,
        "epcList": things,
        "readPoint": {"id": SHOP},
        **more,
    }


def commissioning(
    things: list[str], at: str = "2026-03-04T10:15:00Z", **more: Any
) -> dict[str, Any]:
    """Return how items come into being."""
    return observation(things, at, "commissioning", action="ADD", **more)


def declared_wrong(event: dict[str, Any], *instead: str) -> dict[str, Any]:
    """Return an event once more, to say that it was wrong."""
    return {
        **event,
        "errorDeclaration": {
            "declarationTime": "2026-03-20T08:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": list(instead),
        },
    }


def document(*events: Any, **head: Any) -> bytes:
    """Return a document of events as bytes."""
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-21T08:00:00Z",
            **head,
            "epcisBody": {"eventList": list(events)},
        }
    ).encode()


def life(gtin: str, *, lot: str = "LOT-1", serial: str = "A1") -> list[dict[str, Any]]:
    """Return the life of an item: spun, knitted and shipped; 29.125 days of making."""
    item = link(gtin, serial=serial)
    yarn = link(YARN, lot=f"YARN-{lot}")
    return [
        transformation([link(YARN, lot=f"FIBRE-{lot}")], [yarn]),
        transformation(
            [yarn],
            [item],
            at="2026-03-04T10:15:00Z",
            ilmd={"cbvmda:lotNumber": lot},
        ),
        commissioning([item], at="2026-03-06T09:00:00Z"),
        observation([item], at="2026-03-12T05:00:00Z"),
    ]


def captured(
    company: Company, body: bytes, *, is_dry_run: bool = False, behaviour: str = ""
) -> Capture:
    """Send a document in a company's name and wait until it is done."""
    from products.tasks import capture_events

    capture = ask_capture(
        company=company,
        chunks=[body],
        way=Way(
            door=Capture.Door.API,
            name="epcis.json",
            is_dry_run=is_dry_run,
            behaviour=behaviour or Capture.Behaviour.ROLLBACK,
        ),
    )
    while capture.is_worked_on:
        capture_events()
        capture.refresh_from_db()
    return capture
