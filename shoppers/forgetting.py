"""Forgetting passes, and keys for passes, that open nothing any more."""

from datetime import timedelta

from django.utils import timezone

from shoppers.models import ContactlessKey, Pass

# Long enough to look into what went wrong at a till.
KEEP_PASSES = timedelta(hours=1)


def forget_passes() -> int:
    """Forget passes and keys that died long ago, and return how many."""
    before = timezone.now() - KEEP_PASSES
    passes, _by_model = Pass.objects.filter(expires_at__lt=before).delete()
    # With the steps in which they were used.
    keys, _by_model = ContactlessKey.objects.filter(valid_until__lt=before).delete()
    return passes + keys
