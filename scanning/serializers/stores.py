"""What is said of a shop."""

from typing import Any

from rest_framework import serializers


class StoreDocument(serializers.Serializer[Any]):
    """One shop."""

    slug = serializers.SlugField(help_text="What a scan sends as `store`.")
    name = serializers.CharField()
    chain = serializers.CharField(source="chain.name")
