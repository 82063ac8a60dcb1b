"""What comes in and goes out at the till."""

from typing import Any

from rest_framework import serializers

from checkout.models import PaymentPrompt, State


class PromptInput(serializers.Serializer[Any]):
    """What a till asks. `type` and `terminal_id` repeat the address: it is unsigned."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `pass` is a word of Python, so by name."""
        return {
            "type": serializers.CharField(),
            "terminal_id": serializers.CharField(),
            "pass": serializers.CharField(max_length=200),
            "amount": serializers.IntegerField(
                min_value=1, max_value=10**12, help_text="Minor units: 1299 is 12.99."
            ),
            "currency": serializers.RegexField("^[A-Z]{3}$", help_text="ISO 4217."),
            "reference": serializers.CharField(
                max_length=64, required=False, allow_blank=True, default=""
            ),
        }


class TerminalAnswer(serializers.Serializer[Any]):
    """A prompt as a till sees it."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField(allow_null=True)
    delivery = serializers.ChoiceField(choices=PaymentPrompt.Delivery.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    decided_at = serializers.DateTimeField(allow_null=True)


class PromptAccepted(TerminalAnswer):
    """The first answer, with the token to read what follows."""

    poll_token = serializers.CharField()
    poll_url = serializers.CharField()


class PollInput(serializers.Serializer[Any]):
    """How long a till's read may wait for the outcome, in seconds."""

    wait = serializers.IntegerField(min_value=0, max_value=30, default=0)
