"""
Which statements an unverified token speaks of: a first guess, believed by nobody.

It spares whoever brings a credential the search; every check comes afterwards.
"""

from django.db.models import QuerySet

from companies.credentials import conformity
from companies.credentials.conformity import Attestation, compact
from companies.levels import Status
from companies.models import Company, Statement
from ledger.credentials import jws

MOST = 100


def named_statements(token: str, *, vocabulary: str) -> list[Statement]:
    """
    Return the current statements of the facts and years that the token assesses.

    Raise `Refused` for what is no conformity credential. Several companies may state
    the number that it was issued to.
    """
    attestation = conformity.read(jws.read(token).credential, vocabulary=vocabulary)
    wanted = {(one.fact, one.year) for one in attestation.figures}
    rows = (
        Statement.objects.current()
        .filter(
            company__in=_companies(attestation).values("pk"),
            fact__in={fact for fact, _year in wanted},
            status=Status.KNOWN,
        )
        .select_related("company")
        .order_by("company_id", "fact", "-pk")
    )
    return [one for one in rows if (one.fact, one.covered_year) in wanted][:MOST]


def _companies(attestation: Attestation) -> QuerySet[Company]:
    said = Statement.objects.current().filter(
        fact__in=("national_id", "vat_id", "lei"),
        value=compact(attestation.party.registered_id),
    )
    return Company.objects.filter(pk__in=said.values("company"))
