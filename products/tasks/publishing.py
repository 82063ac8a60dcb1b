"""What is published later, elsewhere, again."""

import structlog
from celery import shared_task
from django.utils import timezone

from products.following import follow_companies
from products.models import Product
from products.publishing import publish_product

BATCH = 100

logger = structlog.get_logger(__name__)


@shared_task(name="products.tasks.publish_due_products")
def publish_due_products() -> None:
    """
    Publish the products that wait for it. Safe to run twice, and at once.

    Those of a company about which something new was found wait for it, too.

    One that fails goes to the end of the line, so that it holds up nobody.
    """
    follow_companies()
    due = list(Product.objects.due().values_list("pk", flat=True)[:BATCH])
    for gtin in due:
        try:
            publish_product(gtin)
        except Exception:
            logger.exception("product.not_published", gtin=gtin)
            Product.objects.filter(pk=gtin).update(publication_due_at=timezone.now())
