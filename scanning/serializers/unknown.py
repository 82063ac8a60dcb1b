"""What comes in and goes out about codes that nobody has declared."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from scanning.models.unknown import MAX_SAID_CHARACTERS

# What a browser would take for an element, a comment or the end of one.
TAG = re.compile(r"<[A-Za-z/!?]")


class SaidField(serializers.CharField):
    """A short text without HTML."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=MAX_SAID_CHARACTERS,
            required=False,
            allow_blank=True,
            default="",
            **options,
        )

    def to_internal_value(self, data: Any) -> str:
        """Refuse HTML rather than clean it: a text is kept as it was meant."""
        text: str = super().to_internal_value(data)
        if TAG.search(text):
            raise serializers.ValidationError(
                _("Write plain text, without HTML."), code="html"
            )
        return text


class ReportInput(serializers.Serializer[Any]):
    """What the package says, as far as somebody cares to type it."""

    name = SaidField(help_text="The product's name on the package.")
    brand = SaidField(help_text="The brand or the company on the package.")
    note = SaidField(help_text="Anything else. No personal data, please.")
    report_id = serializers.UUIDField(
        required=False,
        help_text="Chosen by the phone: the same report sent again counts once.",
    )


class ReportAccepted(serializers.Serializer[Any]):
    """The thanks."""

    gtin = serializers.CharField()
    detail = serializers.CharField()
