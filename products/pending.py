"""
What was changed of products and is not published: only who edits publishes that.

A leaf module. Sheets that become due by themselves, because a sibling or the company
changed, wait for whoever is in the middle of editing them.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from products.models import Picture, Product, Sheet, Statement


def picture_news() -> QuerySet[Picture]:
    """
    Return what changed of a product's pictures since its sheet was published.

    One that is not prepared yet, or was refused, is no news for readers.
    """
    return Picture.objects.filter(
        product=OuterRef("pk"),
        changed_at__gt=OuterRef("current_since"),
        state="ready",
    )


def following(products: QuerySet[Product]) -> QuerySet[Product]:
    """Keep what readers see, without what its company is editing or is due already."""
    since = Sheet.objects.filter(product=OuterRef("pk")).order_by("-revision")
    statements = Statement.objects.filter(
        product=OuterRef("pk"), created_at__gt=OuterRef("current_since")
    )
    return (
        products.filter(publication_due_at=None)
        .annotate(current_since=Subquery(since.values("published_at")[:1]))
        .filter(current_since__isnull=False)
        .exclude(Exists(statements))
        .exclude(Exists(picture_news()))
    )


@transaction.atomic
def mark_due(products: QuerySet[Product]) -> int:
    """Let the sheets that follow be published again; return how many there are."""
    keys = list(following(products).values_list("pk", flat=True))
    # In the order in which whoever publishes locks them: nobody waits for each other.
    locked = Product.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    return Product.objects.filter(
        pk__in=[one.pk for one in locked], publication_due_at=None
    ).update(publication_due_at=timezone.now())
