"""Sending e-mails: the rows are the queue, a message only a hint."""

import structlog
from celery import shared_task
from django.conf import settings

from common import hints
from companies import mailing

logger = structlog.get_logger(__name__)


def hint_mails() -> None:
    """Tell the workers that an e-mail is due; without a broker the sweep finds it."""
    hints.send(send_mails, lost="mails.hint_lost")


@shared_task(name="companies.tasks.send_mails")
def send_mails() -> None:
    """
    Send the e-mails that are due, and ask for the next moment of work.

    Safe to run twice and at once. Also the sweep: it takes up what a dead worker or a
    lost message left.
    """
    if mailing.send_due():
        hint_mails()


@shared_task(name="companies.tasks.purge_mails")
def purge_mails() -> None:
    """Forget the e-mails of long ago. Safe to run twice."""
    count = mailing.purge(older_than_days=settings.KEEP_MAILS_DAYS)
    if count:
        logger.info("mails.purged", mails=count)
