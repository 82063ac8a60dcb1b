"""Checking what changed: the companies are the queue, a message only a hint."""

import structlog
from celery import shared_task

from common import hints
from common.chains import Chain
from companies import checking

CHAIN = Chain("companies.checks")

logger = structlog.get_logger(__name__)


def hint_checks(link: str = "") -> None:
    """Tell the workers that a company is due; without a broker the sweep finds it."""
    hints.send(check_companies, link, lost="checks.hint_lost")


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
