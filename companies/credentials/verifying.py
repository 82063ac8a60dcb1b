"""
All that must hold before a credential is believed, in one place. Pure.

Nothing here knows which issuers are trusted, or for what: the caller brings the
issuer's DID document from a place it believes, and judges what is attested.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from companies.credentials import conformity
from companies.credentials.conformity import Attestation
from ledger.credentials import jws, status_list
from ledger.credentials.did_web import Document
from ledger.credentials.envelope import Validity, check_kind, check_times
from ledger.credentials.refusals import Refused
from ledger.credentials.status_list import Entry, StatusList

# An old list would hide a revocation: who brings one, brings one of this month.
LIST_AGE = timedelta(days=31)


class Verified(NamedTuple):
    """A credential whose signature, times and status hold."""

    issuer: str
    validity: Validity
    status: Entry | None
    attestation: Attestation


def verify(
    token: str,
    document: Document,
    status: str | None,
    *,
    vocabulary: str,
    at: datetime,
) -> Verified:
    """
    Return what a conformity credential says, once everything about it holds at `at`.

    Raise `Refused`: no other exception comes out, whatever the texts are.
    """
    read = jws.read(token)
    check_kind(read.credential, kind=conformity.KIND, contexts=conformity.CONTEXTS)
    jws.check(read, document, at=at)
    validity = check_times(read.credential, at=at)
    entry = status_list.entry_of(read.credential)
    if entry is not None and is_revoked(entry, status, document, at=at):
        raise Refused("credential_revoked")
    attestation = conformity.read(read.credential, vocabulary=vocabulary)
    return Verified(read.issuer, validity, entry, attestation)


def is_revoked(
    entry: Entry, status: str | None, document: Document, *, at: datetime
) -> bool:
    """Say whether the list says so; raise `Refused` unless it can be believed."""
    if not status:
        raise Refused("status_list_missing")
    return read_list(status, document, at=at).is_set(entry)


def read_list(text: str, document: Document, *, at: datetime) -> StatusList:
    """Return a status list that is in force, and of this month."""
    try:
        found = status_list.read(text, document, at=at)
    except Refused as refused:
        raise Refused(refused.code, part="status_list") from refused
    if found.validity.valid_from < at - LIST_AGE:
        raise Refused("status_list_stale")
    return found
