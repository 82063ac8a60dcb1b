"""Messages to workers about work that stands in rows: a row stays, one may be lost."""

from typing import Any

import structlog
from celery import Task

# The sweeps come sooner: unread hints must not pile up while workers are down.
SECONDS = 60

logger = structlog.get_logger(__name__)


def send(
    task: Task[..., Any], *args: object, lost: str, expires: float = SECONDS
) -> bool:
    """
    Tell the workers once, and say whether the broker took it.

    It fails nobody: a hint that is not taken is logged under the event `lost`, and a
    sweep finds the row.
    """
    try:
        task.apply_async(args, retry=False, expires=expires)
    except Exception as error:  # whatever the transport raises
        logger.warning(lost, reason=type(error).__name__)
        return False
    return True
