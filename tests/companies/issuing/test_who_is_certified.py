"""Of whom nothing is signed, and who may ask for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.errors import (
    CredentialNotDue,
    NotAnOwner,
    NotTheOperator,
    RevocationReasonUnknown,
)
from companies.levels import Level
from companies.models import Act, Company, DomainProof, IssuedCredential, Statement
from companies.services.issuing import issue_identity, revoke_issued
from tests import make
from tests.companies.issuing.world import SIREN, certifiable, certified, payload, proven

pytestmark = pytest.mark.django_db


def test_a_company_that_says_too_little_is_not_certified() -> None:
    with pytest.raises(CredentialNotDue) as no:
        certified(certifiable(level=Level.DECLARED))
    assert no.value.extra["reason"] == "coverage_too_low"


def test_a_company_without_a_mandatory_fact_is_not_certified() -> None:
    company = certifiable()
    make.fact(company, "vat_id", None, status="unknown")
    with pytest.raises(CredentialNotDue) as no:
        certified(company)
    assert no.value.extra == {
        "reason": "civil_status_incomplete",
        "missing": ["vat_id"],
    }


def test_a_made_up_company_is_named_so() -> None:
    made = certified(certifiable(is_fictitious=True))
    party = payload(made.token)["credentialSubject"]["issuedToParty"]
    assert party["name"] == "Filature du Test (entreprise fictive)"


def unconfirm(company: Company) -> None:
    Statement.objects.filter(company=company, fact="national_id").update(
        level=Level.EVIDENCED
    )


def share(company: Company) -> None:
    certifiable(SIREN)


def make_up(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(is_fictitious=True)


def grow_old(company: Company) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    DomainProof.objects.filter(company=company).update(proven_at=long_ago)


def unprove(company: Company) -> None:
    DomainProof.objects.filter(company=company).update(proven_at=None, method="")


def go_abroad(company: Company) -> None:
    Statement.objects.filter(company=company, fact="national_id").update(
        value="BE 0403170701"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (unconfirm, "number_not_confirmed"),
        (share, "number_ambiguous"),
        (make_up, "fictitious"),
        (grow_old, "domain_not_proven"),
        (unprove, "domain_not_proven"),
        (go_abroad, "number_missing"),
    ],
    ids=["unconfirmed", "shared", "fictitious", "old", "unproven", "abroad"],
)
def test_no_identity_without_register_and_domain(change: Any, reason: str) -> None:
    company = certifiable()
    proof = proven(company)
    change(company)

    with pytest.raises(CredentialNotDue) as no:
        issue_identity(proof=proof, author=make.operator())

    assert no.value.extra["reason"] == reason
    assert not IssuedCredential.objects.exists()


def test_only_operators_say_who_a_company_is() -> None:
    company = certifiable()
    owner = make.member(company)
    with pytest.raises(NotTheOperator):
        issue_identity(proof=proven(company), author=owner)


def test_owners_ask_for_their_certificate_and_nobody_else() -> None:
    company = certifiable()

    for role in ("viewer", "editor"):
        with pytest.raises(NotAnOwner):
            certified(company, make.member(company, role=role))
    with pytest.raises(NotAnOwner):
        certified(company, make.member(make.company("Autre")))

    owner = make.member(company)
    assert certified(company, owner).issued_by == owner


@pytest.mark.parametrize("reason", ["mistake", "replaced", "key_compromised", "x"])
def test_owners_revoke_theirs_for_reasons_of_their_own(reason: str) -> None:
    company = certifiable()
    made = certified(company)
    owner = make.member(company)

    with pytest.raises(RevocationReasonUnknown):
        revoke_issued(credential=made, reason=reason, author=owner)
    with pytest.raises(NotAnOwner):
        revoke_issued(
            credential=made, reason="asked", author=make.member(make.company("Autre"))
        )

    assert revoke_issued(credential=made, reason="asked", author=owner)
    kinds = Act.objects.filter(company=company).values_list("kind", flat=True)
    assert {"own_credential.issued", "own_credential.revoked"} <= set(kinds)
