"""A company that may be certified and identified, and how strangers read that."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from companies.credentials import own_key
from companies.levels import Level
from companies.models import Company, DomainProof, IssuedCredential, Statement
from companies.renewing import renew_figures
from companies.services.domains import claim_domain
from companies.services.issuing import issue_identity, issue_transparency
from ledger.credentials import did_web, jws
from ledger.credentials.did_web import Document
from tests import make

BASE_URL = "https://sesame.example"
DID = "did:web:sesame.example"
SIREN = "552008443"
DOMAIN = "maison.example"


def certifiable(
    siren: str = SIREN, level: str = Level.THIRD_PARTY_VERIFIED, **columns: Any
) -> Company:
    """Return a company that gives every mandatory fact, each with that level."""
    made = make.complete(make.company(**columns))
    make.fact(made, "national_id", siren)
    # What follows from the SIREN; another one would contradict it.
    make.fact(made, "vat_id", f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}")
    Statement.objects.filter(company=made).update(level=level)
    renew_figures(made.pk)
    return made


def proven(of: Company, domain: str = DOMAIN) -> DomainProof:
    """Return a domain that the company has proven today."""
    claimed = claim_domain(company=of, domain=domain, author=make.operator())
    DomainProof.objects.filter(pk=claimed.pk).update(
        method="challenge", proven_at=timezone.now()
    )
    return DomainProof.objects.get(pk=claimed.pk)


def certified(
    of: Company | None = None, author: User | None = None
) -> IssuedCredential:
    """Return a transparency certificate."""
    return issue_transparency(company=of or certifiable(), author=author)


def identified(of: Company | None = None) -> IssuedCredential:
    """Return an identity credential."""
    return issue_identity(proof=proven(of or certifiable()), author=make.operator())


def document() -> Document:
    """Return our DID document, as a stranger reads it."""
    return did_web.read_document(own_key.document(), did=DID)


def payload(token: str) -> dict[str, Any]:
    """Return the credential in a token, unverified."""
    return jws.read(token).credential
