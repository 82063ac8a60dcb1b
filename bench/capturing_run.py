"""One capture in a data folder of its own: `python -m bench.capturing_run 1000`."""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = "https://id.gs1.org/01"
YARN, PULL = "09521234008019", "09521234003007"
ROUNDS = 15


def main(size: int) -> None:
    """Capture `size` events of as many lots as that makes, and print what it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from bench import databases

    databases.prepare()
    from django.db import connection

    # Pages of the database that the kernel maps would count as memory of the capture.
    connection.cursor().execute("PRAGMA mmap_size=0")
    from companies.models import Company
    from products.models import Product

    company = Company.objects.create(name="Mesure")
    Product.objects.create(gtin=PULL, name="Pull", company=company)
    # A first small one loads what is loaded late.
    _captured(company, _document(4, first=10**6))
    body = _document(size)
    _forget_peak()
    idle = _peak_mb()
    seconds, longest = _captured(company, body)
    found = {
        "bytes": len(body),
        "seconds": seconds,
        "longest": longest,
        "idle_mb": idle,
        "peak_mb": _peak_mb(),
        **_journey(company),
    }
    sys.stdout.write(json.dumps(found))


def _captured(company: Any, body: bytes) -> tuple[float, float]:
    """Work as the tasks do, until it is done; the clock runs for each piece."""
    from products.capturing import working
    from products.services import ask_capture
    from products.services.capturing import Way

    capture = ask_capture(company=company, chunks=[body], way=Way(door="command"))
    began, longest = time.perf_counter(), 0.0
    while capture.is_worked_on:
        piece = time.perf_counter()
        working.work()
        longest = max(longest, time.perf_counter() - piece)
        capture.refresh_from_db()
    assert capture.state == "done", capture.error_text
    return time.perf_counter() - began, longest


def _journey(company: Any) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from products import journeys

    with CaptureQueriesContext(connection) as queries:
        found = journeys.of_thing(company.pk, PULL, serial="S0")
    assert found is not None
    assert len(found.journey.steps) == 4
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        journeys.of_thing(company.pk, PULL, serial="S0")
        taken.append(1_000 * (time.perf_counter() - began))
    return {"queries": len(queries), "journey_ms": statistics.median(taken)}


def _document(size: int, first: int = 0) -> bytes:
    events = [
        event
        for number in range(first, first + max(1, size // 4))
        for event in _life(number)
    ]
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-21T08:00:00Z",
            "epcisBody": {"eventList": events},
        }
    ).encode()


def _life(number: int) -> Iterator[dict[str, Any]]:
    yarn, item = f"{ROOT}/{YARN}/10/Y{number}", f"{ROOT}/{PULL}/21/S{number}"
    common = {
        "eventTimeZoneOffset": "+01:00",
        "readPoint": {"id": "https://id.gs1.org/414/9521234000143"},
    }
    made = {"type": "TransformationEvent", "bizStep": "commissioning", **common}
    seen = {"type": "ObjectEvent", "epcList": [item], **common}
    yield {
        **made,
        "eventTime": "2026-02-05T06:00:00Z",
        "inputEPCList": [f"{ROOT}/{YARN}/10/F{number}"],
        "outputEPCList": [yarn],
    }
    yield {
        **made,
        "eventTime": "2026-03-04T10:15:00Z",
        "inputEPCList": [yarn],
        "outputEPCList": [item],
    }
    for at, action, step in (
        ("2026-03-06T09:00:00Z", "ADD", "commissioning"),
        ("2026-03-12T05:00:00Z", "OBSERVE", "shipping"),
    ):
        yield {**seen, "eventTime": at, "action": action, "bizStep": step}


def _forget_peak() -> None:
    """Let the kernel forget the peak: starting Django takes more than the run."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
