"""A new key for the log, beside the old one for a while."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ledger import log_keys
from ledger.models import LogKey


@transaction.atomic
def rotate_log_key(*, overlap: timedelta) -> LogKey | None:
    """
    Let a new key sign, and the sealed ones of before sign no longer than `overlap`.

    The name of the log stays; whoever knows an old key has that long to learn the new
    one. Where the setting gives keys, the new one is there already: none is made, and
    `None` is returned. A repeat makes a further key.
    """
    before = list(log_keys.sealed_keys().filter(retires_at=None))
    made = None if log_keys.outside_keys() else log_keys.make_key()
    LogKey.objects.filter(pk__in=[row.pk for row in before], retires_at=None).update(
        retires_at=timezone.now() + overlap
    )
    return made
