"""What goes out about the companies that come before shoppers."""

from typing import Any

from rest_framework import serializers


class FrontOfficeCompleteness(serializers.Serializer[Any]):
    """How many of the mandatory facts are given."""

    complete = serializers.BooleanField()
    present = serializers.IntegerField()
    mandatory = serializers.IntegerField()
    text = serializers.CharField()


class FrontOfficeSatisfaction(serializers.Serializer[Any]):
    """The employees' satisfaction, in short."""

    status = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    text = serializers.CharField()


class FrontOfficeDocument(serializers.Serializer[Any]):
    """A company with an account on the shoppers' Sésames."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    fictitious = serializers.BooleanField()
    presentation = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField()
    completeness = FrontOfficeCompleteness()
    satisfaction = FrontOfficeSatisfaction()
