"""How a till reaches a shopper: by a pass, used once."""

import base64
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from common import compiled, sealing
from shoppers import contactless, handles
from shoppers.errors import ContactlessOff
from shoppers.models import (
    ContactlessKey,
    ContactlessUse,
    Device,
    Pass,
    TillSettings,
)

KEY_LIFE = timedelta(hours=24)
# The answer that brought the newest may be lost: the phone goes on with the one before.
KEYS_KEPT = 2
# An alias that leads nowhere costs the same time as one that does.
DUMMY_KEY = bytes(contactless.KEY_BYTES)

_USE_UP = compiled.Update(
    lambda digest: (
        Pass.objects.filter(handle_digest=digest).usable(),
        {"consumed_at": Now()},
    ),
    returning=["shopper"],
    digest=Pass._meta.get_field("handle_digest"),
)


class Consumed(NamedTuple):
    """Whose pass was used up, and whether the phone made it without network."""

    shopper_id: uuid.UUID
    is_contactless: bool


class IssuedKey(NamedTuple):
    """What a phone makes passes with; shown this once."""

    alias: bytes
    key: bytes
    valid_from: datetime
    valid_until: datetime


def consume(handle: str) -> Consumed | None:
    """
    Use a pass of either kind up; none when it is unknown, forged, used or dead.

    Of two tills with the same pass, one gets the shopper.
    """
    if handles.is_pass(handle):
        return _consume_minted(handle)
    found = contactless.parsed(handle)
    return _consume_contactless(found) if found else None


def _consume_minted(handle: str) -> Consumed | None:
    """Count on the update: its rows say who was first."""
    used = _USE_UP.rows(digest=handles.digest(handle))
    return Consumed(used[0][0], is_contactless=False) if used else None


def _consume_contactless(found: contactless.Parsed) -> Consumed | None:
    """Count on the unique row of key and step: whoever inserts it was first."""
    key = (
        ContactlessKey.objects.usable()
        .select_related("device")
        .filter(alias_digest=contactless.alias_digest(found.alias))
        .first()
    )
    secret = _opened(key) if key is not None else DUMMY_KEY
    is_proven = contactless.is_proven(found, secret, at=timezone.now().timestamp())
    if key is None or not is_proven:
        return None
    try:
        with transaction.atomic():
            ContactlessUse.objects.create(key=key, step=found.step)
    except IntegrityError:
        return None
    return Consumed(key.device.shopper_id, is_contactless=True)


def _opened(key: ContactlessKey) -> bytes:
    return base64.b64decode(sealing.unseal(key.sealed_key))


@transaction.atomic
def issue_contactless_key(*, device: Device) -> IssuedKey:
    """
    Give a phone what it makes passes with, without network, for a day.

    Refuse with `ContactlessOff` unless the shopper wished for it. The phone's key
    before this one goes on counting until its own end.
    """
    # Locked: a wish that is taken back at the same time finds every key.
    wishes = TillSettings.objects.select_for_update().filter(shopper=device.shopper_id)
    if wishes.filter(is_contactless=True).first() is None:
        raise ContactlessOff(_("You have not allowed passes without network."))
    kept = device.contactless_keys.usable().order_by("-valid_from")[: KEYS_KEPT - 1]
    device.contactless_keys.exclude(pk__in=[key.pk for key in kept]).delete()
    now = timezone.now()
    issued = IssuedKey(
        contactless.new_alias(), contactless.new_key(), now, now + KEY_LIFE
    )
    device.contactless_keys.create(
        alias_digest=contactless.alias_digest(issued.alias),
        sealed_key=sealing.seal(base64.b64encode(issued.key).decode()),
        valid_from=issued.valid_from,
        valid_until=issued.valid_until,
    )
    return issued
