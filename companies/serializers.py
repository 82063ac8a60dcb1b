"""The shape of a civil status, for the OpenAPI document."""

from typing import Any

from rest_framework import serializers


class CompletenessDocument(serializers.Serializer[Any]):
    """How many of the mandatory facts are answered."""

    complete = serializers.BooleanField()
    present = serializers.IntegerField()
    mandatory = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class CivilStatusDocument(serializers.Serializer[Any]):
    """A company and its facts, each with status, source, date and level."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    fictitious = serializers.BooleanField()
    language = serializers.CharField()
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="When the last statement was recorded."
    )
    completeness = CompletenessDocument()
    satisfaction = serializers.DictField()
    facts = serializers.DictField(child=serializers.DictField())
