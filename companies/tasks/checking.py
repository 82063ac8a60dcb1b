"""Checking what changed: the companies are the queue, a message only a hint."""

import uuid

import structlog
from celery import shared_task
from django.core.cache import cache

from companies import checking

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60
# One chain of tasks, each asking for the next, is enough however many companies wait:
# the same workers carry the prompts of the tills. A chain that broke is forgotten soon.
CHAIN = "companies.checks.chain"
CHAIN_SECONDS = 30

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
    if cache.get(CHAIN, "") != link:
        return
    if not checking.work():
        cache.delete(CHAIN)
        return
    following = uuid.uuid4().hex
    cache.set(CHAIN, following, CHAIN_SECONDS)
    hint_checks(following)


@shared_task(name="companies.tasks.check_the_day")
def check_the_day() -> None:
    """Let rules that depend on the day look again, a piece at a time."""
    count = checking.mark_of_yesterday()
    if count:
        logger.info("checks.day_changed", companies=count)
        hint_checks()
