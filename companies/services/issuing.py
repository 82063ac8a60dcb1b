"""
Issuing, revoking, and the keys that sign: what this service says under its own name.

Operators issue both kinds; an owner asks for the transparency certificate, which
follows from rules alone. Who a company is, is said by a person who has looked.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.credentials import (
    anchor,
    assessing,
    certificate,
    making,
    own_key,
    own_status,
    revoking,
)
from companies.credentials.making import Wanted
from companies.errors import (
    IssuedRecently,
    NotTheOperator,
    RevocationReasonUnknown,
)
from companies.models import (
    Company,
    DomainProof,
    IssuedCredential,
    IssuingKey,
    RevocationList,
)
from companies.services.rights import require_owner

Kind = IssuedCredential.Kind
Reason = IssuedCredential.Reason
# What an owner may say of a credential of its company.
OWNERS_REASONS = frozenset({Reason.ASKED, Reason.OUTDATED})
# The same again is signed no sooner.
PAUSE = timedelta(days=1)


@transaction.atomic
def issue_identity(*, proof: DomainProof, author: User) -> IssuedCredential:
    """
    Say that who holds a proven domain is the company with its SIREN. Operators only.

    Register and domain are looked at again: raise `CredentialNotDue`. That the person
    who acts here is the company's own is what the operator answers for.
    """
    _require_operator(author)
    company = _locked(proof.company)
    proof = DomainProof.objects.get(pk=proof.pk)
    identity = assessing.identity_of(company, proof)
    return making.make(
        Wanted(
            company,
            Kind.IDENTITY,
            identity.siren,
            lambda frame: anchor.compose(identity, frame),
        ),
        author=author,
    )


@transaction.atomic
def issue_transparency(*, company: Company, author: User | None) -> IssuedCredential:
    """
    Certify how much a company discloses; its owners and operators, or a program.

    Raise `CredentialNotDue`, or `IssuedRecently` where the same was signed today.
    """
    if author is not None:
        require_owner(author, company)
    company = _locked(company)
    scheme = certificate.CURRENT
    party = assessing.party_of(company)
    coverage = assessing.coverage_of(company, scheme)
    _require_news(company, coverage.lines)
    document = certificate.scheme_document(
        scheme, base_url=settings.BASE_URL, owner=settings.ISSUER_NAME
    )

    def compose(frame: making.Frame) -> dict[str, object]:
        found = certificate.Coverage(
            per_mille=coverage.found.per_mille,
            tier=coverage.found.tier,
            assessed_on=timezone.localdate(),
            page=frame["id"],
            lines=f"{frame['id']}/lines",
            lines_sha256=hashlib.sha256(coverage.lines.encode()).hexdigest(),
        )
        return certificate.compose(
            party, found, frame, scheme=document, least=scheme.least_coverage
        )

    wanted = Wanted(company, Kind.TRANSPARENCY, party.number, compose, coverage.lines)
    return making.make(wanted, author=author)


@transaction.atomic
def revoke_issued(*, credential: IssuedCredential, reason: str, author: User) -> bool:
    """
    Revoke a credential of ours, at once and for ever; say whether it was not before.

    An owner revokes its own company's, for reasons of its own. Raise
    `RevocationReasonUnknown`.
    """
    require_owner(author, credential.company)
    allowed = set(Reason) if author.is_superuser else OWNERS_REASONS
    if reason not in allowed:
        raise RevocationReasonUnknown(
            _("Say why: %(reasons)s.") % {"reasons": ", ".join(sorted(allowed))}
        )
    _locked(credential.company)
    return revoking.revoke(credential, reason=reason, actor=author)


@transaction.atomic
def rotate_issuing_key(*, author: User | None) -> IssuingKey:
    """
    Let a new key sign from now on. What the one before it signed holds.

    Operators, or the command line. The status lists are signed anew.
    """
    if author is not None:
        _require_operator(author)
    key = own_key.succeed(own_key.current(lock=True), withdraw=False)
    _sign_lists(key)
    return key


@transaction.atomic
def withdraw_issuing_key(*, key: IssuingKey, author: User | None) -> int:
    """
    Take out a key that somebody else may have; return how many credentials that ends.

    Nothing that it signed can be told from a forgery any more: it leaves our DID
    document, and its credentials are revoked, to be issued again by another key.
    """
    if author is not None:
        _require_operator(author)
    current = own_key.current(lock=True)
    row = IssuingKey.objects.select_for_update().get(pk=key.pk)
    if row.withdrawn_at is not None:
        return 0
    if row.pk == current.pk:
        current = own_key.succeed(current, withdraw=True)
    else:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
    ended = sum(
        revoking.revoke(one, reason=Reason.KEY, actor=author, key=current)
        for one in IssuedCredential.objects.filter(key=row, revoked_at=None)
    )
    _sign_lists(current)
    return ended


def _sign_lists(key: IssuingKey) -> None:
    for chosen in RevocationList.objects.select_for_update().order_by("pk"):
        own_status.sign_again(chosen, key)


def _require_operator(author: User) -> None:
    if not author.is_superuser:
        raise NotTheOperator(_("Only the operator says who a company is."))


def _locked(company: Company) -> Company:
    # One lock a company, so that two who ask at once get two after one another. Not
    # the strongest: an entry about the company need not wait for it.
    return Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def _require_news(company: Company, lines: str) -> None:
    since = timezone.now() - PAUSE
    same = (
        IssuedCredential.objects.in_force(timezone.now())
        .filter(company=company, kind=Kind.TRANSPARENCY, issued_at__gt=since)
        .filter(lines=lines)
    )
    if same.exists():
        raise IssuedRecently(
            _("A certificate that says the same was issued within a day.")
        )
