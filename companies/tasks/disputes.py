"""Telling companies that a dispute waits for their answer: the rows are the truth."""

from celery import shared_task

from common import hints
from companies import reminding
from companies.tasks.mailing import hint_mails


def hint_reminders() -> None:
    """Tell the workers that there is more to tell; otherwise the sweep finds it."""
    hints.send(remind_disputes, lost="reminders.hint_lost")


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
