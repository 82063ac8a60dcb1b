"""What may change at the till, one module per subject."""

from checkout.cards import phone_card, terminal_answer
from checkout.services.asking import Asked, ask
from checkout.services.deciding import acknowledge, decide, refreshed
from checkout.services.terminals import Registered, register_terminal, replace_secret

__all__ = [
    "Asked",
    "Registered",
    "acknowledge",
    "ask",
    "decide",
    "phone_card",
    "refreshed",
    "register_terminal",
    "replace_secret",
    "terminal_answer",
]
