"""What goes out about the notices that a shopper was told."""

from typing import Any

from rest_framework import serializers

from products.models import NoticeKind
from products.serializers.notices import UnitsInput

NOTICE_STATES = ("in_force", "withdrawn")


class ToldNoticeDocument(serializers.Serializer[Any]):
    """A recall or a safety notice on something in the shopper's history."""

    id = serializers.UUIDField()
    notice = serializers.UUIDField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=NoticeKind.choices)
    state = serializers.ChoiceField(choices=NOTICE_STATES)
    title = serializers.CharField()
    gtin = serializers.CharField()
    product_name = serializers.CharField()
    lot = serializers.CharField(
        allow_null=True, help_text="The scanned lot that decides."
    )
    affected = serializers.BooleanField(
        allow_null=True, help_text="Null where the lot does not tell."
    )
    affected_text = serializers.CharField()
    text = serializers.CharField()
    what_to_do = serializers.CharField()
    batches = UnitsInput(many=True)
    batches_text = serializers.CharField()
    authority = serializers.CharField()
    reference = serializers.CharField()
    published_at = serializers.DateTimeField()
    url = serializers.URLField(allow_null=True)
    reason = serializers.CharField()
    sheet = serializers.CharField()
    seen = serializers.BooleanField()


class ReachDocument(serializers.Serializer[Any]):
    """How many shoppers were told; null below five, when it would say who."""

    told = serializers.IntegerField(allow_null=True)
    complete = serializers.BooleanField()
