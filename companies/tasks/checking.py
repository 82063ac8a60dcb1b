"""Checking what changed: the companies are the queue, a message only a hint."""

import structlog
from celery import shared_task

from common.chains import Chain
from companies import checking

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60
CHAIN = Chain("companies.checks")

logger = structlog.get_logger(__name__)


def hint_checks(link: str = "") -> None:
    """Tell the workers that a company is due; without a broker the sweep finds it."""
    try:
        check_companies.apply_async((link,), retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("checks.hint_lost", reason=type(error).__name__)


@shared_task(name="companies.tasks.check_companies")
def check_companies(link: str = "") -> None:
    """
    Check the companies that changed, and ask for the next moment of work.

    Safe to run twice, and at once. Also the sweep: it takes up what a dead worker or a
    lost message left. `link` is that of the chain under way, which is left to it.
    """
    if CHAIN.is_left_to_another(link):
        return
    if not checking.work():
        CHAIN.end()
        return
    hint_checks(CHAIN.next_link())


@shared_task(name="companies.tasks.check_the_day")
def check_the_day() -> None:
    """Let rules that depend on the day look again, a piece at a time."""
    count = checking.mark_of_yesterday()
    if count:
        logger.info("checks.day_changed", companies=count)
        hint_checks()
