"""That an issuer revoked a credential: the next version of what was received."""

from collections.abc import Sequence

from django.db.models import Q

from companies.entering.books import Book, catch_up
from companies.entering.companies import CREDENTIALS, lock_companies
from companies.models import Credential
from ledger.leaves import Kind
from ledger.models import Entry


def _enter_received(rows: Sequence[Credential]) -> None:
    """Give each row its entry as received, which the revocation follows."""
    catch_up(CREDENTIALS, [row.pk for row in rows if row.entry_id is None])
    stored = Credential.objects.filter(pk__in=[row.pk for row in rows])
    entries = Entry.objects.filter(pk__in=stored.values("entry"))
    numbers = dict(stored.values_list("pk", "entry"))
    known = {entry.pk: entry for entry in entries}
    for row in rows:
        row.entry = known[numbers[row.pk]]


def _received(row: Credential) -> Entry | None:
    return row.entry


REVOCATIONS = Book(
    name="companies.revocations",
    model=Credential,
    kinds=frozenset({Kind.CREDENTIAL_REVOKED}),
    kind=lambda _row: Kind.CREDENTIAL_REVOKED,
    # The signed list that says so.
    content=lambda row: row.revocation.encode(),
    # Who issued it says so; it has no number here unless it is a company of ours.
    actor=lambda _row: None,
    before=lambda rows: [None] * len(rows),
    lock=lambda rows: lock_companies(row.statement.company_id for row in rows),
    prepare=_enter_received,
    begin=_received,
    among=~Q(revoked_at=None),
    related=("statement",),
    deferred=("token", "status_list", "did_document"),
    entry="revocation_entry",
    salt="revocation_salt",
)


def log_revocation(credential: Credential) -> None:
    """Enter that a credential was revoked, under its company's lock."""
    catch_up(REVOCATIONS, [credential.pk])
