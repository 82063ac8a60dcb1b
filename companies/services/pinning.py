"""
Which keys a verifier signs with.

An uploaded DID document proves nothing about a domain: a key counts when the operator
registered it for the verifier, or when we fetched it from the domain ourselves. Only
the latest document counts for what is brought today: an issuer that changes its keys
keeps those of credentials still in force in it.
"""

import hashlib

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from companies import entering
from companies.acts import note_act
from companies.credentials import fetching
from companies.credentials.sentences import sentence_of
from companies.errors import CredentialRefused, NotTheOperator
from companies.models import DidDocument, Verifier
from ledger.credentials import did_web
from ledger.credentials.did_web import Document
from ledger.credentials.refusals import Refused

Source = DidDocument.Source


def pin_did_document(*, verifier: Verifier, document: bytes, user: User) -> DidDocument:
    """
    Register which keys a verifier signs with, from now on.

    The operator has seen them on the verifier's own domain, or received them from the
    verifier in person. The same document again gives the same row. Raise
    `CredentialRefused` for a document that is not this verifier's.
    """
    if not user.is_superuser:
        raise NotTheOperator(_("Only the operator registers a verifier’s keys."))
    try:
        return _kept(verifier, document, source=Source.OPERATOR, user=user)
    except Refused as refused:
        raise told(refused) from refused


def told(refused: Refused) -> CredentialRefused:
    """Return the refusal as a service raises it, with a sentence for people."""
    return CredentialRefused(sentence_of(refused), reason=refused.code)


def known_document(verifier: Verifier, given: bytes | None) -> DidDocument:
    """
    Return the document that counts for a verifier today.

    Raise `Refused` when there is none, or when the one that somebody gives differs.
    """
    unreachable = _look_again(verifier) if fetching.is_on() else None
    latest = verifier.did_documents.first()
    if latest is None:
        raise unreachable or Refused("did_document_unknown")
    if given and _read(verifier, given).canonical != read(latest).canonical:
        raise Refused("did_document_not_pinned")
    return latest


def read(kept: DidDocument) -> Document:
    """Return what a registered document says."""
    return _read(kept.verifier, bytes(kept.document))


def _look_again(verifier: Verifier) -> Refused | None:
    """Keep what the verifier's domain serves today; return why not, if not."""
    try:
        document = fetching.document(verifier.did)
        _kept(verifier, document, source=Source.FETCHED, user=None)
    except Refused as refused:
        return refused
    return None


@transaction.atomic
def _kept(
    verifier: Verifier, document: bytes, *, source: str, user: User | None
) -> DidDocument:
    found = _read(verifier, document)
    Verifier.objects.select_for_update().get(pk=verifier.pk)
    latest = verifier.did_documents.first()
    if latest is not None and read(latest).canonical == found.canonical:
        return latest
    kept = DidDocument(
        verifier=verifier,
        document=document,
        sha256=hashlib.sha256(document).hexdigest(),
        source=source,
    )
    entering.record(entering.DID_DOCUMENTS, [kept])
    note_act(
        company=None,
        actor=user,
        kind="did_document.recorded",
        subject=verifier.did,
        subject_id=kept.pk,
    )
    return kept


def _read(verifier: Verifier, document: bytes) -> Document:
    return did_web.read_document(document, did=verifier.did)
