"""Captures in the background: the row is the order, a message only a hint."""

import structlog
from celery import shared_task
from django.conf import settings

from common import hints
from products.capturing import forgetting, working

logger = structlog.get_logger(__name__)


def hint_captures() -> None:
    """Tell the workers that there is work; without a broker the sweep finds it."""
    hints.send(capture_events, lost="captures.hint_lost")


@shared_task(name="products.tasks.capture_events")
def capture_events() -> None:
    """
    Work on the document whose turn it is, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep: it takes up what a dead worker or a
    lost message left.
    """
    if working.work():
        hint_captures()


@shared_task(name="products.tasks.purge_captures")
def purge_captures() -> None:
    """Remove documents that were kept long enough. Safe to run twice."""
    count = forgetting.purge(older_than_days=settings.KEEP_CAPTURES_DAYS)
    if count:
        logger.info("captures.purged", captures=count)
