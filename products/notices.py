"""
Recalls and safety notices as readers see them: on the sheet, and of their own unit.

A leaf module, below composing. What was stated by hand of the same field stands beside.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from common.times import rfc3339
from companies.civil_status import computed
from companies.levels import Level, SourceKind, Status, lowest
from products import batches, wording
from products.drafts import Documents, Draft
from products.models import Notice, NoticeKind

PATH = "recalls.recalls"
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def in_force(gtins: Collection[str]) -> dict[str, list[Notice]]:
    """Return what holds of some products, the newest first, in one query."""
    found: dict[str, list[Notice]] = {}
    rows = (
        Notice.objects.in_force()
        .filter(product__in=gtins)
        .select_related("company")
        .order_by("-published_at", "-pk")
    )
    for notice in rows:
        found.setdefault(notice.product_id, []).append(notice)
    return found


def add_all(drafts: Sequence[Draft]) -> None:
    """Put the notices that hold into the drafts, above what was stated by hand."""
    found = in_force([draft.gtin for draft in drafts])
    for draft in drafts:
        if notices := found.get(draft.gtin):
            _merge(draft.documents, notices)


def item(notice: Notice) -> dict[str, Any]:
    """Return a notice as an entry of the field, in no language yet."""
    return {
        "id": str(notice.number),
        "version": notice.version,
        "kind": notice.kind,
        "authority": notice.authority,
        "reference": notice.reference,
        "batches": notice.batches,
        "published_at": rfc3339(notice.published_at),
        "text": notice.text,
        "what_to_do": notice.what_to_do,
        "url": notice.url or None,
        "source": source(notice),
        "level": level(notice).value,
    }


def source(notice: Notice) -> dict[str, Any]:
    """Return who says so: the company, or the authority as the operator read it."""
    if notice.company is not None:
        kind, name = SourceKind.PRODUCER, notice.company.name
    else:
        kind, name = SourceKind.REGISTER, notice.authority
    return {"kind": kind.value, "name": name, "url": notice.url or None}


def level(notice: Notice) -> Level:
    """Return how far it is verified: what can be read at the authority has evidence."""
    is_read = notice.company_id is None and notice.url
    return Level.EVIDENCED if is_read else Level.DECLARED


def of_part(gtin: str, *, lot: str = "", serial: str = "") -> list[dict[str, Any]]:
    """Return what holds of a product and whether this lot or item is meant, worded."""
    return [
        worded(
            notice,
            affected=batches.affects(notice.batches, lot=lot, serial=serial),
            lot=lot,
            serial=serial,
        )
        for notice in in_force([gtin]).get(gtin, [])
    ]


def worded(
    notice: Notice, *, affected: bool | None, lot: str = "", serial: str = ""
) -> dict[str, Any]:
    """
    Return a notice for whoever has a unit of the product, in the active language.

    `affected` is none where the unit is not known well enough.
    """
    return {
        "id": str(notice.number),
        "version": notice.version,
        "kind": notice.kind,
        "state": "withdrawn" if notice.is_withdrawn else "in_force",
        "title": title(notice.kind),
        "affected": affected,
        "affected_text": sentence(notice, affected=affected, lot=lot, serial=serial),
        "text": wording.translated(notice.text),
        "what_to_do": wording.translated(notice.what_to_do)
        if notice.what_to_do
        else "",
        "batches": notice.batches,
        "batches_text": batches.named(notice.batches) or _("every unit"),
        "authority": notice.authority,
        "reference": notice.reference,
        "published_at": rfc3339(notice.published_at),
        "url": notice.url or None,
        "reason": notice.reason,
    }


def title(kind: str) -> str:
    """Return what kind of notice it is, to be shown above it."""
    if kind == NoticeKind.RECALL:
        return _("Product recall")
    return _("Safety notice")


def sentence(
    notice: Notice, *, affected: bool | None, lot: str = "", serial: str = ""
) -> str:
    """Say whether this unit is meant, or how to find that out."""
    if notice.is_withdrawn:
        return _("This notice was withdrawn: it does not apply any more.")
    if not notice.batches:
        return _("Every unit of this product is concerned.")
    if affected is None:
        units = batches.named(notice.batches)
        return _("Check the lot: this concerns %(units)s.") % {"units": units}
    return _certain(notice, affected=affected, lot=lot, serial=serial)


def _certain(notice: Notice, *, affected: bool, lot: str, serial: str) -> str:
    is_item = bool(serial) and (
        not lot or batches.affects(notice.batches, lot=lot) is not True
    )
    values = {"lot": lot, "serial": serial}
    if is_item and affected:
        return _("Your item no. %(serial)s is concerned.") % values
    if affected:
        return _("Your lot %(lot)s is concerned.") % values
    if lot:
        return _("Your lot %(lot)s is not among those concerned.") % values
    return _("Your item no. %(serial)s is not among those concerned.") % values


def _merge(documents: Documents, notices: Sequence[Notice]) -> None:
    stated = documents[PATH]
    by_hand = _others(stated, {one.reference.casefold() for one in notices})
    items = sorted([*map(item, notices), *by_hand], key=_announced, reverse=True)
    levels = [level(one).value for one in notices]
    if by_hand:
        levels.append(stated["level"])
    document = computed(
        lowest(levels),
        value=items,
        observed_at=rfc3339(max(one.recorded_at for one in notices)),
        states=stated.get("states"),
    )
    sources = [source(one) for one in notices]
    if not by_hand and all(one == sources[0] for one in sources):
        document["source"] = sources[0]
    if others := _contradicted(stated):
        document["discrepancy"] = others
    documents[PATH] = document


def _others(stated: dict[str, Any], references: set[str]) -> list[dict[str, Any]]:
    """Return the entries stated by hand, without those that a notice has as well."""
    value = stated["value"] if stated["status"] == Status.KNOWN else None
    return [
        one
        for one in value or []
        if isinstance(one, dict)
        and str(one.get("reference", "")).casefold() not in references
    ]


def _contradicted(stated: dict[str, Any]) -> list[dict[str, Any]]:
    """Return who said otherwise, whoever said that there is no recall included."""
    others = list(stated.get("discrepancy", []))
    if stated["status"] in (Status.NONE, Status.NOT_APPLICABLE):
        bare = {key: one for key, one in stated.items() if key != "discrepancy"}
        others.insert(0, bare)
    return others


def _announced(entry: dict[str, Any]) -> datetime:
    try:
        found = parse_datetime(str(entry.get("published_at", "")))
    except ValueError:
        found = None
    if found is None:
        return _LONG_AGO
    return found if found.tzinfo else found.replace(tzinfo=UTC)
