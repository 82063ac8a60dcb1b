"""Indexing what searches miss: the published sheets are the queue."""

from celery import shared_task

from common import hints
from common.chains import Chain
from products import search_index

CHAIN = Chain("products.searching")


@shared_task(name="products.tasks.index_products")
def index_products(link: str = "") -> None:
    """
    Index published products for some seconds; ask for the next moment of work.

    Publishing indexes what it publishes. This finds what was published before there
    was an index, or under other rules of what a word is. Safe to run twice and at once.
    """
    if CHAIN.is_left_to_another(link):
        return
    if not search_index.catch_up():
        CHAIN.end()
        return
    hints.send(index_products, CHAIN.next_link(), lost="indexing.hint_lost")
