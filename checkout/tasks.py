"""What is delivered and repaired in the background."""

import structlog
from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from checkout import delivering

SWEPT = "checkout.swept_at"

logger = structlog.get_logger(__name__)


@shared_task(name="checkout.tasks.push_prompt")
def push_prompt(prompt_id: str) -> None:
    """Bring one prompt to the shopper's phones. Safe to run twice."""
    delivering.push(prompt_id)


@shared_task(name="checkout.tasks.sweep")
def sweep() -> None:
    """Expire what is overdue, push what is due. Safe to run twice, and at once."""
    expired, pushed = delivering.expire_overdue(), delivering.push_due()
    cache.set(SWEPT, timezone.now().isoformat(), timeout=None)
    if expired or pushed:
        logger.info("checkout.swept", expired=expired, pushed=pushed)


@shared_task(name="checkout.tasks.forget_requests")
def forget_requests() -> None:
    """Forget old requests of terminals. Safe to run twice."""
    delivering.forget_requests()
