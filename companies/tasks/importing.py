"""Imports in the background: the row is the order, a message only a hint."""

import structlog
from celery import shared_task
from django.conf import settings

from common import hints
from companies.importing import forgetting, making
from companies.tasks.checking import hint_checks

logger = structlog.get_logger(__name__)


def hint_imports() -> None:
    """Tell the workers that there is work; without a broker the sweep finds it."""
    hints.send(import_statements, lost="imports.hint_lost")


@shared_task(name="companies.tasks.import_statements")
def import_statements() -> None:
    """
    Work on the file whose turn it is, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep: it takes up what a dead worker or a
    lost message left.
    """
    worked = making.work()
    if worked.has_recorded:
        hint_checks()
    if worked.is_more:
        hint_imports()


@shared_task(name="companies.tasks.purge_imports")
def purge_imports() -> None:
    """Remove files that were kept long enough. Safe to run twice."""
    count = forgetting.purge(older_than_days=settings.IMPORT_FILE_DAYS)
    if count:
        logger.info("imports.purged", runs=count)
