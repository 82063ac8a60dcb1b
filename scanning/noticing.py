"""
Telling shoppers of a recall: those who keep a history and scanned the product.

A leaf module. It works off the scans' path, in short transactions, each of which holds
the notice and the histories that it reads: whoever erases a history meanwhile waits,
and then erases what was told as well.
"""

import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import override

from common import hub
from products import batches
from products import notices as products_notices
from products.models import Notice
from scanning.models import HistoryEntry, NoticeDelivery, ScanHistory, Spreading
from shoppers.models import Shopper

# Far below the limit of a task.
WORK_SECONDS = 4.0
# Shoppers in one transaction: on SQLite others wait to write meanwhile.
PIECE = 200
# Scans are in memory for two seconds before they are in a history; what was scanned
# just before a notice must be found as well.
SETTLE_SECONDS = 5.0
# A phone without network hands its scans in later: who has scanned before the notice is
# looked for again each day, for as long as phones keep their scans.
AGAIN_AFTER = timedelta(hours=20)
AGAIN_FOR = timedelta(days=30)
# A phone is told the latest; all of them are in the list.
SHOWN_AT_ONCE = 20


class Match(NamedTuple):
    """Whether what a shopper scanned is meant, and by which lot that is known."""

    is_affected: bool | None
    lot: str


def work(*, settle_seconds: float = SETTLE_SECONDS) -> bool:
    """Tell for some seconds whoever is to be told; say whether somebody still is."""
    until = time.monotonic() + WORK_SECONDS
    _begin(settle_seconds)
    _begin_again()
    while (number := _next()) is not None:
        _piece(number)
        if time.monotonic() >= until:
            return _next() is not None
    return False


def unseen_of(shopper: Shopper) -> list[tuple[str, dict[str, Any]]]:
    """Return what a shopper has not seen yet, in their language, in one query."""
    rows = (
        NoticeDelivery.objects.filter(shopper=shopper, seen_at=None)
        .for_list()
        .order_by("told_at", "pk")[:SHOWN_AT_ONCE]
    )
    with override(shopper.language):
        return [(f"{row.pk}.{row.notice.version}", document(row)) for row in rows]


def document(delivery: NoticeDelivery) -> dict[str, Any]:
    """Return a delivery as a phone shows it, in the active language."""
    notice = delivery.notice
    told = products_notices.worded(
        notice, affected=delivery.is_affected, lot=delivery.lot
    )
    return {
        **told,
        "id": str(delivery.pk),
        "notice": str(delivery.number),
        "gtin": delivery.gtin,
        "product_name": notice.product.name,
        "lot": delivery.lot or None,
        "sheet": f"/api/v1/products/{delivery.gtin}",
        "seen": delivery.seen_at is not None,
    }


def forget_of(shopper: Shopper, gtin: str | None = None) -> None:
    """Erase what a shopper was told, of one product or of all."""
    told = NoticeDelivery.objects.filter(shopper=shopper)
    (told if gtin is None else told.filter(gtin=gtin)).delete()


def match(notice: Notice, lots: Iterable[str]) -> Match:
    """
    Return what is the worst among the lots scanned of the product.

    One that is meant, before one of which nobody knows, before those that are not.
    """
    found = sorted(set(lots)) or [""]
    said = [(batches.affects(notice.batches, lot=lot), lot) for lot in found]
    for wanted in (True, None):
        for affected, lot in said:
            if affected is wanted:
                return Match(affected, lot)
    return Match(*said[0])


def _begin(settle_seconds: float) -> None:
    """Note which versions are to be told from now on."""
    begun = Spreading.objects.filter(notice=OuterRef("pk"))
    settled = timezone.now() - timedelta(seconds=settle_seconds)
    fresh = (
        Notice.objects.current()
        .filter(~Exists(begun), recorded_at__lte=settled)
        .order_by("pk")
    )
    for notice in fresh:
        row, is_new = Spreading.objects.get_or_create(
            number=notice.number, defaults={"notice": notice}
        )
        if not is_new:
            Spreading.objects.filter(
                pk=row.pk, notice__version__lt=notice.version
            ).update(notice=notice, after=None, done_at=None)


