"""What the log’s audits read of the credentials that we issued."""

from collections.abc import Mapping, Sequence

from companies.models import IssuedCredential
from ledger.contents import Content, Source
from ledger.leaves import Kind


def sources() -> list[Source]:
    """Return both tables’ worth of contents: what was issued, and what was revoked."""
    return [
        Source(
            "credentials that we issued",
            frozenset({Kind.CREDENTIAL_ISSUED}),
            _issued,
            lambda: IssuedCredential.objects.filter(entry=None).count(),
        ),
        Source(
            "credentials that we revoked",
            frozenset({Kind.CREDENTIAL_REVOKED}),
            _revoked,
            lambda: (
                IssuedCredential.objects.exclude(revoked_at=None)
                .filter(revocation_entry=None)
                .count()
            ),
        ),
    ]


def _issued(entries: Sequence[int]) -> Mapping[int, Content]:
    rows = IssuedCredential.objects.filter(entry__in=list(entries))
    found = rows.values_list("entry", "salt", "token")
    return {
        key: Content(bytes(salt or b""), said.encode()) for key, salt, said in found
    }


def _revoked(entries: Sequence[int]) -> Mapping[int, Content]:
    rows = IssuedCredential.objects.filter(revocation_entry__in=list(entries))
    found = rows.values_list("revocation_entry", "revocation_salt", "revocation")
    return {
        key: Content(bytes(salt or b""), said.encode()) for key, salt, said in found
    }
