"""Captures in the background: the row is the order, a message only a hint."""

import structlog
from celery import shared_task
from django.conf import settings

from products.capturing import forgetting, working

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60

logger = structlog.get_logger(__name__)


def hint_captures() -> None:
    """Tell the workers that there is work; without a broker the sweep finds it."""
    try:
        capture_events.apply_async(retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("captures.hint_lost", reason=type(error).__name__)


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
