"""How a shopper's phones are woken when their app is closed."""

import hashlib

from django.db import transaction
from django.utils import timezone

from shoppers.models import Device, PushSubscription

# A phone with more browsers than that has forgotten the oldest.
MAX_LIVING = 5


@transaction.atomic
def subscribe(
    *, device: Device, kind: str, endpoint: str, p256dh: str = "", auth: str = ""
) -> tuple[PushSubscription, bool]:
    """
    Keep how a phone is reached, and say whether it is new to that phone.

    One address belongs to one phone: the last that brought it. The five newest of a
    phone count.
    """
    # One row to wait for: of two requests of a phone neither counts too few.
    Device.objects.select_for_update().get(pk=device.pk)
    digest = _digest(endpoint)
    known = PushSubscription.objects.filter(
        endpoint_digest=digest, device=device, gone_at=None
    ).exists()
    subscription, _is_made = PushSubscription.objects.update_or_create(
        endpoint_digest=digest,
        defaults={
            "device": device,
            "kind": kind,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "gone_at": None,
            "created_at": timezone.now(),
        },
    )
    others = device.push_subscriptions.exclude(pk=subscription.pk)
    newest = others.filter(gone_at=None).order_by("-created_at", "-pk")
    kept = list(newest.values_list("pk", flat=True)[: MAX_LIVING - 1])
    others.exclude(pk__in=kept).delete()
    return subscription, not known


def unsubscribe(*, device: Device, subscription_id: int) -> None:
    """Forget one way in which a phone is reached."""
    device.push_subscriptions.filter(pk=subscription_id).delete()


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
