"""What follows scans, again and again."""

import structlog
from celery import shared_task

from scanning import outside
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
