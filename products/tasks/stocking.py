"""Keeping what is told of the stock true while nobody counts."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from products import live, stock
from products.models import LiveDocument, Product, StockBulk

AT_ONCE = 500
# A program that has had no answer for so long asks what is known instead.
KEEP_BULKS = timedelta(days=2)


@shared_task(name="products.tasks.renew_stocks")
def renew_stocks() -> int:
    """
    Count a shop that fell silent no more; return of how many products.

    Too old, the whole is told as unknown until then, though other shops may have
    counted since. Safe to run twice, and at once.
    """
    StockBulk.objects.filter(created_at__lt=timezone.now() - KEEP_BULKS).delete()
    stale = LiveDocument.objects.filter(stock_as_of__lte=stock.oldest_shown())
    gtins = set(
        stale.order_by("stock_as_of").values_list("product", flat=True)[:AT_ONCE]
    )
    if not gtins:
        return 0
    with transaction.atomic():
        products = Product.objects.filter(pk__in=gtins).order_by("pk")
        locked = set(products.select_for_update().values_list("pk", flat=True))
        stock.rewrite_documents(locked)
        live.note_changes(locked)
    return len(locked)
