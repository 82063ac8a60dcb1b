"""The index of every company, each night and on request: in pieces, with progress."""

from celery import shared_task

from common import hints
from companies import indexing

KEEP_RUNS_DAYS = 90


def hint_index() -> None:
    """Tell the workers that there is a run; without a broker the sweep finds it."""
    hints.send(compute_index, lost="index.hint_lost")


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
