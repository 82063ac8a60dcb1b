"""The shapes of past revisions, for the OpenAPI document."""

from typing import Any

from rest_framework import serializers

CHANGE_KINDS = ("added", "removed", "changed", "restated")


class RevisionDocument(serializers.Serializer[Any]):
    """One published revision."""

    revision = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    digest = serializers.CharField(help_text="SHA-256 of the salt and the document.")
    salt = serializers.CharField(
        allow_null=True, help_text="32 bytes in hexadecimal; null once erased."
    )
    url = serializers.URLField()
    proof = serializers.URLField(help_text="Its place in the public log.")


class RevisionListDocument(serializers.Serializer[Any]):
    """One page of revisions, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = RevisionDocument(many=True)


class ComparedRevision(serializers.Serializer[Any]):
    """One of the two that are compared."""

    revision = serializers.IntegerField()
    published_at = serializers.DateTimeField()


class ChangeDocument(serializers.Serializer[Any]):
    """One field that differs."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `label` is a property of every serializer, so by name."""
        return {
            "field": serializers.CharField(),
            "label": serializers.CharField(),
            "kind": serializers.ChoiceField(choices=CHANGE_KINDS),
            "before": serializers.DictField(allow_null=True),
            "after": serializers.DictField(allow_null=True),
        }


class DifferenceDocument(serializers.Serializer[Any]):
    """What changed between two revisions."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `from` is a word of the language."""
        return {
            "gtin": serializers.CharField(),
            "language": serializers.CharField(),
            "from": ComparedRevision(),
            "to": ComparedRevision(),
            "changes": ChangeDocument(many=True),
        }
