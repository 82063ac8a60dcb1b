"""What comes in and goes out of a scan."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from products.serializers import SheetDocument
from scanning.codes import MAX_CHARACTERS


class ScanInput(serializers.Serializer[Any]):
    """A code that the phone has read itself, or a photo. One of the two."""

    code = serializers.CharField(
        max_length=MAX_CHARACTERS, required=False, trim_whitespace=False
    )
    format = serializers.CharField(
        max_length=40, required=False, help_text="The decoder's name of the symbology."
    )
    image = serializers.FileField(
        required=False, allow_empty_file=True, help_text="A photo, multipart only."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take a code or a photo, not both."""
        if ("code" in attrs) == ("image" in attrs):
            raise serializers.ValidationError(
                _("Send a code or a photo, one of the two."), code="code_or_image"
            )
        return attrs


class CodeDocument(serializers.Serializer[Any]):
    """One code that was read."""

    text = serializers.CharField()
    format = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    gtin = serializers.CharField(allow_null=True)
    lot = serializers.CharField(allow_null=True)
    serial = serializers.CharField(allow_null=True)
    engines = serializers.ListField(child=serializers.CharField())
    confirmed = serializers.BooleanField()


class ScanDocument(serializers.Serializer[Any]):
    """What was read, the product's code first, and its sheet."""

    gtin = serializers.CharField()
    read = CodeDocument()
    codes = CodeDocument(many=True)
    sheet = SheetDocument()
