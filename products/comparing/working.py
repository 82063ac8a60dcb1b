"""The work that is due: products that changed, and categories, piece by piece."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from products import pending
from products.comparing import benchmarks, documents, pools
from products.comparing.documents import Body, Found
from products.criteria import ENOUGH, MOST, Candidate, choose
from products.live import note_changes
from products.models import (
    LANGUAGES,
    Comparable,
    ComparedCategory,
    LiveDocument,
    Product,
)

# How long a run lasts, far below the limit of a task, and what one piece is.
WORK_SECONDS = 4.0
AT_ONCE = 400
# In one transaction: others wait to write stocks and sheets meanwhile.
WRITTEN_AT_ONCE = 100
# A category that many publications touch is compared again once in this time.
SOON = timedelta(minutes=5)
# Whether or not anything changed: values expire, and stocks run out.
ANYWAY = timedelta(days=1)
AFTER_FAILURE = timedelta(hours=1)

logger = structlog.get_logger(__name__)

Bodies = dict[str, Body]


def compare_due() -> bool:
    """
    Compare what is due for some seconds; say whether something still waits.

    Safe to run twice, and at once: whoever comes second finds the same, and writes
    nothing.
    """
    until = time.monotonic() + WORK_SECONDS
    while compare_changed() or walk_category():
        if time.monotonic() >= until:
            return Comparable.objects.due().exists() or _due().exists()
    return False


def compare_changed() -> bool:
    """Compare some products that changed, of one category; say whether there were."""
    first = Comparable.objects.due().values_list("category", flat=True).first()
    if first is None:
        return False
    rows = list(
        Comparable.objects.due()
        .filter(category=first)
        .select_related("product")[:AT_ONCE]
    )
    _compare(rows)
    note_news(rows)
    _take_off(rows)
    return True


def _take_off(rows: Sequence[Comparable]) -> None:
    """Let what was compared wait no more, unless it was published again meanwhile."""
    # A publication has one moment for all its rows, and they were read at once: one
    # that came later has a moment that is not among these.
    Comparable.objects.filter(
        pk__in=[row.pk for row in rows],
        updated_at__in={row.updated_at for row in rows},
    ).update(is_due=False)


def note_news(rows: Iterable[Comparable]) -> None:
    """Let the categories of products wait for their turn; at once after a recall."""
    later: set[str] = set()
    now: set[str] = set()
    for row in rows:
        (now if row.is_recalled else later).update({row.category, row.parent} - {""})
    moment = timezone.now()
    for categories, due_at in ((now, moment), (later - now, moment + SOON)):
        if not categories:
            continue
        ComparedCategory.objects.bulk_create(
            [
                ComparedCategory(category=one, due_at=due_at, changed_at=moment)
                for one in sorted(categories)
            ],
            ignore_conflicts=True,
        )
        known = ComparedCategory.objects.filter(pk__in=categories)
        known.update(changed_at=moment)
        known.filter(due_at__gt=due_at).update(due_at=due_at)


def walk_category() -> bool:
    """Go on with the category that waits longest; say whether there was one."""
    category = _due().first()
    if category is None:
        return False
    try:
        _walk(category)
    except Exception:  # one that cannot be compared holds up no other
        logger.exception("category.not_compared", category=category.pk)
        ComparedCategory.objects.filter(pk=category.pk).update(
            due_at=timezone.now() + AFTER_FAILURE, cursor=""
        )
    return True


def _due() -> QuerySet[ComparedCategory]:
    return ComparedCategory.objects.filter(due_at__lte=timezone.now()).order_by(
        "due_at", "pk"
    )


def _walk(category: ComparedCategory) -> None:
    mine = ComparedCategory.objects.filter(pk=category.pk, cursor=category.cursor)
    if not category.cursor:
        now = timezone.now()
        mine.update(began_at=now)
        benchmarks.recompute(category.pk, now)
    rows = list(
        Comparable.objects.filter(category=category.pk, pk__gt=category.cursor)
        .select_related("product")
        .order_by("pk")[:AT_ONCE]
    )
    _compare(rows)
    _let_follow(rows)
    if len(rows) == AT_ONCE:
        mine.update(cursor=rows[-1].pk)
        return
    if not Comparable.objects.filter(benchmarks.in_category(category.pk)).exists():
        mine.delete()
        return
    now = timezone.now()
    mine.update(
        cursor="",
        # What changed on the way may have come too late for this round.
        due_at=Case(
            When(changed_at__gt=F("began_at"), then=Value(now + SOON)),
            default=Value(now + ANYWAY),
        ),
    )


def _let_follow(rows: Sequence[Comparable]) -> None:
    """Let the sheets be due whose product stands in another quarter than they say."""
    measured = [row for row in rows if row.footprint is not None]
    known = benchmarks.known_for(measured)
    moved = [row.pk for row in measured if benchmarks.stands_elsewhere(row, known)]
    if moved:
        pending.mark_due(Product.objects.filter(pk__in=moved))


def _compare(rows: Sequence[Comparable]) -> None:
    """Find the alternatives of products of one category, and write what is new."""
    found: dict[str, Bodies] = {}
    pools_of = _Pools()
    moment = timezone.now()
    for row in rows:
        try:
            found[row.pk] = _bodies(row, pools_of, moment)
        except Exception:  # one that cannot be compared holds up no other
            logger.exception("product.not_compared", gtin=row.pk)
    gtins = sorted(found)
    for start in range(0, len(gtins), WRITTEN_AT_ONCE):
        chosen = gtins[start : start + WRITTEN_AT_ONCE]
        _write({gtin: found[gtin] for gtin in chosen})


class _Pools:
    """The pools of one piece of work, each loaded when it is first asked for."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, bool, bool], pools.Pool] = {}
        self.on = timezone.localdate()

    def of(self, category: str, *, is_fictitious: bool, is_wide: bool) -> pools.Pool:
        """Return the pool of a category."""
        key = (category, is_fictitious, is_wide)
        if key not in self.known:
            self.known[key] = pools.load(
                category, is_fictitious=is_fictitious, is_wide=is_wide, on=self.on
            )
        return self.known[key]


