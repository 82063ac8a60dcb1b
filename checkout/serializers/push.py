"""What a phone says of how it is woken."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from checkout.channels import fcm, hosts
from checkout.webpush.encryption import PhoneKeys
from shoppers.models import PushSubscription

FCM_TOKEN = re.compile(r"[A-Za-z0-9_:-]{20,4096}")


class PushPhoneKeys(serializers.Serializer[Any]):
    """The phone's point on P-256 and its secret, base64url (RFC 8291)."""

    p256dh = serializers.CharField(max_length=100)
    auth = serializers.CharField(max_length=30)


class PushSubscriptionInput(serializers.Serializer[Any]):
    """A subscription, as a browser's `PushSubscription.toJSON()` gives it."""

    kind = serializers.ChoiceField(
        choices=PushSubscription.Kind.choices,
        default=PushSubscription.Kind.WEB_PUSH,
    )
    endpoint = serializers.CharField(
        max_length=4096,
        help_text="An https address; the registration token for `fcm`.",
    )
    keys = PushPhoneKeys(required=False, help_text="Not for `fcm`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold the address to the allowed services, the keys to the curve."""
        if attrs["kind"] == PushSubscription.Kind.FCM:
            return _fcm(attrs)
        if not hosts.is_allowed(attrs["endpoint"]):
            raise _refused("endpoint", _("Messages to this push service are not sent."))
        keys = attrs.get("keys", {})
        try:
            PhoneKeys.read(keys.get("p256dh", ""), keys.get("auth", ""))
        except ValueError as error:
            raise _refused(
                "keys", _("These are not keys for push messages.")
            ) from error
        return {"kind": attrs["kind"], "endpoint": attrs["endpoint"], **keys}


class PushSubscriptionCard(serializers.Serializer[Any]):
    """A subscription that is kept."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PushSubscription.Kind.choices)
    endpoint = serializers.CharField()
    created_at = serializers.DateTimeField()


class PushKeyCard(serializers.Serializer[Any]):
    """What a phone subscribes with."""

    public_key = serializers.CharField(
        help_text="The `applicationServerKey`: 65 bytes, base64url."
    )


def _fcm(attrs: dict[str, Any]) -> dict[str, Any]:
    if not fcm.is_configured():
        raise _refused("kind", _("This service does not use Firebase."))
    if not FCM_TOKEN.fullmatch(attrs["endpoint"]):
        raise _refused("endpoint", _("This is not a registration token."))
    return {"kind": attrs["kind"], "endpoint": attrs["endpoint"]}


def _refused(field: str, sentence: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: sentence}, code="invalid")
