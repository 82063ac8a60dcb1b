"""
When one product does better than another, and by which criteria. Pure.

Two figures are compared only on the same basis: one version and class of a grade; one
method, scope and unit of a footprint; one unit of a price. A difference counts from
`least` on. A product is no alternative when it is worse by more than `most_worse` on
anything, when it does not tell a grade that the other one tells, so that silence never
pays, or unless it does better on more criteria than it does worse.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

# How many are shown, and how many of the same category make the wider one needless.
MOST = 5
ENOUGH = 2
# Quartiles of fewer products, or of fewer makers, say nothing of a category.
FEWEST_PRODUCTS = 5
FEWEST_MAKERS = 3
QUARTERS = (1, 2, 3)


class Criterion(NamedTuple):
    """
    What is compared: `letters` and `points` are differences, `percent` a ratio.

    Letters count from the best one, 0, on.
    """

    key: str
    kind: str
    least: int
    is_less_better: bool = True
    most_worse: int | None = None
    must_be_told: bool = False
    # An older figure is not compared any more.
    most_days: int | None = None


CRITERIA = (
    Criterion("nutri_score", "letters", 1, most_worse=1, must_be_told=True),
    Criterion("green_score", "letters", 1, most_worse=1, must_be_told=True),
    Criterion("footprint", "percent", 10, most_worse=25),
    Criterion("environmental_cost", "percent", 10, most_worse=25),
    Criterion("satisfaction", "points", 5, is_less_better=False),
    Criterion("labour_share", "points", 5, is_less_better=False),
    Criterion("price", "percent", 5, most_days=180),
)


class Measure(NamedTuple):
    """One figure of a product, what it may be compared with, its day and its level."""

    value: Decimal
    basis: str
    on: str
    level: str


Measures = Mapping[str, Measure]


class Candidate(NamedTuple):
    """A product that may stand among the alternatives of others."""

    gtin: str
    family: int | None
    maker: str
    measures: Measures
    # Nothing where no shop said so lately.
    in_stock: bool | None = None


class Chosen(NamedTuple):
    """An alternative, and by which criteria it does better and worse."""

    candidate: Candidate
    better: tuple[str, ...]
    worse: tuple[str, ...]


def choose(mine: Candidate, pool: Iterable[Candidate], on: date) -> tuple[Chosen, ...]:
    """
    Return the alternatives to `mine` in a pool, the best first, at most `MOST`.

    What no shop has comes last; then those come first that do better on more criteria,
    that some shop has, that gain more letters; the number decides what is equal. Of a
    family one is named, of the product's own none.
    """
    found = [
        chosen
        for other in pool
        if other.gtin != mine.gtin
        and (other.family is None or other.family != mine.family)
        and (chosen := weigh(mine.measures, other, on)) is not None
    ]
    found.sort(key=lambda one: _order(mine, one))
    kept: list[Chosen] = []
    families: set[int] = set()
    for one in found:
        family = one.candidate.family
        if family is not None and family in families:
            continue
        if family is not None:
            families.add(family)
        kept.append(one)
        if len(kept) == MOST:
            break
    return tuple(kept)


def weigh(mine: Measures, other: Candidate, on: date) -> Chosen | None:
    """Return by what another product is better and worse, or none: no alternative."""
    better, worse = [], []
    for criterion in CRITERIA:
        own = mine.get(criterion.key)
        if own is None:
            continue
        gain = _gain(criterion, own, other.measures.get(criterion.key), on)
        if _forbids(criterion, gain):
            return None
        if gain is not None and gain >= criterion.least:
            better.append(criterion.key)
        elif gain is not None and -gain >= criterion.least:
            worse.append(criterion.key)
    if len(better) <= len(worse):
        return None
    return Chosen(other, tuple(better), tuple(worse))


def _forbids(criterion: Criterion, gain: Decimal | None) -> bool:
    """Say whether a product is no alternative by one criterion alone."""
    if gain is None:
        return criterion.must_be_told
    return criterion.most_worse is not None and -gain > criterion.most_worse


def _gain(
    criterion: Criterion, own: Measure, theirs: Measure | None, on: date
) -> Decimal | None:
    """Return by how much the other one is better; none where they do not compare."""
    if theirs is None or own.basis != theirs.basis:
        return None
    if criterion.most_days is not None:
        oldest = (on - timedelta(days=criterion.most_days)).isoformat()
        if min(own.on, theirs.on) < oldest:
            return None
    gain = theirs.value - own.value
    if criterion.is_less_better:
        gain = -gain
    if criterion.kind != "percent":
        return gain
    # Beside nothing, or less than nothing, there is no ratio.
    return gain / own.value * 100 if own.value > 0 else None


def _order(mine: Candidate, one: Chosen) -> tuple[bool, int, bool, Decimal, str]:
    letters = sum(
        (
            mine.measures[criterion.key].value
            - one.candidate.measures[criterion.key].value
            for criterion in CRITERIA
            if criterion.kind == "letters" and criterion.key in mine.measures
        ),
        Decimal(0),
    )
    return (
        one.candidate.in_stock is False,
        len(one.worse) - len(one.better),
        one.candidate.in_stock is not True,
        -letters,
        one.candidate.gtin,
    )


def positions(count: int) -> tuple[tuple[int, int], ...]:
    """
    Return where the quartiles of `count` sorted values stand: index, and quarters on.

    The quantile of R's type 7: the value at (n - 1) * p, between two neighbours in
    proportion. Quarters are exact in decimals.
    """
    return tuple(divmod((count - 1) * quarter, 4) for quarter in QUARTERS)


def between(values: Sequence[Decimal], quarters: int) -> Decimal:
    """Return the value some quarters of the way from the first to the second."""
    if quarters == 0:
        return values[0]
    return values[0] + (values[1] - values[0]) * quarters / 4
