"""Which sheets new events change: of what they speak of, and of what is made of it."""

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from products.models import EventThing, Product, Sheet, Statement

# How far down, and how many things: a flour that a thousand breads are made of.
GENERATIONS = 12
MOST_THINGS = 5_000
# Of the values that one query names: SQLite has a limit.
CHUNK = 500


def mark(keys: Iterable[str]) -> int:
    """Let the sheets of these things, and of what was made of them, be published."""
    gtins = {key.split("/")[4] for key in _reached(set(keys)) if _is_product(key)}
    now = timezone.now()
    return sum(
        _published().filter(gtin__in=some).update(publication_due_at=now)
        for some in chunks(gtins)
    )


def mark_told(company: uuid.UUID) -> int:
    """Let the sheets of a company that tell a journey be published: a place changed."""
    made = EventThing.objects.filter(gtin=OuterRef("pk"), is_made=True)
    told = _published().filter(Exists(made), company=company)
    return told.update(publication_due_at=timezone.now())


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield values in lists that a query can name, in order."""
    rest = iter(sorted(values))
    while some := list(islice(rest, CHUNK)):
        yield some


def _is_product(key: str) -> bool:
    return key.startswith("https://id.gs1.org/01/")


def _reached(keys: set[str]) -> set[str]:
    found, newest = set(keys), set(keys)
    for _generation in range(GENERATIONS):
        newest = _made_of(newest) - found
        if not newest or len(found) > MOST_THINGS:
            break
        found |= newest
    return found


def _made_of(keys: set[str]) -> set[str]:
    made: set[str] = set()
    for some in chunks(keys):
        uses = EventThing.objects.filter(role=EventThing.Role.INPUT, key__in=some)
        made.update(
            EventThing.objects.filter(
                event__in=uses.values("event"),
                role__in=[EventThing.Role.OUTPUT, EventThing.Role.LOT],
            ).values_list("key", flat=True)[:MOST_THINGS]
        )
    return made


def _published() -> QuerySet[Product]:
    """Return the products that readers see, without those that are being edited."""
    since = Sheet.objects.filter(product=OuterRef(OuterRef("pk"))).order_by("-revision")
    own_news = Statement.objects.filter(
        product=OuterRef("pk"),
        created_at__gt=Subquery(since.values("published_at")[:1]),
    )
    return Product.objects.filter(
        Exists(Sheet.objects.filter(product=OuterRef("pk"))),
        ~Exists(own_news),
        publication_due_at=None,
    )
