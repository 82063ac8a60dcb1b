"""What comes in and goes out on the phone."""

from typing import Any

from rest_framework import serializers

from checkout.models import PaymentPrompt, State


class BrandLine(serializers.Serializer[Any]):
    """A company behind products in the basket, with its rate as it was then."""

    gtin = serializers.CharField(help_text="Its first product in the basket.")
    product = serializers.CharField()
    company_id = serializers.UUIDField()
    name = serializers.CharField(help_text="The company's.")
    rate = serializers.IntegerField(allow_null=True)
    rate_source = serializers.CharField(allow_null=True)
    rate_date = serializers.DateField(allow_null=True)
    rate_n = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(help_text="All of it in words.")


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
    rate_freshness = serializers.CharField(
        allow_null=True, help_text="How old the rate is, in words."
    )
    rate_text = serializers.CharField(
        allow_null=True,
        help_text="Answers, date, source and age of the rate, in words.",
    )
    brands = BrandLine(many=True)
    delivery = serializers.ChoiceField(choices=PaymentPrompt.Delivery.choices)
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


class ReceiptInput(serializers.Serializer[Any]):
    """How far the question came on the phone."""

    stage = serializers.ChoiceField(choices=["delivered", "seen"])


class ClaimInput(serializers.Serializer[Any]):
    """What the phone read at the till."""

    code = serializers.CharField(max_length=100, help_text="FSC1.…")


class PromptFilter(serializers.Serializer[Any]):
    """Which prompts to list."""

    state = serializers.ChoiceField(choices=State.choices, required=False)
