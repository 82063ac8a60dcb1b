"""
Many counts at once: each line has its answer, and the work does not grow with lines.

The products are locked in the order of their numbers, the counts compared and written
in a few statements, and each product's documents once.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import canonical
from common.times import rfc3339
from companies.models import Company
from products import live, stock
from products.errors import BulkRefused, KeyReused, KeyUnreadable
from products.models import Product, Stock, StockBulk
from products.services.stock_lines import Count, LineRefused, read, shown

MAX_LINES = 1000
KEY = re.compile(r"[\x21-\x7e]{1,200}")

# What became of a line.
RECORDED, UNCHANGED, IGNORED, REFUSED = "recorded", "unchanged", "ignored", "refused"

Answer = dict[str, Any]
_Key = tuple[str, str]


class Replayed(NamedTuple):
    """An answer as it was given, and whether it was given before."""

    body: bytes
    is_repeated: bool


@transaction.atomic
def record_counts(*, company: Company, lines: Sequence[Any]) -> Answer:
    """
    Record what can be recorded of up to `MAX_LINES` lines; answer each of them.

    A count that is older than what is known is ignored; one whose `version` is not the
    current one is refused with the current one. Sent again, nothing changes.
    """
    return _Bulk(company, lines).answer()


@transaction.atomic
def record_all_counts(*, company: Company, lines: Sequence[Any]) -> Answer:
    """
    Record every line as `record_counts` does, or raise `BulkRefused` and record none.

    An older count does not stop the others: of its shop a later one is known.
    """
    answer = _Bulk(company, lines).answer()
    if answer[REFUSED]:
        # Rolled back: what would have been recorded says so no more.
        results = [
            one for one in answer["results"] if one["state"] in (REFUSED, IGNORED)
        ]
        raise BulkRefused(
            _("Nothing is recorded: some lines are refused."), results=results
        )
    return answer


@transaction.atomic
def once(
    *, company: Company, key: str, content: Any, work: Callable[[], Answer]
) -> Replayed:
    """
    Do `work` once for what a program sends under a key of its own.

    Again with the same content: the same answer. With another: `KeyReused`. When the
    work raises nothing is kept, so that it may be tried again under the same key.
    """
    if not KEY.fullmatch(key):
        raise KeyUnreadable(
            _("An Idempotency-Key has 1 to 200 characters of ASCII, without spaces.")
        )
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    # Whoever comes second waits here, until the first one's answer is there.
    row, is_new = StockBulk.objects.get_or_create(
        company=company, key=key, defaults={"digest": digest}
    )
    if row.digest != digest:
        raise KeyReused(_("This Idempotency-Key came with another content before."))
    if not is_new:
        return Replayed(bytes(row.answer), is_repeated=True)
    row.answer = canonical.dumps(work())
    row.save(update_fields=["answer"])
    return Replayed(bytes(row.answer), is_repeated=False)


class _Bulk:
    """The lines of one request, and what becomes of each."""

    def __init__(self, company: Company, lines: Sequence[Any]) -> None:
        self.company = company
        self.results: dict[int, Answer] = {}
        self.counts = self._read(lines)
        self.written: dict[_Key, Stock] = {}

    def answer(self) -> Answer:
        """Write what is new, and return how each line fared."""
        gtins = {count.gtin for count in self.counts.values()}
        own = self._locked(gtins)
        # After the lock: whoever held it may have counted since this request came.
        now = timezone.now()
        known = self._known(own)
        for line, count in self.counts.items():
            if count.gtin not in own:
                detail = _("Your company has declared no product with this number.")
                self._refuse(line, count, "not_your_product", detail, status=404)
            else:
                row = known.get((count.gtin, count.store))
                self._weigh(line, count, row, now)
        self._write()
        results = [self.results[line] for line in sorted(self.results)]
        return {
            **{
                state: sum(one["state"] == state for one in results)
                for state in (RECORDED, UNCHANGED, IGNORED, REFUSED)
            },
            "results": results,
        }

    def _read(self, lines: Sequence[Any]) -> dict[int, Count]:
        now, counts, seen = timezone.now(), {}, set[_Key]()
        for line, sent in enumerate(lines):
            try:
                count = read(sent, now=now)
            except LineRefused as refused:
                self._refuse(line, sent, refused.code, refused.detail)
                continue
            if (key := (count.gtin, count.store)) in seen:
                detail = _("An earlier line counts the same product in the same shop.")
                self._refuse(line, count, "line_repeated", detail)
                continue
            seen.add(key)
            counts[line] = count
        return counts

    def _locked(self, gtins: set[str]) -> set[str]:
        products = Product.objects.filter(company=self.company, pk__in=gtins)
        locked = products.select_for_update().order_by("pk")
        return set(locked.values_list("pk", flat=True))

    def _known(self, own: set[str]) -> dict[_Key, Stock]:
        stores = {count.store for count in self.counts.values()}
        rows = Stock.objects.filter(product__in=own, store__in=stores)
        return {(row.product_id, row.store): row for row in rows.order_by()}

    def _weigh(self, line: int, count: Count, row: Stock | None, now: datetime) -> None:
        version = row.version if row else 0
        if row is not None and _is_same(count, row):
            self._settle(line, count, UNCHANGED, version=version)
        elif count.version is not None and count.version != version:
            detail = _("The stock changed meanwhile.")
            current = _current(row)
            self._refuse(line, count, "stock_conflict", detail, status=409, **current)
        elif row is not None and count.as_of is not None and count.as_of < row.as_of:
            detail = _("A later count is known.")
            self._settle(
                line,
                count,
                IGNORED,
                code="later_count_known",
                detail=detail,
                **_current(row),
            )
        else:
            # Clocks of two servers differ: without a time of its own it is the latest.
            latest = max(now, row.as_of) if row else now
            self.written[count.gtin, count.store] = Stock(
                product_id=count.gtin,
                store=count.store,
                quantity=count.quantity,
                as_of=count.as_of or latest,
                version=version + 1,
            )
            self._settle(line, count, RECORDED, version=version + 1)

    def _write(self) -> None:
        if not self.written:
            return
        Stock.objects.bulk_create(
            self.written.values(),
            update_conflicts=True,
            unique_fields=["product", "store"],
            update_fields=["quantity", "as_of", "version"],
        )
        gtins = {gtin for gtin, _store in self.written}
        stock.rewrite_documents(gtins)
        live.note_changes(gtins)

    def _settle(self, line: int, count: Count, state: str, **members: Any) -> None:
        status = {"status": 409} if state == IGNORED else {"status": 200}
        told = {"gtin": count.gtin, "store": count.store, "state": state}
        self.results[line] = {"line": line, **told, **status, **members}

    def _refuse(
        self, line: int, sent: Any, code: str, detail: str, **members: Any
    ) -> None:
        if isinstance(sent, Count):
            sent = sent._asdict()
        said = sent if isinstance(sent, dict) else {}
        self.results[line] = {
            "line": line,
            "gtin": shown(said.get("gtin")),
            "store": shown(said.get("store")),
            "state": REFUSED,
            "status": 400,
            "code": code,
            "detail": detail,
            **members,
        }


def _is_same(count: Count, row: Stock) -> bool:
    """Say whether this very count is what is known: a program that sends it again."""
    return count.as_of == row.as_of and count.quantity == row.quantity


def _current(row: Stock | None) -> Answer:
    """Return what is known, for whoever may know it exactly."""
    if row is None:
        return {"version": 0}
    return {
        "version": row.version,
        "quantity": row.quantity,
        "as_of": rfc3339(row.as_of),
    }
