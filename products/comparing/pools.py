"""
Among which products alternatives are looked for: the best of a category by each figure.

However many products a category has, so many are compared with each of them, and no
more; the number of queries grows with neither.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
    Window,
)
from django.db.models.functions import Least, RowNumber

from products import comparables
from products.comparing.benchmarks import in_category
from products.criteria import CRITERIA, Candidate, Measure
from products.models import Comparable, Offering, Replacement, Stock
from products.stock import oldest_shown

# The best by each figure, on each basis and among those of one Nutri-Score.
BEST = 8
MOST = 600
# The columns that say on what basis a figure is.
BASES: Mapping[str, tuple[str, ...]] = {
    "nutri_score": ("nutri_score_basis",),
    "green_score": ("green_score_basis",),
    "footprint": ("footprint_method", "footprint_scope", "footprint_unit"),
    "environmental_cost": ("environmental_cost_basis",),
    "satisfaction": (),
    "labour_share": (),
    "price": ("price_basis",),
}
# Beyond every place.
NOWHERE = 1_000_000


class Pool(NamedTuple):
    """The candidates of one category, with what is shown of each."""

    candidates: tuple[Candidate, ...]
    rows: Mapping[str, Comparable]


def measures_of(row: Comparable) -> dict[str, Measure]:
    """Return what a product is compared by."""
    found = {}
    for criterion in CRITERIA:
        key = criterion.key
        value, said = getattr(row, key), row.said.get(key)
        if value is not None and said:
            basis = " | ".join(str(getattr(row, name)) for name in BASES[key])
            found[key] = Measure(value, basis, said[0], said[1])
    return found


def candidate(row: Comparable, *, in_stock: bool | None = None) -> Candidate:
    """Return a product as it is compared; its family is loaded with it."""
    return Candidate(
        row.product_id, row.product.family_id, row.maker, measures_of(row), in_stock
    )


def load(category: str, *, is_fictitious: bool, is_wide: bool, on: date) -> Pool:
    """Return the pool of a category, or with those right below it; two queries."""
    within = in_category(category) if is_wide else Q(category=category)
    rows: list[Comparable] = list(
        _best(_eligible(on).filter(within, is_fictitious=is_fictitious))
        .select_related("product")
        .order_by("place", "pk")[:MOST]
    )
    stocks = _stocks(row.pk for row in rows)
    return Pool(
        tuple(candidate(row, in_stock=stocks.get(row.pk)) for row in rows),
        {row.pk: row for row in rows},
    )


def _eligible(on: date) -> QuerySet[Comparable]:
    replaced = Replacement.objects.current().filter(old=OuterRef("pk"))
    gone = Offering.objects.filter(
        product=OuterRef("pk"), state=Offering.State.DISCONTINUED
    )
    return (
        Comparable.objects.filter(comparables.holding(on), is_recalled=False)
        .exclude(Exists(replaced))
        .exclude(Exists(gone))
    )


def _best(rows: QuerySet[Any]) -> QuerySet[Any]:
    places: dict[str, Any] = {}
    among = Q()
    for criterion in CRITERIA:
        key = criterion.key
        order = F(key).asc() if criterion.is_less_better else F(key).desc()
        partition = [*BASES[key], f"has_{key}"]
        if criterion.kind != "letters":
            partition.append("nutri_score")
        rows = rows.annotate(
            **{f"has_{key}": Case(When(**{f"{key}__isnull": False}, then=1), default=0)}
        )
        places[f"place_{key}"] = Case(
            When(
                **{f"{key}__isnull": False},
                then=Window(
                    RowNumber(), partition_by=partition, order_by=[order, "pk"]
                ),
            ),
            default=NOWHERE,
        )
        among |= Q(**{f"place_{key}__lte": BEST})
    ranked: QuerySet[Any] = rows.annotate(**places, place=Least(*places))
    return ranked.filter(among)


def _stocks(gtins: Iterable[str]) -> dict[str, bool]:
    """Return of which products some shop told lately how many it has."""
    counted = (
        Stock.objects.filter(product__in=list(gtins))
        .counted_after(oldest_shown())
        .order_by()
        .values("product")
        .annotate(units=Sum("quantity"))
    )
    return {row["product"]: row["units"] > 0 for row in counted}
