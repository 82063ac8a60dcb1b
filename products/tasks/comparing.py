"""Comparing products: what is due stands in rows, and a sweep finds it."""

import structlog
from celery import shared_task

from common.chains import Chain
from products import comparing

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60
CHAIN = Chain("products.comparing")

logger = structlog.get_logger(__name__)


def hint_comparisons(link: str = "") -> None:
    """Tell the workers that something is due; without a broker the sweep finds it."""
    try:
        compare_products.apply_async((link,), retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("comparisons.hint_lost", reason=type(error).__name__)


@shared_task(name="products.tasks.compare_products")
def compare_products(link: str = "") -> None:
    """
    Compare what is due for some seconds, and ask for the next moment of work.

    Safe to run twice, and at once.
    """
    if CHAIN.is_left_to_another(link):
        return
    if not comparing.compare_due():
        CHAIN.end()
        return
    hint_comparisons(CHAIN.next_link())
