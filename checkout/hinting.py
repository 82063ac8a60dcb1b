"""
Telling the workers what is due now. A leaf module, below whoever settles a prompt.

A hint is one message that may be lost; the row it speaks of stays, and the sweeper
finds it. So the first one that the broker does not take is the last one tried.
"""

from collections.abc import Iterable

from celery import current_app
from django.utils import timezone

from checkout.models import Outcome, PaymentPrompt
from common import hints

DELIVER = "checkout.tasks.deliver"
NOTIFY = "checkout.tasks.notify"


def hint(prompt: PaymentPrompt) -> None:
    """
    Tell the workers of what is open for a prompt: its phones, and its till's server.

    To be called after the commit. It fails nobody.
    """
    ready = prompt.deliveries.ready().values_list("pk", flat=True)
    if not hint_deliveries(prompt, ready):
        return
    # Where nothing but failures came back, a hint would only hold a worker.
    told = Outcome.objects.ready().filter(endpoint__failing_since=None)
    if prompt.is_final and told.filter(pk=prompt.pk).exists():
        _send(NOTIFY, prompt.pk, hints.SECONDS)


def hint_deliveries(prompt: PaymentPrompt, keys: Iterable[int]) -> bool:
    """Tell the workers of these deliveries; false when they cannot be told."""
    left = (prompt.expires_at - timezone.now()).total_seconds()
    expires = hints.SECONDS if prompt.is_final else max(1.0, left)
    return all(_send(DELIVER, key, expires) for key in keys)


def _send(task: str, key: object, expires: float) -> bool:
    # By name: what sends the tasks lies below them.
    return hints.send(
        current_app.tasks[task], key, lost="prompt.hint_lost", expires=expires
    )
