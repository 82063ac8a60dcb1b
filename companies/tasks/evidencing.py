"""Tidying where documents lie."""

import structlog
from celery import shared_task

from companies import filing

logger = structlog.get_logger(__name__)


@shared_task(name="companies.tasks.sweep_evidence")
def sweep_evidence() -> None:
    """Remove files whose row a crash prevented. Safe to run twice, and at once."""
    if count := filing.sweep():
        logger.info("evidence.swept", files=count)
