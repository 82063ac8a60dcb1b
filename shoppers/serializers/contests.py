"""What comes in and goes out about a shopper's own disputes."""

from typing import Any

from rest_framework import serializers

from companies import catalogue
from companies.serializers import DISPUTE_KINDS, DisputeDocument
from companies.services.disputing import MAX_TEXT, MIN_TEXT


class ContestInput(serializers.Serializer[Any]):
    """What is contested. The company reads text and document, not who sent them."""

    fact = serializers.ChoiceField(choices=list(catalogue.facts()))
    kind = serializers.ChoiceField(choices=DISPUTE_KINDS)
    text = serializers.CharField(min_length=MIN_TEXT, max_length=MAX_TEXT)
    evidence = serializers.FileField(
        required=False, help_text="A document, with `multipart/form-data`."
    )
    dispute_id = serializers.UUIDField(
        required=False,
        help_text="The phone's own identifier: sent twice, it is opened once.",
    )


class ContestedCompany(serializers.Serializer[Any]):
    """Whose statement is contested."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ContestEvidence(serializers.Serializer[Any]):
    """A document that was given with a dispute."""

    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()


class ContestDocument(DisputeDocument):
    """A dispute, as its author reads it."""

    dispute_id = serializers.UUIDField()
    company = ContestedCompany()
    text = serializers.CharField()
    evidence = ContestEvidence(many=True)
    withdrawable = serializers.BooleanField()
