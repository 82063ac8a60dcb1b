"""What we signed, kept true: lists signed each day, certificates looked at again."""

import structlog
from celery import shared_task

from companies.credentials import own_status, reviewing

logger = structlog.get_logger(__name__)


@shared_task(name="companies.tasks.renew_status_lists")
def renew_status_lists() -> None:
    """Sign the status lists of before today again. Safe to run twice, and at once."""
    if count := own_status.renew():
        logger.info("status_lists.signed", count=count)


@shared_task(name="companies.tasks.review_credentials")
def review_credentials() -> None:
    """Revoke the credentials of ours that are no longer so. Safe to run twice."""
    if count := reviewing.review():
        logger.info("credentials.revoked", count=count)
