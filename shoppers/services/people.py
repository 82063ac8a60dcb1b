"""What may change of shoppers, their phones and their passes."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shoppers import handles
from shoppers.forgetting import KEEP_PASSES
from shoppers.models import Device, Pass, Shopper


class Registered(NamedTuple):
    """A new shopper; the token is shown this once."""

    shopper: Shopper
    device: Device
    token: str


class Minted(NamedTuple):
    """A new pass; the handle is shown this once."""

    handle: str
    expires_at: datetime


@transaction.atomic
def register_shopper(*, display_name: str = "", language: str = "fr") -> Registered:
    """Create a shopper with a first phone."""
    shopper = Shopper.objects.create(display_name=display_name, language=language)
    token = handles.new_token()
    device = shopper.devices.create(token_digest=handles.digest(token))
    return Registered(shopper, device, token)


def replace_token(device: Device) -> str:
    """Give a phone a new token; the old one opens nothing any more."""
    token = handles.new_token()
    device.token_digest = handles.digest(token)
    device.save(update_fields=["token_digest"])
    return token


@transaction.atomic
def mint_pass(*, shopper: Shopper) -> Minted:
    """Create a one-time pass, and forget those that died long ago."""
    now = timezone.now()
    Pass.objects.filter(shopper=shopper, expires_at__lt=now - KEEP_PASSES).delete()
    handle = handles.new_pass()
    expires_at = now + timedelta(seconds=settings.PASS_TTL_SECONDS)
    Pass.objects.create(
        shopper=shopper, handle_digest=handles.digest(handle), expires_at=expires_at
    )
    return Minted(handle, expires_at)
