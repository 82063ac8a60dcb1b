"""What comes in and goes out on the phone."""

from typing import Any

from rest_framework import serializers

from checkout.models import State


class PhoneCard(serializers.Serializer[Any]):
    """A prompt as a phone shows it: amount and payee first, then the sentence."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    amount_text = serializers.CharField()
    payee = serializers.CharField()
    text = serializers.CharField()
    rate = serializers.IntegerField(allow_null=True)
    rate_source = serializers.CharField(allow_null=True)
    rate_date = serializers.DateField(allow_null=True)
    rate_n = serializers.IntegerField(allow_null=True)
    number = serializers.CharField()
    digest = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


class DecisionInput(serializers.Serializer[Any]):
    """The shopper's answer."""

    decision = serializers.ChoiceField(choices=["approve", "decline"])
    digest = serializers.CharField(
        max_length=64,
        required=False,
        help_text="SHA-256 of what the phone shows; refused when it is another.",
    )


class PromptFilter(serializers.Serializer[Any]):
    """Which prompts to list."""

    state = serializers.ChoiceField(choices=State.choices, required=False)
