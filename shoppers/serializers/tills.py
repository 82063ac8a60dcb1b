"""What comes in and goes out about a shopper's wishes at tills."""

from typing import Any

from rest_framework import serializers


class TillSettingsCard(serializers.Serializer[Any]):
    """What a shopper allows at tills."""

    contactless = serializers.BooleanField(
        source="is_contactless",
        help_text="Whether the phone may make passes without network.",
    )
    quiet_until = serializers.DateTimeField(
        allow_null=True, help_text="No till may ask before."
    )


class TillSettingsInput(serializers.Serializer[Any]):
    """What of it changes; what is left out stays."""

    contactless = serializers.BooleanField(source="is_contactless", required=False)
    quiet_until = serializers.DateTimeField(required=False, allow_null=True)


class BlockedCompanyCard(serializers.Serializer[Any]):
    """A company whose tills may not ask."""

    id = serializers.UUIDField(source="company_id")
    name = serializers.CharField(source="company.name")
    since = serializers.DateTimeField(source="created_at")


class ContactlessKeyCard(serializers.Serializer[Any]):
    """What a phone makes passes with, without network. Shown this once."""

    alias = serializers.CharField(help_text="16 bytes, base64.")
    key = serializers.CharField(help_text="32 bytes, base64.")
    step_seconds = serializers.IntegerField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
