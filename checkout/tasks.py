"""
What workers do sooner than the sweeper would. Each reads its row again.

A message is a hint: it may be lost, come twice, or come late. Whoever claims the row
does what it says.
"""

from celery import shared_task

from checkout import delivering, forgetting, notifying, settling
from checkout.models import Delivery, Outcome
from common import compiled
from shoppers import forgetting as passes

_READY = compiled.Select(
    lambda key: (
        Delivery.objects.ready().filter(pk=key).select_related("prompt__shopper")
    ),
    key=Delivery._meta.pk,
)


@shared_task(name="checkout.tasks.deliver")
def deliver(delivery_id: int) -> None:
    """Tell one phone, or whichever have a line open. Safe to run twice, and at once."""
    delivery = _READY.first(key=delivery_id)
    if delivery is None:
        return
    if not delivery.target:
        # Nobody is disturbed by a second one: a claim would only cost a commit.
        settling.wake(delivery.prompt)
    elif Delivery.objects.claim(delivery):
        delivering.deliver(delivery)


@shared_task(name="checkout.tasks.notify")
def notify(outcome_id: str) -> None:
    """Tell one till's server how a prompt ended. Safe to run twice, and at once."""
    outcome = Outcome.objects.ready().filter(pk=outcome_id).first()
    if outcome is not None and Outcome.objects.claim(outcome):
        notifying.notify(outcome)


@shared_task(name="checkout.tasks.push_prompt")
def push_prompt(prompt_id: str) -> None:
    """Do what messages of the previous version ask. To be removed in the next one."""
    for key in Delivery.objects.ready().filter(prompt=prompt_id).values_list("pk"):
        deliver.run(*key)


@shared_task(name="checkout.tasks.sweep")
def sweep() -> None:
    """Leave it to the sweeper. To be removed in the next version, with its messages."""


@shared_task(name="checkout.tasks.forget_requests")
def forget_requests() -> None:
    """Forget old requests of terminals. Safe to run twice."""
    forgetting.forget_requests()


@shared_task(name="checkout.tasks.forget_attempts")
def forget_attempts() -> None:
    """Forget old attempts to tell tills' servers. Safe to run twice."""
    forgetting.forget_attempts()


@shared_task(name="checkout.tasks.forget_people")
def forget_people() -> None:
    """Part old prompts from their shoppers. Safe to run twice."""
    settling.forget_people()


@shared_task(name="checkout.tasks.forget_passes")
def forget_passes() -> None:
    """Forget passes that died long ago. Safe to run twice."""
    passes.forget_passes()
