"""
Our own status lists: a bit for each credential, and the list signed again on change.

Who takes a bit, or sets one, holds the lock of the list's row. The row of a key is
locked before that of a list, never after.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.credentials import own_key
from companies.models import IssuedCredential, IssuingKey, RevocationList
from ledger.credentials import status_list
from ledger.credentials.envelope import Validity

# Bits are drawn at random: in a fuller list that would take many draws.
FULL = status_list.LEAST_BITS // 2
HOLDS = timedelta(days=14)
# A list that is older is signed again, so that a verifier finds one of today.
SIGNED_EVERY = timedelta(days=1)
# For verifiers whose clocks are a little slow.
SLOW_CLOCKS = timedelta(minutes=1)


def url_of(number: int) -> str:
    """Return the address of a list, for ever."""
    return f"{settings.BASE_URL}/status/{number}"


def take_index(key: IssuingKey) -> tuple[RevocationList, int]:
    """
    Return a free bit, and its list, locked until the transaction ends.

    Drawn at random: neighbours would say who was issued something when.
    """
    chosen = _open_list(key)
    taken = IssuedCredential.objects.filter(status_list=chosen)
    while True:
        index = secrets.randbelow(status_list.LEAST_BITS)
        if not taken.filter(status_index=index).exists():
            return chosen, index


def sign_again(chosen: RevocationList, key: IssuingKey) -> None:
    """Sign what the rows say of a list; the list is locked by the caller."""
    now = timezone.now()
    revoked = chosen.credentials.exclude(revoked_at=None)
    signed = _signed(
        chosen.pk, list(revoked.values_list("status_index", flat=True)), key
    )
    RevocationList.objects.filter(pk=chosen.pk).update(
        token=signed,
        valid_from=now - SLOW_CLOCKS,
        valid_until=now + HOLDS,
    )


@transaction.atomic
def renew() -> int:
    """Sign again the lists of before today; return how many that were."""
    old = timezone.now() - SIGNED_EVERY
    key = own_key.current(lock=True)
    due = RevocationList.objects.select_for_update().filter(valid_from__lt=old)
    for chosen in (found := list(due.order_by("pk"))):
        sign_again(chosen, key)
    return len(found)


def _open_list(key: IssuingKey) -> RevocationList:
    """Return the latest list, or a new one where that one is half full."""
    latest = RevocationList.objects.select_for_update().order_by("-pk").first()
    if latest is not None and latest.credentials.count() < FULL:
        return latest
    number = latest.pk + 1 if latest else 1
    now = timezone.now()
    try:
        with transaction.atomic():
            RevocationList.objects.create(
                pk=number,
                token=_signed(number, [], key),
                valid_from=now - SLOW_CLOCKS,
                valid_until=now + HOLDS,
            )
    except IntegrityError:
        # Somebody else opened it meanwhile.
        pass
    return RevocationList.objects.select_for_update().get(pk=number)


def _signed(number: int, revoked: list[int], key: IssuingKey) -> str:
    now = timezone.now()
    credential = status_list.compose(
        url=url_of(number),
        issuer=own_key.did(),
        revoked=revoked,
        validity=Validity(now - SLOW_CLOCKS, now + HOLDS),
    )
    return own_key.sign(credential, key)
