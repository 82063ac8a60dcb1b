"""The index of every company, each night and on request: in pieces, with progress."""

import structlog
from celery import shared_task

from companies import indexing

HINT_SECONDS = 60
KEEP_RUNS_DAYS = 90

logger = structlog.get_logger(__name__)


def hint_index() -> None:
    """Tell the workers that there is a run; without a broker the sweep finds it."""
    try:
        compute_index.apply_async(retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("index.hint_lost", reason=type(error).__name__)


@shared_task(name="companies.tasks.compute_index")
def compute_index() -> None:
    """
    Work on the run under way, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep, which begins the run of each day.
    """
    indexing.begin_daily()
    if indexing.work():
        hint_index()
    else:
        indexing.purge(older_than_days=KEEP_RUNS_DAYS)
