"""What comes in and goes out about a shopper's own history."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class HistorySettingsInput(serializers.Serializer[Any]):
    """Whether a history is kept. Switching it off says what becomes of it."""

    enabled = serializers.BooleanField()
    erase = serializers.BooleanField(
        required=False,
        help_text="With `enabled: false`, and required then: erase what was kept?",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask when it is switched off; refuse to erase what is just switched on."""
        if attrs["enabled"] and attrs.get("erase"):
            raise serializers.ValidationError(
                {"erase": _("Erase the history, or switch it on; not both at once.")},
                code="erase_and_enable",
            )
        if not attrs["enabled"] and "erase" not in attrs:
            raise serializers.ValidationError(
                {"erase": _("Say whether to erase what was kept: true or false.")},
                code="keep_or_erase",
            )
        return attrs


class HistorySettingsDocument(serializers.Serializer[Any]):
    """Whether a history is kept, since when, and for how long its entries stay."""

    enabled = serializers.BooleanField()
    enabled_at = serializers.DateTimeField(allow_null=True)
    kept_days = serializers.IntegerField()


class HistoryEntryDocument(serializers.Serializer[Any]):
    """One scan of the history. `product_name` is null while nobody declared it."""

    id = serializers.UUIDField()
    gtin = serializers.CharField()
    lot = serializers.CharField(allow_null=True)
    scanned_at = serializers.DateTimeField()
    product_name = serializers.CharField(allow_null=True)
    has_sheet = serializers.BooleanField()
