"""Telling companies that a dispute waits for their answer: the rows are the truth."""

import structlog
from celery import shared_task

from companies import reminding
from companies.tasks.mailing import hint_mails

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60

logger = structlog.get_logger(__name__)


def hint_reminders() -> None:
    """Tell the workers that there is more to tell; otherwise the sweep finds it."""
    try:
        remind_disputes.apply_async(retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("reminders.hint_lost", reason=type(error).__name__)


@shared_task(name="companies.tasks.remind_disputes")
def remind_disputes() -> None:
    """
    Tell whose time to answer runs out or ran out, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep.
    """
    is_more = reminding.tell_due()
    hint_mails()
    if is_more:
        hint_reminders()
