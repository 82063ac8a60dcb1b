"""Revoking what we issued: the row, the signed list and the log, or none of them."""

from django.contrib.auth.models import User
from django.utils import timezone

from common import canonical
from common.times import rfc3339
from companies.acts import note_act
from companies.credentials import own_key, own_status
from companies.models import IssuedCredential, IssuingKey, RevocationList
from ledger import leaves
from ledger.services import Draft, append_entries

Reason = IssuedCredential.Reason


def revoke(
    credential: IssuedCredential,
    *,
    reason: str,
    actor: User | None,
    key: IssuingKey | None = None,
) -> bool:
    """
    Revoke a credential, in the caller's transaction; say whether it was not before.

    `key` is today's, if the caller has locked it already.
    """
    key = key or own_key.current(lock=True)
    chosen = RevocationList.objects.select_for_update().get(
        pk=credential.status_list_id
    )
    row = IssuedCredential.objects.select_related("company", "entry").get(
        pk=credential.pk
    )
    if row.revoked_at is not None:
        return False
    row.revoked_at, row.revocation_reason = timezone.now(), reason
    row.revocation = _said(row)
    row.revocation_salt = leaves.new_salt()
    (row.revocation_entry,) = append_entries(
        [
            Draft(
                leaves.Kind.CREDENTIAL_REVOKED,
                row.revocation.encode(),
                row.revocation_salt,
                after=row.entry,
            )
        ]
    )
    row.save(
        update_fields=[
            "revoked_at",
            "revocation_reason",
            "revocation",
            "revocation_salt",
            "revocation_entry",
        ]
    )
    own_status.sign_again(chosen, key)
    note_act(
        company=row.company,
        actor=actor,
        kind="own_credential.revoked",
        subject=row.kind,
        subject_id=row.pk,
    )
    return True


def _said(row: IssuedCredential) -> str:
    """Return what the log says of a revocation: no more than the status list does."""
    assert row.revoked_at is not None
    return canonical.dumps(
        {
            "credential": f"sha-256:{row.sha256}",
            "reason": row.revocation_reason,
            "revoked_at": rfc3339(row.revoked_at),
        }
    ).decode()
