"""The quartiles of a category, exact, and the products that now stand elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from products import criteria, stored
from products.comparables import told
from products.drafts import Benchmark
from products.footprint import comparing
from products.footprint.stages import Footprint, Quantity
from products.models import CategoryBenchmark, Comparable, ComparedCategory

BASIS = ("is_fictitious", "method", "scope", "unit")
GROUP = ("is_fictitious", "footprint_method", "footprint_scope", "footprint_unit")
# By category and whether they are fictitious.
Known = Mapping[tuple[str, bool], Sequence[Benchmark]]


def in_category(category: str) -> Q:
    """Return the products of a category, and of those right below it."""
    return Q(category=category) | Q(parent=category)


def recompute(category: str, moment: datetime) -> None:
    """
    Compute the quartiles of one category anew: one query, and three for each basis.

    The database sorts; no more than two values of each quartile are read.
    """
    measured = Comparable.objects.filter(in_category(category), footprint__isnull=False)
    groups = (
        measured.order_by()
        .values(*GROUP)
        .annotate(products=Count("pk"), makers=Count("maker", distinct=True))
        .filter(
            products__gte=criteria.FEWEST_PRODUCTS, makers__gte=criteria.FEWEST_MAKERS
        )
    )
    rows = [_benchmark(category, group, measured, moment) for group in groups]
    with transaction.atomic():
        # One at a time: whoever comes second writes what it has read, as late.
        ComparedCategory.objects.select_for_update().filter(pk=category).first()
        CategoryBenchmark.objects.filter(category=category).exclude(
            pk__in=_kept(category, rows)
        ).delete()
        CategoryBenchmark.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["category", *BASIS],
            update_fields=["p25", "median", "p75", "count", "computed_at"],
        )


def _benchmark(
    category: str,
    group: dict[str, Any],
    measured: QuerySet[Comparable],
    moment: datetime,
) -> CategoryBenchmark:
    basis = {key: group[key] for key in GROUP}
    values = (
        measured.filter(**basis)
        .order_by("footprint")
        .values_list("footprint", flat=True)
    )
    p25, median, p75 = (
        _between(values, index, quarters)
        for index, quarters in criteria.positions(group["products"])
    )
    return CategoryBenchmark(
        category=category,
        p25=p25,
        median=median,
        p75=p75,
        count=group["products"],
        computed_at=moment,
        **dict(zip(BASIS, basis.values(), strict=True)),
    )


def _between(values: Any, index: int, quarters: int) -> Decimal:
    near: list[Decimal] = list(values[index : index + 2])
    if len(near) < 2:
        # Some were withdrawn since they were counted: the last one is the nearest.
        return near[0] if near else values.last() or Decimal(0)
    return criteria.between(near, quarters)


def _kept(category: str, rows: Iterable[CategoryBenchmark]) -> list[int]:
    wanted = {tuple(getattr(row, key) for key in BASIS) for row in rows}
    known = CategoryBenchmark.objects.filter(category=category)
    return [
        row.pk for row in known if tuple(getattr(row, key) for key in BASIS) in wanted
    ]


def known_for(rows: Sequence[Comparable]) -> Known:
    """Return the quartiles of the categories of some products, in one query."""
    wanted = {one for row in rows for one in (row.category, row.parent)} - {""}
    found: dict[tuple[str, bool], list[Benchmark]] = {}
    for row in CategoryBenchmark.objects.filter(category__in=wanted).order_by("pk"):
        found.setdefault((row.category, row.is_fictitious), []).append(told(row))
    return found


def stands_elsewhere(row: Comparable, known: Known) -> bool:
    """Say whether a product stands in another quarter than its sheet says."""
    value, _blank, unit = row.footprint_unit.partition(" ")
    found = comparing.compare(
        Footprint(
            total=row.footprint,
            scope=row.footprint_scope,
            declared_unit=Quantity(stored.number(value), unit),
            method=row.footprint_method,
        ),
        [
            one
            for category in (row.parent, row.category)
            for one in known.get((category, row.is_fictitious), ())
        ],
    )
    return (found.evaluation if found else "") != row.standing