def _begin_again() -> None:
    """Walk once more through who scanned what recent notices are about."""
    now = timezone.now()
    Spreading.objects.filter(
        done_at__lt=now - AGAIN_AFTER,
        notice__is_withdrawn=False,
        notice__recorded_at__gt=now - AGAIN_FOR,
    ).update(after=None, done_at=None)


def _next() -> uuid.UUID | None:
    """Return the notice whose turn it is: the version that waits longest."""
    waiting = Spreading.objects.filter(done_at=None).order_by("notice_id")
    return waiting.values_list("number", flat=True).first()


@transaction.atomic
def _piece(number: uuid.UUID) -> None:
    """Tell the next shoppers; who comes second waits, and goes on from there."""
    row = (
        Spreading.objects.select_for_update(of=("self",))
        .select_related("notice")
        .filter(pk=number, done_at=None)
        .first()
    )
    if row is None:
        return
    shoppers = _candidates(row)
    told = _tell(row.notice, shoppers)
    row.told += told.new
    if len(shoppers) < PIECE:
        row.done_at = timezone.now()
    if shoppers:
        row.after = shoppers[-1]
    row.save(update_fields=["told", "done_at", "after"])
    transaction.on_commit(lambda: _wake(told.shoppers), robust=True)


def _candidates(row: Spreading) -> list[uuid.UUID]:
    """Return who scanned it or was told before, the next ones in order."""
    told = NoticeDelivery.objects.filter(number=row.number)
    found = set(_following(told, row.after))
    if not row.notice.is_withdrawn:
        scanned = HistoryEntry.objects.filter(gtin=row.notice.product_id)
        found |= set(_following(scanned, row.after))
    return sorted(found)[:PIECE]


def _following(rows: QuerySet[Any], after: uuid.UUID | None) -> list[uuid.UUID]:
    if after is not None:
        rows = rows.filter(shopper__gt=after)
    keys = rows.order_by("shopper").values_list("shopper", flat=True).distinct()
    return list(keys[:PIECE])


class _Told(NamedTuple):
    shoppers: list[uuid.UUID]
    new: int


def _tell(notice: Notice, shoppers: Sequence[uuid.UUID]) -> _Told:
    keepers = set(
        ScanHistory.objects.select_for_update(no_key=True)
        .filter(shopper__in=shoppers, is_enabled=True)
        .order_by("pk")
        .values_list("shopper_id", flat=True)
    )
    lots: dict[uuid.UUID, list[str]] = {}
    # Read once they are held: what was erased before is not there any more.
    entries = HistoryEntry.objects.filter(
        gtin=notice.product_id, shopper__in=keepers
    ).order_by()
    for shopper, lot in entries.values_list("shopper", "lot").distinct():
        lots.setdefault(shopper, []).append(lot)
    known = dict(
        NoticeDelivery.objects.filter(
            number=notice.number, shopper__in=keepers
        ).values_list("shopper", "notice__version")
    )
    rows = [
        _delivery(notice, shopper, match(notice, lots.get(shopper, [])))
        for shopper in sorted(keepers)
        if known.get(shopper, 0) < notice.version
        and (shopper in known or shopper in lots)
    ]
    # Another lot than the one meant: nothing to tell, unless it was told before.
    rows = [
        one for one in rows if one.shopper_id in known or one.is_affected is not False
    ]
    NoticeDelivery.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["number", "shopper"],
        update_fields=["notice", "lot", "is_affected", "told_at", "seen_at"],
    )
    told = [one.shopper_id for one in rows]
    return _Told(told, sum(one not in known for one in told))


def _delivery(notice: Notice, shopper: uuid.UUID, found: Match) -> NoticeDelivery:
    return NoticeDelivery(
        shopper_id=shopper,
        number=notice.number,
        notice=notice,
        gtin=notice.product_id,
        lot=found.lot,
        is_affected=found.is_affected,
    )


def _wake(shoppers: Sequence[uuid.UUID]) -> None:
    """Wake the open lines; a phone that hears nothing reads again soon anyway."""
    until = time.monotonic() + 1
    for key in shoppers:
        hub.publish(Shopper(pk=key).channel)
        if time.monotonic() >= until:
            return
