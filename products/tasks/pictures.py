"""Pictures in the background: the row is the order, a message only a hint."""

import structlog
from celery import shared_task

from common import hints
from common.chains import Chain
from products.pictures import preparing, store

CHAIN = Chain("products.pictures")

logger = structlog.get_logger(__name__)


def hint_pictures(link: str = "") -> None:
    """Tell the workers that there is work; without a broker the sweep finds it."""
    hints.send(prepare_pictures, link, lost="pictures.hint_lost")


@shared_task(name="products.tasks.prepare_pictures")
def prepare_pictures(link: str = "") -> None:
    """
    Make the picture whose turn it is, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep: it takes up what a dead worker or a
    lost message left.
    """
    if CHAIN.is_left_to_another(link):
        return
    if not preparing.work():
        CHAIN.end()
        return
    hint_pictures(CHAIN.next_link())


@shared_task(name="products.tasks.sweep_pictures")
def sweep_pictures() -> None:
    """Remove files that no row names. Safe to run twice."""
    if count := store.sweep():
        logger.info("pictures.swept", files=count)
