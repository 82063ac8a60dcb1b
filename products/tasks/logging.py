"""Entering what is older than the log: the rows are the queue, and a sweep finds it."""

from celery import shared_task

from common import hints
from common.chains import Chain
from products import entering

CHAIN = Chain("products.log_backlog")
# Far below the limit of a task.
WORK_SECONDS = 4.0


def hint_backlog(link: str = "") -> None:
    """Tell the workers that old rows wait; without a broker the sweep finds them."""
    hints.send(log_backlog, link, lost="log_backlog.hint_lost")


@shared_task(name="products.tasks.log_backlog")
def log_backlog(link: str = "") -> None:
    """
    Enter old rows in the log for some seconds, and ask for the next moment of work.

    Safe to run twice, and at once. Nothing is left to do but once, after the log came.
    """
    if CHAIN.is_left_to_another(link):
        return
    if not entering.work_off_backlog(WORK_SECONDS):
        CHAIN.end()
        return
    hint_backlog(CHAIN.next_link())
