"""What comes in and goes out about shoppers."""

from typing import Any

from rest_framework import serializers


class ShopperInput(serializers.Serializer[Any]):
    """What a new shopper may say."""

    display_name = serializers.CharField(max_length=80, required=False, default="")
    language = serializers.ChoiceField(choices=["fr", "en"], default="fr")


class ShopperCard(serializers.Serializer[Any]):
    """A new shopper. The token is shown this once."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()
    language = serializers.CharField()
    token = serializers.CharField()


class PassCard(serializers.Serializer[Any]):
    """A one-time pass to show to the till."""

    # "pass" is a word of Python, so the field is declared by its name.
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return `pass`, its life, and the forms in which tills read it."""
        return {
            "pass": serializers.CharField(source="handle"),
            "expires_at": serializers.DateTimeField(),
            "expires_in": serializers.IntegerField(help_text="Seconds."),
            "qr_svg": serializers.CharField(
                help_text="The QR code of the pass, error correction M, as SVG."
            ),
            "ndef": serializers.CharField(
                help_text="The NDEF message of the pass, one Text record, in base64."
            ),
        }
