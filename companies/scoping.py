"""
What a verifier may look at and verify: which facts, of companies of which countries.

A leaf module. Lists and pages ask it which rows to show, the service whether one
verification may be recorded: both by the same queries.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import (
    Case,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from companies import catalogue
from companies.groups import group_of
from companies.levels import RANK, Status
from companies.models import Company, Evidence, Statement, Verification, Verifier


def verifier_of(user: AbstractBaseUser | AnonymousUser) -> Verifier | None:
    """Return the verifier that `user` acts for, if it is active."""
    if user.pk is None:
        return None
    return Verifier.objects.filter(user=user.pk, is_active=True).first()


def facts_of(kind: str) -> set[str]:
    """Return the facts that a verifier of a kind may verify, by the catalogue."""
    return {
        fact.key for fact in catalogue.facts().values() if kind in fact.verifiable_by
    }


def country_of(company: Company) -> str:
    """Return the country that a company belongs to: its taxes, else its seat."""
    row: Any = _with_countries().get(pk=company.pk)
    if row.residence_json:
        return str(json.loads(row.residence_json))
    return row.seat_country or ""


def of_countries(codes: Iterable[str]) -> QuerySet[Company]:
    """Return the companies that belong to one of the countries."""
    known = list(codes)
    by_taxes = Q(residence_json__in=[json.dumps(code) for code in known])
    by_seat = Q(residence_json=None, seat_country__in=known)
    return _with_countries().filter(by_taxes | by_seat)


def _with_countries() -> QuerySet[Any]:
    """Add the two answers to where a company is; the first is a JSON text, `"FR"`."""
    said = Statement.objects.current().filter(
        company=OuterRef("pk"), status=Status.KNOWN
    )
    residence = _retained(said.filter(fact="tax_residence"))
    seat = _retained(said.filter(fact="registered_address"))
    return Company.objects.annotate(
        residence_json=Subquery(
            residence.annotate(text=Cast("value", TextField())).values("text")[:1]
        ),
        seat_country=Subquery(
            seat.annotate(country=KT("details__country")).values("country")[:1],
            output_field=TextField(),
        ),
    )


def group(company_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the group of a company, itself included, in one query."""
    return group_of(company_id, _parents())


def own_companies(verifier: Verifier) -> set[uuid.UUID]:
    """Return the companies that a verifier cannot judge: its own, and their groups."""
    of_user = Company.objects.filter(memberships__user=verifier.user_id)
    own = set(of_user.values_list("pk", flat=True))
    if verifier.company_id:
        own.add(verifier.company_id)
    parents = _parents() if own else {}
    return {one for company in own for one in group_of(company, parents)}


def _parents() -> dict[uuid.UUID, uuid.UUID]:
    tied = Company.objects.filter(parent__isnull=False)
    pairs: Iterable[Any] = tied.values_list("pk", "parent_id")
    return dict(pairs)


def in_scope(verifier: Verifier, *, on: date | None = None) -> QuerySet[Statement]:
    """Return the statements, of now and of before, that a scope covers on a day."""
    day = on or timezone.localdate()
    may = facts_of(verifier.kind)
    covered = Q(pk__in=[])
    for scope in verifier.scopes.filter(valid_from__lte=day, valid_until__gte=day):
        covered |= Q(
            fact__in=sorted(may.intersection(scope.facts)),
            company__in=of_countries(scope.countries).values("pk"),
        )
    own = own_companies(verifier)
    return Statement.objects.filter(covered).exclude(company__in=own)


def verifiable(verifier: Verifier) -> QuerySet[Statement]:
    """Return the statements that a verifier may verify today."""
    current = in_scope(verifier).filter(superseded_by=None, status=Status.KNOWN)
    # Without an author, too: null is not another one to SQL.
    return current.filter(Q(author=None) | ~Q(author=verifier.user_id))


def shown(verifier: Verifier) -> QuerySet[Statement]:
    """Return what a verifier reads: what it may verify, and what it has verified."""
    return Statement.objects.filter(
        Q(pk__in=verifiable(verifier).values("pk")) | _verified_by(verifier)
    )


def _verified_by(verifier: Verifier) -> Q:
    mine = Verification.objects.filter(verifier=verifier)
    return Q(pk__in=mine.values("statement"))


def readable(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Evidence]:
    """
    Return the documents that a signed-in person may read.

    Operators read all, members those of their companies, verifiers those of statements
    in their scope, with their own reports. Public ones are for anyone.
    """
    if getattr(user, "is_superuser", False):
        return Evidence.objects.all()
    own = Evidence.objects.visible_to(user)
    allowed = Q(is_public=True) | Q(pk__in=own.values("pk"))
    if (verifier := verifier_of(user)) is not None:
        covered = in_scope(verifier).filter(
            Q(superseded_by=None) | _verified_by(verifier)
        )
        attached = Statement.evidence.through.objects.filter(
            statement__in=covered.values("pk")
        )
        reports = Verification.objects.filter(verifier=verifier).exclude(evidence=None)
        allowed |= Q(pk__in=attached.values("evidence"))
        allowed |= Q(pk__in=reports.values("evidence"))
        allowed |= Q(uploaded_by=verifier.user_id, is_from_outside=True)
    return Evidence.objects.filter(allowed)


def _retained(said: QuerySet[Statement]) -> QuerySet[Statement]:
    """Order statements of one fact as the civil status does: the shown one first."""
    rank = Case(
        *(When(level=level, then=Value(place)) for level, place in RANK.items()),
        output_field=IntegerField(),
    )
    return said.annotate(rank=rank).order_by("-rank", "-observed_at", "-pk")
