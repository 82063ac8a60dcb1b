"""
Making a credential of ours: a bit, a signature, a row and an entry of the log.

A leaf module, called in the transaction of whoever decides that it is issued.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from common.times import rfc3339
from companies.acts import note_act
from companies.credentials import own_key, own_status, revoking
from companies.models import Company, IssuedCredential
from ledger import leaves
from ledger.credentials import status_list
from ledger.services import Draft, append_entries

Frame = dict[str, Any]
# At most twelve months: whoever wants another one is looked at again.
LIFE = timedelta(days=365)


class Wanted(NamedTuple):
    """What is to be signed of whom; `compose` puts the frame around it."""

    company: Company
    kind: str
    number: str
    compose: Callable[[Frame], dict[str, Any]]
    lines: str = ""


def address_of(identifier: uuid.UUID) -> str:
    """Return the address of a credential of ours, which is its page as well."""
    return f"{settings.BASE_URL}/credentials/{identifier}"


def make(wanted: Wanted, *, author: User | None) -> IssuedCredential:
    """
    Sign a credential, in the caller's transaction, which holds the company's lock.

    One of a kind is in force at a time: those before it are revoked.
    """
    key = own_key.current(lock=True)
    now = timezone.now().replace(microsecond=0)
    for before in IssuedCredential.objects.in_force(timezone.now()).filter(
        company=wanted.company, kind=wanted.kind
    ):
        revoking.revoke(before, reason=revoking.Reason.REPLACED, actor=author, key=key)
    chosen, index = own_status.take_index(key)
    made = IssuedCredential(
        company=wanted.company,
        kind=wanted.kind,
        number=wanted.number,
        key=key,
        status_list=chosen,
        status_index=index,
        valid_from=now,
        valid_until=now + LIFE,
        issued_by=author,
        issued_at=now,
        lines=wanted.lines,
    )
    made.token = own_key.sign(wanted.compose(_frame(made, now)), key)
    made.sha256 = hashlib.sha256(made.token.encode()).hexdigest()
    made.salt = leaves.new_salt()
    (made.entry,) = append_entries(
        [Draft(leaves.Kind.CREDENTIAL_ISSUED, made.token.encode(), made.salt)]
    )
    made.save(force_insert=True)
    note_act(
        company=wanted.company,
        actor=author,
        kind="own_credential.issued",
        subject=wanted.kind,
        subject_id=made.pk,
    )
    return made


def _frame(made: IssuedCredential, now: datetime) -> Frame:
    """Return what every credential of ours says of itself."""
    return {
        "id": address_of(made.pk),
        "issuer": own_key.issuer(),
        "validFrom": rfc3339(now),
        "validUntil": rfc3339(made.valid_until),
        "credentialStatus": status_list.entry(
            url=own_status.url_of(made.status_list_id), bit=made.status_index
        ),
    }
