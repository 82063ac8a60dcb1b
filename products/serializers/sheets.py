"""
The shape of a sheet, for the OpenAPI document.

Sheets are served as stored bytes; no serializer runs when one is read.
"""

from typing import Any

from rest_framework import serializers

from companies.levels import Level, Status


class SourceDocument(serializers.Serializer[Any]):
    """Who says so."""

    kind = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


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
            "observed_at": serializers.DateTimeField(allow_null=True),
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


class SectionDocument(serializers.Serializer[Any]):
    """One section: its fields by key, and the order in which to show them."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members."""
        return {
            "label": serializers.CharField(),
            "field_order": serializers.ListField(child=serializers.CharField()),
            "fields": serializers.DictField(child=ValueDocument()),
        }


class AttributionDocument(serializers.Serializer[Any]):
    """Whose data these are, as their licence wants it said."""

    text = serializers.CharField()
    url = serializers.CharField()


class SheetDocument(serializers.Serializer[Any]):
    """The identity sheet of a product."""

    gtin = serializers.CharField()
    digital_link = serializers.CharField()
    language = serializers.CharField()
    name = serializers.CharField()
    fictitious = serializers.BooleanField()
    revision = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    attribution = AttributionDocument(allow_null=True)
    section_order = serializers.ListField(child=serializers.CharField())
    sections = serializers.DictField(child=SectionDocument())
    gaps = serializers.ListField(child=serializers.CharField())
