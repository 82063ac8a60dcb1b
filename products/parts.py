"""
One item or one lot: what refines the sheet of its product.

A leaf module. It tells of this lot and this item alone: another lot's events are not
its own, and what nobody documented is a gap.
"""

import re
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from companies.civil_status import unknown
from products import journeys, notices, panels, wording
from products.drafts import Draft
from products.epcis.identifiers import of_product
from products.errors import PartRefused
from products.models import Product
from products.vocabulary import Section, sections

SECTION = "traceability"
# What GS1 allows for a lot and for a serial number: character set 82.
_NUMBER = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{0,20}")


class Part(NamedTuple):
    """What is asked for: a lot, an item, or an item and the lot it is said to be of."""

    gtin: str
    lot: str
    serial: str

    @property
    def granularity(self) -> str:
        """Return `item` or `batch`, as the Digital Link has it."""
        return "item" if self.serial else "batch"


def document(
    gtin: str, *, lot: str = "", serial: str = "", language: str
) -> dict[str, Any]:
    """
    Return what is known of one lot or one item of a product, in `fr` or `en`.

    `gtin` has 14 digits. `notices` are the recalls and warnings that hold, each with
    whether this unit is meant. Raise `PartRefused` for what is no lot and no serial
    number.
    """
    _require_possible(lot, serial)
    part = Part(gtin, lot, serial)
    owner = Product.objects.filter(pk=gtin).values_list("company", flat=True).first()
    found = journeys.of_thing(owner, gtin, lot=lot, serial=serial)
    draft = Draft(
        gtin,
        timezone.localdate(),
        {field.path: unknown() for field in _section().fields},
    )
    if found is not None:
        journeys.write(draft, found)
    with override(language):
        return {
            "gtin": gtin,
            "granularity": part.granularity,
            "lot": lot or None,
            "serial": serial or None,
            "identifier": of_product(gtin, lot=lot, serial=serial).key,
            "language": language,
            "title": _title(part),
            "text": _text(part, found),
            "section": _worded(draft, language),
            "notices": notices.of_part(gtin, lot=lot, serial=serial),
            "gaps": _gaps(draft, found),
        }


def _require_possible(lot: str, serial: str) -> None:
    is_any = bool(lot or serial)
    if not is_any or not (_NUMBER.fullmatch(lot) and _NUMBER.fullmatch(serial)):
        raise PartRefused(
            _(
                "A lot or a serial number has 1 to 20 letters without accents, digits "
                "or signs."
            )
        )


def _section() -> Section:
    return next(one for one in sections() if one.key == SECTION)


def _worded(draft: Draft, language: str) -> dict[str, Any]:
    section = _section()
    known = [one for one in section.fields if draft.documents[one.path]["level"]]
    return {
        "label": section.label(language),
        "field_order": [one.key for one in known],
        "fields": {
            one.key: {
                "label": one.label(language),
                **wording.describe(one, draft.documents[one.path]),
            }
            for one in known
        },
        "panels": panels.of_section(SECTION, draft) if known else [],
    }


def _title(part: Part) -> str:
    if part.serial:
        return _("This item, no. %(serial)s") % {"serial": part.serial}
    return _("This lot, no. %(lot)s") % {"lot": part.lot}


def _text(part: Part, found: journeys.Found | None) -> str:
    if found is not None:
        return _("What was documented of it, step by step, and what was not.")
    if part.serial:
        return _(
            "Nobody has documented the journey of this item. What the sheet says of "
            "the product may not be true of each of its items."
        )
    return _(
        "Nobody has documented the journey of this lot. What the sheet says of the "
        "product may not be true of each of its lots."
    )


def _gaps(draft: Draft, found: journeys.Found | None) -> list[dict[str, Any]]:
    """Return what is missing of the journey, the whole of it where nobody told any."""
    path = f"{SECTION}.journey"
    if found is None:
        return [{"field": path, "text": _("journey not documented")}]
    steps = [one for one in draft.documents[path]["value"] if one["kind"] == "gap"]
    return [
        {
            "field": path,
            "text": wording.translated(step["step"])
            if isinstance(step.get("step"), dict)
            else _("step not documented"),
        }
        for step in steps
    ]
