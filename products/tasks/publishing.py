"""Publishing what is due: the products are the queue, a message only a hint."""

import structlog
from celery import shared_task

from common.chains import Chain
from products import families, publishing
from products.following import follow_companies

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60
CHAIN = Chain("products.publishing")

logger = structlog.get_logger(__name__)


def hint_publications(link: str = "") -> None:
    """Tell the workers that a product is due; without a broker the sweep finds it."""
    try:
        publish_due_products.apply_async((link,), retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("publications.hint_lost", reason=type(error).__name__)


@shared_task(name="products.tasks.publish_due_products")
def publish_due_products(link: str = "") -> None:
    """
    Publish the products that wait for it, and ask for the next moment of work.

    Safe to run twice, and at once. Those of a company about which something new was
    found wait for it, too.
    """
    if CHAIN.is_left_to_another(link):
        return
    follow_companies()
    families.follow()
    if not publishing.publish_due():
        CHAIN.end()
        return
    hint_publications(CHAIN.next_link())
