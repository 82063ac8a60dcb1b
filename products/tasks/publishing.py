"""Publishing what is due: the products are the queue, a message only a hint."""

from celery import shared_task

from common import hints
from common.chains import Chain
from products import families, publishing
from products.following import follow_companies

CHAIN = Chain("products.publishing")


def hint_publications(link: str = "") -> None:
    """Tell the workers that a product is due; without a broker the sweep finds it."""
    hints.send(publish_due_products, link, lost="publications.hint_lost")


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
