"""What follows scans, again and again."""

import structlog
from celery import shared_task

from scanning import noticing, outside
from scanning.counting import forgetting

# The sweep comes sooner: unread hints must not pile up while workers are down.
HINT_SECONDS = 60

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
    try:
        tell_notices.apply_async(retry=False, expires=HINT_SECONDS)
    except Exception as error:  # whatever the transport raises
        logger.warning("notices.hint_lost", reason=type(error).__name__)


@shared_task(name="scanning.tasks.tell_notices")
def tell_notices() -> None:
    """
    Tell shoppers of recalls for some seconds, and ask for the next moment of work.

    Safe to run twice and at once. It is the sweep as well, and finds new notices by
    itself.
    """
    if noticing.work():
        hint_notices()
