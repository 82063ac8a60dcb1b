"""Forgetting what terminals asked, and how we told them, after its time."""

from datetime import timedelta

from django.utils import timezone

from checkout.models import TerminalRequest, WebhookAttempt

# A till that still retries after a day has lost its shopper.
KEEP_REQUESTS = timedelta(hours=24)
# Longer than any dispute between a till's maker and us about what was told.
KEEP_ATTEMPTS = timedelta(days=90)


def forget_requests() -> int:
    """Forget what terminals asked long ago, and return how many requests that were."""
    old = TerminalRequest.objects.filter(created_at__lt=timezone.now() - KEEP_REQUESTS)
    return old._raw_delete(old.db)


def forget_attempts() -> int:
    """Forget old attempts to tell tills' servers, and return how many those were."""
    old = WebhookAttempt.objects.filter(started_at__lt=timezone.now() - KEEP_ATTEMPTS)
    return old._raw_delete(old.db)
