"""
What we may sign about a company today: its identity, its transparency, or why not.

Reads only. `CredentialNotDue` carries a reason for programs and a sentence for people.
"""

import uuid
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from common import canonical
from companies import assessing, catalogue, transparency
from companies.assessing import Portrait, portray
from companies.credentials import anchor
from companies.credentials.anchor import Identity
from companies.credentials.certificate import Party, Scheme
from companies.errors import CredentialNotDue
from companies.judging import Judged
from companies.levels import RANK, Level, Status
from companies.models import Company, DomainProof
from companies.transparency import Index, Standing

# What a domain served longer ago proves nothing about who holds it today.
PROOF_AGE = timedelta(days=30)
SIREN_DIGITS = 9
LEI = ("https://www.gleif.org/", "Legal Entity Identifier")
COLUMNS = {"national_id": "siren", "lei": "lei"}


class Coverage(NamedTuple):
    """How much a company discloses, and each line of it as canonical JSON."""

    found: Index
    lines: str


def identity_of(company: Company, proof: DomainProof) -> Identity:
    """
    Return who a company is, once register and domain have said so.

    Raise `CredentialNotDue`.
    """
    if company.is_fictitious:
        raise _not_due("fictitious", _("The company is made up."))
    portrait = _portrait(company)
    number = _number(portrait, "national_id")
    if number is None or not _is_siren(number):
        raise _not_due("number_missing", _("No SIREN of the company is known."))
    if RANK[number.level] < RANK[Level.CROSS_CHECKED]:
        raise _not_due(
            "number_not_confirmed",
            _("No register has confirmed the company’s SIREN yet."),
        )
    _require_only_one(company, number)
    name = portrait.retained.get("legal_name")
    if name is None or name.status != Status.KNOWN or name.is_contradicted:
        raise _not_due(
            "name_missing",
            _("The company’s legal name is not known, or a register disagrees."),
        )
    if proof.company_id != company.pk or not is_fresh(proof):
        raise _not_due(
            "domain_not_proven",
            _("The domain was not proven within the last %(days)s days.")
            % {"days": PROOF_AGE.days},
        )
    return Identity(proof.did, str(name.value), str(number.value))


def is_fresh(proof: DomainProof) -> bool:
    """Say whether a domain was proven, and not long ago."""
    return proof.proven_at is not None and proof.proven_at > timezone.now() - PROOF_AGE


def party_of(company: Company) -> Party:
    """Return a company as certificates name it; raise `CredentialNotDue`."""
    portrait = _portrait(company)
    number = _number(portrait, "national_id")
    register = anchor.SIRENE
    if number is None or not _is_siren(number):
        number, register = _number(portrait, "lei"), LEI
    if number is None:
        raise _not_due("number_missing", _("No SIREN and no LEI of it is known."))
    _require_only_one(company, number)
    name = company.name
    if company.is_fictitious and "(ficti" not in name:
        name = f"{name} (entreprise fictive)"
    return Party(
        address=f"{settings.BASE_URL}/companies/{company.pk}",
        name=name,
        number=str(number.value),
        register=register,
    )


def coverage_of(company: Company, scheme: Scheme) -> Coverage:
    """Return what is certified; raise `CredentialNotDue` if it is too little."""
    standings = assessing.standings(_portrait(company))
    if missing := assessing.missing(standings):
        raise CredentialNotDue(
            _("Mandatory facts are missing or have expired."),
            reason="civil_status_incomplete",
            missing=missing,
        )
    index = assessing.index(standings)
    if index.version != scheme.index_version:
        raise _not_due(
            "scheme_outdated", _("The facts’ weights are of another version.")
        )
    if index.per_mille < 10 * scheme.least_coverage:
        raise _not_due(
            "coverage_too_low",
            _("The coverage is below %(least)s %%.") % {"least": scheme.least_coverage},
        )
    return Coverage(index, _lines(company.pk, standings, index, scheme))


def _lines(
    company_id: uuid.UUID,
    standings: dict[str, Standing],
    index: Index,
    scheme: Scheme,
) -> str:
    """Return every line of the coverage; points are decimal texts."""
    lost: dict[str, list[dict[str, str]]] = {}
    for loss in index.losses:
        line = {"points": str(loss.points), "remedy": loss.remedy}
        lost.setdefault(loss.fact, []).append(line)
    total = sum(fact.weight for fact in catalogue.facts().values())
    document: dict[str, Any] = {
        "company": str(company_id),
        "scheme": settings.BASE_URL + scheme.path,
        "index_version": index.version,
        "assessed_on": timezone.localdate().isoformat(),
        "coverage": f"{index.per_mille / 10:.1f}",
        "tier": index.tier,
        "facts": {
            fact.key: {
                "weight": fact.weight,
                "of_weight": total,
                "status": str(standings[fact.key].status),
                "level": str(standings[fact.key].level),
                "best_level": str(transparency.best_level(fact)),
                "earned": str(index.earned[fact.key]),
                "lost": lost.get(fact.key, []),
            }
            for fact in catalogue.facts().values()
        },
    }
    return canonical.dumps(document).decode()


def _portrait(company: Company) -> Portrait:
    return portray([company.pk], on=timezone.localdate())[company.pk]


def _number(portrait: Portrait, fact: str) -> Judged | None:
    """Return a number that is stated, and that nothing contradicts."""
    kept = portrait.retained.get(fact)
    if kept is None or kept.status != Status.KNOWN:
        return None
    said = portrait.statements[fact]
    return None if any(one.is_contradicted for one in said) else kept


def _is_siren(number: Judged) -> bool:
    text = str(number.value)
    return len(text) == SIREN_DIGITS and text.isascii() and text.isdigit()


def _require_only_one(company: Company, number: Judged) -> None:
    """Refuse where another company states the number, as well confirmed."""
    column = COLUMNS[number.statement.fact]
    others = Company.objects.exclude(pk=company.pk).filter(
        **{
            f"figures__{column}": str(number.value),
            "figures__identity_rank__gte": RANK[number.level],
        }
    )
    if others.exists():
        raise _not_due(
            "number_ambiguous",
            _("Another company here states the same number, as well confirmed."),
        )


def _not_due(reason: str, sentence: str) -> CredentialNotDue:
    return CredentialNotDue(sentence, reason=reason)
