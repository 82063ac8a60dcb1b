"""What may change at the till, one module per subject."""

from checkout.cards import phone_card, terminal_answer
from checkout.services.asking import Asked, ask
from checkout.services.claiming import claim
from checkout.services.deciding import decide, read
from checkout.services.receiving import receive
from checkout.services.terminals import Registered, register_terminal, replace_secret

__all__ = [
    "Asked",
    "Registered",
    "ask",
    "claim",
    "decide",
    "phone_card",
    "read",
    "receive",
    "register_terminal",
    "replace_secret",
    "terminal_answer",
]
