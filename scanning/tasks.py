"""What follows scans, again and again."""

import structlog
from celery import shared_task

from common import hints
from scanning import noticing, outside
from scanning.counting import forgetting

logger = structlog.get_logger(__name__)


@shared_task(name="scanning.tasks.forget")
def forget() -> None:
    """Forget what has been kept long enough. Safe to run twice, and at once."""
    forgotten = forgetting.forget()
    if any(forgotten.values()):
        logger.info("scanning.forgotten", **forgotten)


@shared_task(name="scanning.tasks.ask_outside")
def ask_outside() -> None:
    """Ask the outside catalogue for the next code. Safe to run twice, and at once."""
    outside.ask_next()


def hint_notices() -> None:
    """Tell the workers that somebody is to be told; the sweep finds it anyway."""
    hints.send(tell_notices, lost="notices.hint_lost")


@shared_task(name="scanning.tasks.tell_notices")
def tell_notices() -> None:
    """
    Tell shoppers of recalls for some seconds, and ask for the next moment of work.

    Safe to run twice and at once. It is the sweep as well, and finds new notices by
    itself.
    """
    if noticing.work():
        hint_notices()
