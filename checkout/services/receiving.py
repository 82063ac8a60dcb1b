"""What a phone says of a question: that it has it, and that somebody looks at it."""

from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from checkout.errors import PromptUnknown
from checkout.models import Delivery, PaymentPrompt
from shoppers.models import Shopper

_Stage = PaymentPrompt.Delivery
# What each receipt may follow. It never goes back: receipts come in any order.
_BEFORE = {
    _Stage.DELIVERED: (_Stage.QUEUED, _Stage.SENT, _Stage.UNDELIVERABLE),
    _Stage.SEEN: (_Stage.QUEUED, _Stage.SENT, _Stage.UNDELIVERABLE, _Stage.DELIVERED),
}


def receive(
    *, shopper: Shopper, prompt_id: str, stage: PaymentPrompt.Delivery
) -> PaymentPrompt:
    """
    Note that a phone has a prompt, or that it was seen; the same again is fine.

    The first time of each is kept. An ended prompt takes receipts too, and its state,
    which is returned, tells the phone.
    """
    mine = PaymentPrompt.objects.filter(pk=prompt_id, shopper=shopper)
    if not mine.exists():
        raise PromptUnknown(_("You have no such request for payment."))
    note_stage(prompt_id, stage)
    return mine.get()


@transaction.atomic
def note_stage(prompt_id: str, stage: PaymentPrompt.Delivery) -> None:
    """Move a prompt's delivery on to `delivered` or `seen`, and never back."""
    times = {"delivered_at": Coalesce("delivered_at", Now())}
    if stage == _Stage.SEEN:
        times["seen_at"] = Coalesce("seen_at", Now())
    PaymentPrompt.objects.filter(pk=prompt_id, delivery__in=_BEFORE[stage]).update(
        delivery=stage, sent_at=Coalesce("sent_at", Now()), **times
    )
    # No open line has to be waited for any more.
    waiting = Delivery.objects.filter(
        prompt=prompt_id, event=Delivery.Event.ASKED, target=""
    )
    Delivery.objects.finish(list(waiting.open().values_list("pk", flat=True)))
