"""What the log's JSON says, for the API document."""

from typing import Any

from rest_framework import serializers

BASE64 = "Base64 of 32 bytes."


class LeafDocument(serializers.Serializer[Any]):
    """What an entry says: random numbers, and digests of salted bytes."""

    v = serializers.IntegerField(help_text="The format: 1.")
    kind = serializers.CharField(help_text="What was published: `sheet.revision` …")
    subject = serializers.UUIDField(help_text="Of what, by a random number.")
    version = serializers.IntegerField(help_text="From 1.")
    digest = serializers.CharField(
        help_text="`sha-256:` and the digest of salt and published bytes, in hex."
    )
    prev = serializers.CharField(
        allow_null=True,
        help_text="The leaf hash of the subject’s version before, written alike.",
    )
    actor = serializers.UUIDField(
        allow_null=True, help_text="The organisation that said so."
    )
    at = serializers.DateTimeField()


class LogEntryDocument(serializers.Serializer[Any]):
    """One entry of the log."""

    index = serializers.IntegerField()
    leaf = serializers.CharField(help_text="Its very bytes, in Base64.")
    leaf_hash = serializers.CharField(help_text=BASE64)
    entry = LeafDocument(help_text="The same bytes, read.")


class InclusionProofDocument(serializers.Serializer[Any]):
    """An audit path of RFC 6962 §2.1.1."""

    index = serializers.IntegerField()
    size = serializers.IntegerField()
    hashes = serializers.ListField(
        child=serializers.CharField(help_text=BASE64),
        help_text="From the leaf to the root.",
    )


class ConsistencyProofDocument(serializers.Serializer[Any]):
    """A consistency proof of RFC 6962 §2.1.2."""

    first = serializers.IntegerField()
    second = serializers.IntegerField()
    hashes = serializers.ListField(child=serializers.CharField(help_text=BASE64))
