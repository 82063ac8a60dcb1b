"""The log of attempts to tell a till's server, as its maker reads it."""

from rest_framework import serializers

from checkout.models import OutboxState, WebhookAttempt
from common.times import rfc3339


class AttemptRow(serializers.ModelSerializer[WebhookAttempt]):
    """One attempt: what was told, and what came back."""

    prompt = serializers.CharField(source="outcome_id", help_text="What ended.")
    webhook_id = serializers.CharField(
        source="outcome.webhook_id", help_text="The same with every attempt."
    )
    type = serializers.SerializerMethodField()
    url = serializers.CharField(source="endpoint.url")
    status = serializers.IntegerField(
        allow_null=True, help_text="Of the answer; null when there was none."
    )
    error = serializers.CharField(
        help_text="Why it failed, in one word, such as `status_500`, `timeout`, `tls`, "
        "`network` or `private_address`; empty when it succeeded."
    )
    answer = serializers.CharField(help_text="The first 500 characters of the body.")
    is_requested = serializers.SerializerMethodField()
    next_due_at = serializers.SerializerMethodField()

    class Meta:
        model = WebhookAttempt
        fields = (
            "id",
            "prompt",
            "webhook_id",
            "type",
            "url",
            "number",
            "started_at",
            "milliseconds",
            "status",
            "error",
            "answer",
            "is_requested",
            "next_due_at",
        )

    def get_type(self, attempt: WebhookAttempt) -> str:
        """Return the `type` of the message."""
        return f"payment_prompt.{attempt.outcome.event}"

    def get_is_requested(self, attempt: WebhookAttempt) -> bool:
        """Say whether a person had it sent again."""
        return attempt.requested_by_id is not None

    def get_next_due_at(self, attempt: WebhookAttempt) -> str | None:
        """Return when the message is sent again, if it is."""
        outcome = attempt.outcome
        is_open = outcome.state == OutboxState.OPEN
        return rfc3339(outcome.due_at) if is_open else None
