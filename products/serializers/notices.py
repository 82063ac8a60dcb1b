"""What comes in and goes out about recalls and safety notices."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.times import rfc3339
from products.models import Notice, NoticeKind
from products.services.noticing import Content


class UnitsInput(serializers.Serializer[Any]):
    """One lot, one range of lots, or one serial number: one of the three."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `from` is a word of the language."""
        return {
            name: serializers.CharField(max_length=20, required=False)
            for name in ("lot", "from", "to", "serial")
        }


class NoticeInput(serializers.Serializer[Any]):
    """A recall or a safety notice. Without `batches` every unit is concerned."""

    kind = serializers.ChoiceField(choices=NoticeKind.choices)
    authority = serializers.CharField(max_length=120)
    reference = serializers.CharField(
        max_length=60, help_text="Names the notice: sent again, nothing twice."
    )
    published_at = serializers.DateTimeField()
    text = serializers.DictField(
        child=serializers.CharField(max_length=1000), help_text="By language."
    )
    what_to_do = serializers.DictField(
        child=serializers.CharField(max_length=1000),
        required=False,
        help_text="By language; a recall says it.",
    )
    batches = serializers.ListField(child=UnitsInput(), required=False, max_length=500)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)

    @property
    def content(self) -> Content:
        """Return what was given as the service takes it."""
        given = self.validated_data
        return Content(
            kind=given["kind"],
            authority=given["authority"],
            reference=given["reference"],
            published_at=given["published_at"],
            text=given["text"],
            what_to_do=given.get("what_to_do", {}),
            batches=[dict(one) for one in given.get("batches", [])],
            url=given.get("url", ""),
        )


class CorrectionInput(NoticeInput):
    """A notice as it should read; its reference stays what it is."""

    reference = serializers.CharField(max_length=60, required=False, read_only=True)
    reason = serializers.CharField(max_length=300, required=False, default="")

    @property
    def content(self) -> Content:
        """Return what was given; the service keeps the reference."""
        self.validated_data["reference"] = ""
        return super().content


class WithdrawalInput(serializers.Serializer[Any]):
    """Why a notice does not apply any more."""

    reason = serializers.CharField(max_length=300)


class NoticeFilter(serializers.Serializer[Any]):
    """Which notices to list."""

    gtin = serializers.CharField(required=False, max_length=14)
    since = serializers.DateTimeField(
        required=False, help_text="Recorded, corrected or withdrawn from then on."
    )


class NoticeDocument(serializers.ModelSerializer[Notice]):
    """The last version of a notice."""

    id = serializers.UUIDField(source="number")
    gtin = serializers.CharField(source="product_id")
    state = serializers.SerializerMethodField()
    text = serializers.DictField(child=serializers.CharField())
    what_to_do = serializers.DictField(child=serializers.CharField())
    batches = UnitsInput(many=True)
    published_at = serializers.SerializerMethodField()
    recorded_at = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = (
            "id",
            "version",
            "gtin",
            "kind",
            "state",
            "authority",
            "reference",
            "url",
            "text",
            "what_to_do",
            "batches",
            "published_at",
            "recorded_at",
            "reason",
        )

    @extend_schema_field(serializers.ChoiceField(choices=("in_force", "withdrawn")))
    def get_state(self, notice: Notice) -> str:
        """Return whether it holds."""
        return "withdrawn" if notice.is_withdrawn else "in_force"

    @extend_schema_field(serializers.DateTimeField())
    def get_published_at(self, notice: Notice) -> str:
        """Return when it was announced."""
        return rfc3339(notice.published_at)

    @extend_schema_field(serializers.DateTimeField())
    def get_recorded_at(self, notice: Notice) -> str:
        """Return when this version was recorded."""
        return rfc3339(notice.recorded_at)
