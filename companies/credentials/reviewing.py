"""
Looking again at what we signed: a certificate that is no longer true is revoked.

By the figures that are computed each night; nothing is asked of anybody. A company
whose number is only no longer confirmed keeps its identity: registers have bad days.
"""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from companies.credentials import certificate, revoking
from companies.models import Company, IssuedCredential

Kind = IssuedCredential.Kind
BATCH = 100


def review() -> int:
    """Revoke what is no longer so; return how many that were."""
    return sum(_revoke(one) for one in _outdated()[:BATCH])


def _outdated() -> list[IssuedCredential]:
    least = 10 * certificate.CURRENT.least_coverage
    poor = Q(kind=Kind.TRANSPARENCY) & (
        Q(company__figures__is_complete=False) | Q(company__figures__index__lt=least)
    )
    renumbered = Q(kind=Kind.IDENTITY) & ~Q(company__figures__siren=F("number"))
    found = (
        IssuedCredential.objects.in_force(timezone.now())
        .filter(company__figures__isnull=False)
        .filter(poor | renumbered)
    )
    return list(found.order_by("issued_at"))


@transaction.atomic
def _revoke(credential: IssuedCredential) -> bool:
    Company.objects.select_for_update(no_key=True).get(pk=credential.company_id)
    return revoking.revoke(credential, reason=revoking.Reason.OUTDATED, actor=None)
