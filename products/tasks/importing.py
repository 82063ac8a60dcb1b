"""Imports of products: the row is the order, a message only a hint."""

import structlog
from celery import shared_task
from django.conf import settings

from common import hints
from products.importing import forgetting, making

logger = structlog.get_logger(__name__)


def hint_product_imports() -> None:
    """Tell the workers that there is work; without a broker the sweep finds it."""
    hints.send(import_products, lost="product_imports.hint_lost")


@shared_task(name="products.tasks.import_products")
def import_products() -> None:
    """
    Work on the file whose turn it is, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep: it takes up what a dead worker or a
    lost message left.
    """
    if making.work():
        hint_product_imports()


@shared_task(name="products.tasks.purge_product_imports")
def purge_product_imports() -> None:
    """Remove files that were kept long enough. Safe to run twice."""
    count = forgetting.purge(older_than_days=settings.IMPORT_FILE_DAYS)
    if count:
        logger.info("product_imports.purged", runs=count)