def _bodies(row: Comparable, known: _Pools, moment: datetime) -> Bodies:
    own = pools.candidate(row)
    found = _alternatives(row, own, known)
    if not found:
        return {}
    return {
        language: documents.body(row, own, found, language, moment)
        for language in LANGUAGES
    }


def _alternatives(row: Comparable, own: Candidate, known: _Pools) -> list[Found]:
    """Return what does better in the finest category, or also in the wider one."""
    is_outdated = row.holds_until is not None and row.holds_until < known.on
    if not row.category or not own.measures or is_outdated:
        return []
    pool = known.of(row.category, is_fictitious=row.is_fictitious, is_wide=False)
    near = [
        Found(one, pool.rows[one.candidate.gtin])
        for one in choose(own, pool.candidates, known.on)
    ]
    if len(near) >= ENOUGH or not row.parent:
        return near
    wide = known.of(row.parent, is_fictitious=row.is_fictitious, is_wide=True)
    taken = {one.chosen.candidate.gtin for one in near}
    families = {one.chosen.candidate.family for one in near} - {None}
    others = [
        one
        for one in wide.candidates
        if one.gtin not in taken and one.family not in families
    ]
    far = [
        Found(one, wide.rows[one.candidate.gtin], row.parent)
        for one in choose(own, others, known.on)
    ]
    return [*near, *far][:MOST]


@transaction.atomic
def _write(found: dict[str, Bodies]) -> None:
    """
    Write the documents that say something new, and tell who keeps sheets.

    The products are locked first and in order, as whoever writes their stock does.
    """
    list(
        Product.objects.select_for_update()
        .filter(pk__in=found)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    tags = {
        (gtin, language): tag
        for gtin, language, tag in LiveDocument.objects.filter(
            product__in=found
        ).values_list("product", "language", "alternatives_tag")
    }
    changed = [
        LiveDocument(
            product_id=gtin,
            language=language,
            alternatives=body.content,
            alternatives_tag=body.tag,
        )
        for gtin, bodies in found.items()
        for language, body in bodies.items()
        if tags.get((gtin, language)) != body.tag
    ]
    LiveDocument.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["product", "language"],
        update_fields=["alternatives", "alternatives_tag"],
    )
    emptied = {gtin for (gtin, _language), tag in tags.items() if tag} & {
        gtin for gtin, bodies in found.items() if not bodies
    }
    LiveDocument.objects.filter(product__in=emptied).update(
        alternatives=None, alternatives_tag=None
    )
    note_changes({one.product_id for one in changed} | emptied)
