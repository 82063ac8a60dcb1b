"""Claiming a domain for a company, and asking the domain itself whether that is so."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.credentials import fetching
from companies.credentials.sentences import sentence_of
from companies.errors import (
    DomainAskedRecently,
    DomainNotProven,
    DomainRefused,
    DomainsNotAsked,
    TooManyDomains,
)
from companies.models import Company, DomainProof
from companies.services.rights import require_owner
from ledger.credentials import did_web
from ledger.credentials.did_web import Document
from ledger.credentials.refusals import Refused

Method = DomainProof.Method
MOST_DOMAINS = 10
# Another's server is asked twice at most each time.
PAUSE = timedelta(seconds=20)
PREFIX = "flashsesame-domain="


@transaction.atomic
def claim_domain(*, company: Company, domain: str, author: User) -> DomainProof:
    """
    Note that a company says it holds a domain; owners only. The same again is the same.

    It is proven by `prove_domain`. Raise `DomainRefused`, `TooManyDomains`.
    """
    require_owner(author, company)
    name = _clean(domain)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    known = DomainProof.objects.filter(company=company)
    if (found := known.filter(domain=name).first()) is not None:
        return found
    if known.count() >= MOST_DOMAINS:
        raise TooManyDomains(
            _("A company claims at most %(number)s domains.") % {"number": MOST_DOMAINS}
        )
    made = DomainProof.objects.create(
        company=company, domain=name, challenge=PREFIX + secrets.token_urlsafe(32)
    )
    note_act(
        company=company,
        actor=author,
        kind="domain.claimed",
        subject=name,
        subject_id=made.pk,
    )
    return made


def prove_domain(*, proof: DomainProof, author: User) -> DomainProof:
    """
    Ask a claimed domain whether it is the company's; owners only.

    It serves our challenge at `/.well-known/flashsesame.txt`, or a DID document whose
    `alsoKnownAs` is the company's page here. Raise `DomainNotProven`: what was proven
    before stays so. Not atomic as a whole: nothing is locked while another is asked.
    """
    require_owner(author, proof.company)
    if not fetching.is_on():
        raise DomainsNotAsked(_("This service is not set up to ask other domains."))
    _take_turn(proof)
    found = _proven_by_challenge(proof) or _proven_by_document(proof)
    return _keep(proof, found[0], found[1], author)


def page_of(company: Company) -> str:
    """Return the address that a DID document names: the company's page here."""
    return f"{settings.BASE_URL}/companies/{company.pk}"


def _clean(domain: str) -> str:
    name = domain.strip().lower().rstrip(".")
    try:
        name = name.encode("idna").decode() if not name.isascii() else name
        place = did_web.place_of(f"did:web:{name}")
    except (Refused, UnicodeError) as error:
        raise DomainRefused(
            _("That is no public domain name, such as maison.example.")
        ) from error
    if place.base_url != f"https://{name}" or len(name) > 190:
        raise DomainRefused(_("Give the bare name, such as maison.example."))
    return name


def _take_turn(proof: DomainProof) -> None:
    now = timezone.now()
    taken = DomainProof.objects.filter(
        Q(asked_at=None) | Q(asked_at__lte=now - PAUSE), pk=proof.pk
    ).update(asked_at=now)
    if not taken:
        raise DomainAskedRecently(
            _("The domain was asked a moment ago. Try again in %(seconds)s seconds.")
            % {"seconds": int(PAUSE.total_seconds())}
        )


def _proven_by_challenge(proof: DomainProof) -> tuple[str, bytes] | None:
    try:
        served = fetching.challenge(proof.domain)
    except Refused:
        return None
    lines = served.decode("ascii", errors="replace").split()
    return (Method.CHALLENGE, served) if proof.challenge in lines else None


def _proven_by_document(proof: DomainProof) -> tuple[str, bytes]:
    try:
        served = fetching.document(proof.did)
        document = did_web.read_document(served, did=proof.did)
    except Refused as refused:
        raise DomainNotProven(
            _("The domain serves neither the challenge nor a DID document: %(why)s")
            % {"why": sentence_of(refused)},
            reason=refused.code,
        ) from refused
    if page_of(proof.company) not in _names(document):
        raise DomainNotProven(
            _(
                "The domain’s DID document does not name %(address)s under "
                "“alsoKnownAs”."
            )
            % {"address": page_of(proof.company)},
            reason="company_not_named",
        )
    return Method.DID_DOCUMENT, served


def _names(document: Document) -> list[object]:
    names = document.members.get("alsoKnownAs", [])
    return names if isinstance(names, list) else []


@transaction.atomic
def _keep(proof: DomainProof, method: str, content: bytes, author: User) -> DomainProof:
    row = DomainProof.objects.select_for_update().get(pk=proof.pk)
    row.method, row.content, row.proven_at = method, content, timezone.now()
    row.save(update_fields=["method", "content", "proven_at"])
    note_act(
        company=row.company,
        actor=author,
        kind="domain.proven",
        subject=row.domain,
        subject_id=row.pk,
    )
    return row
