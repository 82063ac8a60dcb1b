"""The tables of this room, one module per subject."""

from checkout.models.deliveries import (
    FIRST_DUE,
    Delivery,
    Outcome,
    PushKey,
    SweeperSign,
    WebhookAttempt,
)
from checkout.models.outbox import Outbox, OutboxState
from checkout.models.prompts import PaymentPrompt, State, new_prompt_id
from checkout.models.terminals import (
    Endpoint,
    EndpointKey,
    SigningKey,
    Terminal,
    TerminalKey,
    TerminalRequest,
)

__all__ = [
    "FIRST_DUE",
    "Delivery",
    "Endpoint",
    "EndpointKey",
    "Outbox",
    "OutboxState",
    "Outcome",
    "PaymentPrompt",
    "PushKey",
    "SigningKey",
    "State",
    "SweeperSign",
    "Terminal",
    "TerminalKey",
    "TerminalRequest",
    "WebhookAttempt",
    "new_prompt_id",
]
