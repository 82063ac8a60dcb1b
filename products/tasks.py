"""What is published later, elsewhere, again."""

from celery import shared_task

from products.models import Product
from products.publishing import publish_product

BATCH = 100


@shared_task(name="products.tasks.publish_due_products")
def publish_due_products() -> None:
    """Publish the products that wait for it. Safe to run twice, and at once."""
    due = list(Product.objects.due().values_list("pk", flat=True)[:BATCH])
    for gtin in due:
        publish_product(gtin)
