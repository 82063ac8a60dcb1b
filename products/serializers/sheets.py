"""
The shape of a sheet, for the OpenAPI document.

Sheets are served as stored bytes; no serializer runs when one is read.
"""

from typing import Any

from rest_framework import serializers

from companies.levels import Level, Status
from products.drafts import EVALUATIONS, SEVERITIES


class SourceDocument(serializers.Serializer[Any]):
    """Who says so."""

    kind = serializers.CharField()
    name = serializers.CharField(allow_null=True, required=False)
    url = serializers.CharField(allow_null=True, required=False)


class ValueDocument(serializers.Serializer[Any]):
    """One value with its status, source, date and level, and its words."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `label` is a property of every serializer, so by name."""
        return {
            "label": serializers.CharField(required=False),
            "status": serializers.ChoiceField(choices=Status.choices),
            "value": serializers.JSONField(),
            "unit": serializers.CharField(required=False),
            "source": SourceDocument(allow_null=True),
            "level": serializers.ChoiceField(choices=Level.choices, allow_null=True),
            "states": serializers.ListField(
                child=serializers.CharField(), required=False
            ),
            "observed_at": serializers.DateTimeField(allow_null=True, required=False),
            "valid_until": serializers.DateField(required=False),
            "inputs": serializers.ListField(
                child=serializers.CharField(), required=False
            ),
            "discrepancy": serializers.ListField(
                child=serializers.DictField(), required=False
            ),
            "text": serializers.CharField(),
            "lines": serializers.ListField(
                child=serializers.CharField(), required=False
            ),
        }


class PanelDocument(serializers.Serializer[Any]):
    """One thing that a section says, worded: a client shows them in one loop."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `fields` is a property of each serializer: by name."""
        return {
            "key": serializers.CharField(),
            "title": serializers.CharField(),
            "text": serializers.CharField(),
            "evaluation": serializers.ChoiceField(choices=EVALUATIONS),
            "lines": serializers.ListField(
                child=serializers.CharField(), required=False
            ),
            "fields": serializers.ListField(child=serializers.CharField()),
        }


class FlagDocument(serializers.Serializer[Any]):
    """What a rule found that does not fit, and what follows from it."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `fields` is a property of each serializer: by name."""
        return {
            "rule": serializers.CharField(),
            "severity": serializers.ChoiceField(choices=SEVERITIES),
            "fields": serializers.ListField(child=serializers.CharField()),
            "values": serializers.DictField(child=serializers.CharField()),
            "text": serializers.CharField(),
            "consequence": serializers.CharField(),
        }


class GapDocument(serializers.Serializer[Any]):
    """One mandatory value that nobody told, and who owes it."""

    field = serializers.CharField()
    owed_by = serializers.CharField()


class SectionDocument(serializers.Serializer[Any]):
    """One section: its fields by key, and the order in which to show them."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members."""
        return {
            "label": serializers.CharField(),
            "field_order": serializers.ListField(child=serializers.CharField()),
            "fields": serializers.DictField(child=ValueDocument()),
            "panels": PanelDocument(many=True, required=False),
            "flags": FlagDocument(many=True, required=False),
            "gaps": GapDocument(many=True, required=False),
        }


class AttributionDocument(serializers.Serializer[Any]):
    """Whose data these are, as their licence wants it said."""

    text = serializers.CharField()
    url = serializers.CharField()


class SheetDocument(serializers.Serializer[Any]):
    """The identity sheet of a product."""

    gtin = serializers.CharField()
    digital_link = serializers.CharField()
    granularity = serializers.ChoiceField(choices=("model", "batch", "item"))
    language = serializers.CharField()
    name = serializers.CharField()
    fictitious = serializers.BooleanField()
    revision = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    proof = serializers.URLField(
        required=False,
        help_text="Where its place in the public log is proven; revisions older than"
        " the log do not name it.",
    )
    attribution = AttributionDocument(allow_null=True)
    section_order = serializers.ListField(child=serializers.CharField())
    sections = serializers.DictField(child=SectionDocument())
    gaps = serializers.ListField(child=serializers.CharField())
