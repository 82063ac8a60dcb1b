"""Telling a till's server once more, and testing whether it listens."""

import secrets

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout import hinting, notifying
from checkout.errors import EndpointDisabled, PingTooSoon
from checkout.models import Endpoint, OutboxState, Outcome
from checkout.notifying import Told
from common.times import rfc3339
from companies.acts import note_act
from companies.services.rights import require_owner

# A test is a request to somebody's server for one press of a button.
TEST_EVERY_SECONDS = 5


@transaction.atomic
def resend(*, outcome: Outcome, author: User) -> bool:
    """
    Have an outcome told again, told before or given up, with its own `webhook-id`.

    It is due at once and has all its attempts before it; false when it is due anyway.
    Raise `EndpointDisabled` where there is no address, or a disabled one.
    """
    outcome = (
        Outcome.objects.select_for_update(of=("self",))
        .select_related("endpoint__company", "prompt")
        .get(pk=outcome.pk)
    )
    endpoint: Endpoint | None = outcome.endpoint
    if endpoint is None:
        raise EndpointDisabled(_("No webhook address was attached when it ended."))
    require_owner(author, endpoint.company)
    if not endpoint.is_enabled:
        raise EndpointDisabled(_("This webhook address is disabled. Enable it first."))
    if outcome.state == OutboxState.OPEN:
        return False
    outcome.state, outcome.attempts = OutboxState.OPEN, 0
    outcome.due_at, outcome.finished_at = timezone.now(), None
    outcome.requested_by = author
    outcome.save()
    note_act(
        company=endpoint.company,
        actor=author,
        kind="webhook.sent_again",
        subject=endpoint.url,
        subject_id=outcome.pk,
    )
    transaction.on_commit(lambda: hinting.hint(outcome.prompt), robust=True)
    return True


def send_test(*, endpoint: Endpoint, author: User) -> Told:
    """
    Send a signed `webhook.test`, wait for the answer, and return what came of it.

    Also at a disabled address, which it leaves as it is. Not to be called in a
    transaction. Raise `PingTooSoon` a moment after another one.
    """
    require_owner(author, endpoint.company)
    if not cache.add(f"webhook-test:{endpoint.pk}", 1, TEST_EVERY_SECONDS):
        raise PingTooSoon(_("This address was tested a moment ago."))
    body = notifying.encoded(
        "webhook.test", rfc3339(timezone.now()), {"endpoint": endpoint.pk}
    )
    return notifying.tell(
        endpoint, identifier=f"msg_{secrets.token_urlsafe(18)}", body=body
    )
