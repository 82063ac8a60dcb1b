"""Comparing products: what is due stands in rows, and a sweep finds it."""

from celery import shared_task

from common import hints
from common.chains import Chain
from products import comparing

CHAIN = Chain("products.comparing")


def hint_comparisons(link: str = "") -> None:
    """Tell the workers that something is due; without a broker the sweep finds it."""
    hints.send(compare_products, link, lost="comparisons.hint_lost")


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
