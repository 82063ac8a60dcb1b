"""A till takes its question back."""

from django.db.models import Q
from django.utils.translation import gettext as _

from checkout import settling
from checkout.errors import (
    AlreadyApproved,
    AlreadyDeclined,
    PromptEnded,
    PromptExpired,
    PromptUnknown,
)
from checkout.models import PaymentPrompt, State
from checkout.services.deciding import acknowledge, refreshed
from checkout.services.repeating import Signed, one_second, remember_once
from common.errors import DomainError

CANCEL_ROUTE = "payment-prompts.cancel"


def cancel(*, signed: Signed, prompt_id: str) -> PaymentPrompt:
    """
    Cancel a pending prompt of the same terminal; again, it changes nothing.

    Who comes too late is told how it ended: by `AlreadyApproved`, `AlreadyDeclined`,
    `PromptExpired` or `PromptEnded`, with the final state. Raise `PromptUnknown` for a
    prompt that this terminal did not ask.
    """
    own = Q(terminal=signed.terminal)
    with one_second():
        remember_once(signed)
        settling.settle(prompt_id, State.CANCELED, where=settling.IN_TIME & own)
    prompt = PaymentPrompt.objects.filter(own, pk=prompt_id).first()
    if prompt is None:
        raise PromptUnknown(_("This terminal asked no such question."))
    acknowledge(refreshed(prompt))
    if prompt.state != State.CANCELED:
        raise _too_late(prompt)
    return prompt


def _too_late(prompt: PaymentPrompt) -> DomainError:
    error, detail = {
        State.APPROVED: (AlreadyApproved, _("The shopper confirmed before.")),
        State.DECLINED: (AlreadyDeclined, _("The shopper declined before.")),
        State.EXPIRED: (PromptExpired, _("Nobody answered in time.")),
    }.get(State(prompt.state), (PromptEnded, _("This question had ended before.")))
    return error(detail, state=prompt.state)
