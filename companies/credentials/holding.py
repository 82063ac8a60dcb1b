"""Which of our credentials a company holds today."""

import uuid

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from companies.models import Company, IssuedCredential

Kind = IssuedCredential.Kind


def held(company_id: uuid.UUID, kind: str) -> IssuedCredential | None:
    """Return the credential of a kind that is in force, or none."""
    rows = IssuedCredential.objects.in_force(timezone.now())
    return rows.filter(company=company_id, kind=kind).order_by("-issued_at").first()


def all_of(company_id: uuid.UUID) -> list[IssuedCredential]:
    """Return the credentials of ours that a company holds today."""
    rows = IssuedCredential.objects.in_force(timezone.now())
    return list(rows.filter(company=company_id).order_by("kind"))


def is_identified(company: Company) -> bool:
    """Say whether a company may publish and sell, as far as its identity goes."""
    if not settings.REQUIRE_IDENTITY or company.is_fictitious:
        return True
    return held(company.pk, Kind.IDENTITY) is not None


def unidentified() -> QuerySet[Company]:
    """Return the companies that may not publish; none unless identity is required."""
    if not settings.REQUIRE_IDENTITY:
        return Company.objects.none()
    known = IssuedCredential.objects.in_force(timezone.now()).filter(kind=Kind.IDENTITY)
    return Company.objects.filter(is_fictitious=False).exclude(
        pk__in=known.values("company")
    )
