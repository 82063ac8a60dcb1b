"""Runs of labels in the background: the row is the order, a message only a hint."""

import structlog
from celery import shared_task
from django.conf import settings

from common import hints
from scanning.labels import making

logger = structlog.get_logger(__name__)


def hint() -> None:
    """Tell the workers that there is work; without a broker the sweep finds it."""
    hints.send(make_labels, lost="labels.hint_lost")


@shared_task(name="scanning.label_tasks.make_labels")
def make_labels() -> None:
    """
    Work on the labels whose turn it is, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep: it takes up what a dead worker or a
    lost message left.
    """
    if making.work():
        hint()


@shared_task(name="scanning.label_tasks.purge_labels")
def purge_labels() -> None:
    """Remove files that were kept long enough. Safe to run twice."""
    count = making.purge(older_than_days=settings.LABEL_FILE_DAYS)
    if count:
        logger.info("labels.purged", runs=count)
