"""What comes in and goes out at the till."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from checkout.cards import UNCONFIRMED
from checkout.models import PaymentPrompt, State
from products import gtin as arithmetic

MOST_LINES = 100
CLAIM = "claim"
DELIVERIES = [
    *PaymentPrompt.Delivery.choices,
    (UNCONFIRMED, _("no phone has confirmed it")),
]


class Gtin(serializers.CharField):
    """A GTIN of any length, turned into 14 digits."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "gtin": _(
            "This is not a GTIN: 8, 12, 13 or 14 digits with a right check digit."
        )
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the 14 digits."""
        try:
            return arithmetic.normalize(super().to_internal_value(data))
        except ValueError:
            self.fail("gtin")


class BasketLine(serializers.Serializer[Any]):
    """A product in the basket; its GTIN alone will do."""

    gtin = Gtin(max_length=14, help_text="8, 12, 13 or 14 digits.")
    quantity = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, default=1
    )

    def to_internal_value(self, data: Any) -> Any:
        """Take a bare GTIN for a line of one."""
        return super().to_internal_value(
            {"gtin": data} if isinstance(data, str) else data
        )


class SignedInput(serializers.Serializer[Any]):
    """What every signed body says: the address, which is unsigned, once more."""

    type = serializers.CharField()
    terminal_id = serializers.CharField()


class PromptInput(SignedInput):
    """What a till asks: the shopper who showed a pass, or whoever reads its code."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `pass` is a word of Python, so by name."""
        return {
            **super().get_fields(),
            "pass": serializers.CharField(
                max_length=200,
                required=False,
                help_text="What the shopper showed. Needed unless `mode` is `claim`.",
            ),
            "mode": serializers.ChoiceField(
                choices=[CLAIM],
                required=False,
                help_text="Without a pass: the prompt waits for the phone that reads "
                "the `claim_code` of the answer.",
            ),
            "amount": serializers.IntegerField(
                min_value=1, max_value=10**12, help_text="Minor units: 1299 is 12.99."
            ),
            "currency": serializers.RegexField("^[A-Z]{3}$", help_text="ISO 4217."),
            "reference": serializers.CharField(
                max_length=64, required=False, allow_blank=True, default=""
            ),
            "expires_in": serializers.IntegerField(
                min_value=30,
                max_value=120,
                required=False,
                help_text="Seconds; 60 unless said otherwise.",
            ),
            "basket": serializers.ListField(
                child=BasketLine(),
                max_length=MOST_LINES,
                required=False,
                default=list,
                help_text="The phone lists the rates of these products’ companies.",
            ),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Want a pass or the mode, one of them."""
        if ("pass" in attrs) == ("mode" in attrs):
            words = _("Give the pass that was shown, or the mode “claim”: one of them.")
            raise serializers.ValidationError({"pass": words}, code="required")
        return attrs


class CancelInput(SignedInput):
    """Which question a till takes back."""

    prompt_id = serializers.CharField(max_length=32)


class FindInput(SignedInput):
    """Which questions a till looks for."""

    reference = serializers.CharField(max_length=64)


class TerminalAnswer(serializers.Serializer[Any]):
    """A prompt as a till sees it."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField(allow_null=True)
    delivery = serializers.ChoiceField(
        choices=DELIVERIES,
        help_text="`unconfirmed`: no phone has shown it for 8 seconds; offer the code, "
        "or another way to pay.",
    )
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    decided_at = serializers.DateTimeField(allow_null=True)
    claim_code = serializers.CharField(
        allow_null=True, help_text="What the till may show, and a phone read."
    )
    claim_url = serializers.CharField(
        allow_null=True, help_text="Where the phone sends the code."
    )


class PromptAccepted(TerminalAnswer):
    """The first answer, with the token to read what follows."""

    interval = serializers.IntegerField(
        help_text="Seconds between two reads that find nothing new."
    )
    poll_token = serializers.CharField()
    poll_url = serializers.CharField()


class PromptsFound(serializers.Serializer[Any]):
    """The latest questions of a terminal under one reference, newest first."""

    results = PromptAccepted(many=True)


class PollInput(serializers.Serializer[Any]):
    """How long a till's read may wait for the outcome, in seconds."""

    wait = serializers.IntegerField(min_value=0, max_value=30, default=0)
    delivery = serializers.ChoiceField(
        choices=DELIVERIES,
        required=False,
        help_text="What the till was told last: the answer comes as soon as it is "
        "another, as well as with the outcome.",
    )
