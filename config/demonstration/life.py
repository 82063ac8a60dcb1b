"""
What happens to made-up products: events of two lots, a safety notice, a replacement.

Loaded before the sheets are published, so that each of these is on the first one. What
is there already is left alone, and so is what a person withdrew or took back since.
"""

import json
import time
from datetime import date
from typing import Any

from django.utils import timezone

from companies.models import Company
from config.demonstration import data
from products.capturing import working
from products.models import (
    Capture,
    Event,
    Notice,
    Place,
    Product,
    Replacement,
    ReplacementReason,
)
from products.services import ask_capture
from products.services.capturing import Way

# A worker that runs already may have taken the document: it is waited for no longer.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.02


def load() -> None:
    """Add what is missing of all three."""
    _tell_events(data.read("events.json"))
    content = data.read("life.json")
    for described in content["notices"]:
        _warn(described)
    for described in content["replacements"]:
        _replace(described)


def _tell_events(content: dict[str, Any]) -> None:
    company = Company.objects.get(pk=content["company"])
    if Event.objects.filter(company=company).exists():
        return
    for described in content["places"]:
        Place.objects.get_or_create(
            company=company, identifier=described["identifier"], defaults=described
        )
    capture = ask_capture(
        company=company,
        chunks=[json.dumps(content["document"]).encode()],
        way=Way(Capture.Door.COMMAND, "demonstration"),
    )
    until = time.monotonic() + PATIENCE_SECONDS
    while not _is_final(capture) and time.monotonic() < until:
        if not working.work():
            time.sleep(PAUSE_SECONDS)
    _let_publish(content["gtin"])


def _is_final(capture: Capture) -> bool:
    capture.refresh_from_db()
    return not capture.is_worked_on


def _warn(described: dict[str, Any]) -> None:
    """Record a notice of the company itself; the row is all that there is to it."""
    product = Product.objects.get(pk=described["gtin"])
    if product.notices.filter(reference=described["reference"]).exists():
        return
    said = {
        key: described[key]
        for key in ("kind", "authority", "reference", "batches", "text", "what_to_do")
    }
    Notice.objects.create(
        product=product,
        company=product.company,
        published_at=data.noon(described["published_on"]),
        **said,
    )
    _let_publish(product.pk)


def _replace(described: dict[str, Any]) -> None:
    old, new = described["old"], described["new"]
    if Replacement.objects.filter(old=old).exists():
        return
    Replacement.objects.create(
        old_id=old,
        new_id=new,
        since=date.fromisoformat(described["since"]),
        reason=ReplacementReason.CONTENT,
    )
    _let_publish(old, new)


def _let_publish(*gtins: str) -> None:
    Product.objects.filter(pk__in=gtins).update(publication_due_at=timezone.now())
