"""A till that lost an answer looks for what it asked."""

from checkout.models import PaymentPrompt
from checkout.services.deciding import acknowledge, refreshed
from checkout.services.repeating import Signed, one_second, remember_once

FIND_ROUTE = "payment-prompts.find"
MOST_FOUND = 10


def find(*, signed: Signed, reference: str) -> list[PaymentPrompt]:
    """Return the latest prompts of a terminal under its own reference, newest first."""
    with one_second():
        remember_once(signed)
    found = PaymentPrompt.objects.filter(terminal=signed.terminal, reference=reference)
    prompts = list(found.order_by("-created_at", "-pk")[:MOST_FOUND])
    for prompt in prompts:
        acknowledge(refreshed(prompt))
    return prompts
