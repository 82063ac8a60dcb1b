"""The back office of what we sign: owners ask and revoke, operators identify."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from companies.models import Company, DomainProof, IssuedCredential, IssuingKey
from companies.services import domains
from tests import make
from tests.companies.issuing.world import certifiable, certified, proven

pytestmark = pytest.mark.django_db

ISSUED = reverse("admin:companies_issuedcredential_changelist")
ASK = reverse("admin:companies_issuedcredential_add")
DOMAINS = reverse("admin:companies_domainproof_changelist")
CLAIM = reverse("admin:companies_domainproof_add")
KEYS = reverse("admin:companies_issuingkey_changelist")
ROLES = ("viewer", "editor")


@pytest.fixture
def company() -> Company:
    """Return a company that may be certified."""
    return certifiable()


def desk(user: Any, *, second_factor: bool = True) -> Client:
    """Return the browser of somebody."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client) if second_factor else client


def act(browser: Client, page: str, action: str, row: Any) -> str:
    """Choose a row and do something with it; return what the next page says."""
    asked = {"action": action, "_selected_action": [str(row.pk)]}
    return browser.post(page, asked, follow=True).content.decode()


def test_an_owner_asks_for_a_certificate(company: Company) -> None:
    browser = desk(make.member(company))

    browser.post(ASK, {"company": str(company.pk)})

    made = IssuedCredential.objects.get()
    assert made.company == company
    shown = browser.get(
        reverse("admin:companies_issuedcredential_change", args=[made.pk])
    ).content.decode()
    assert made.token in shown
    assert f"/credentials/{made.pk}" in shown
    assert "in force until" in browser.get(ISSUED).content.decode()


def test_why_none_is_issued_is_said_in_the_form(company: Company) -> None:
    make.fact(company, "vat_id", None, status="unknown")
    answer = desk(make.member(company)).post(ASK, {"company": str(company.pk)})
    assert "Mandatory facts are missing" in answer.content.decode()
    assert not IssuedCredential.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_who_is_no_owner_asks_for_nothing(company: Company, role: str) -> None:
    made = certified(company)
    proof = proven(company)
    browser = desk(make.member(company, role=role))

    assert browser.get(ASK).status_code == 403
    assert browser.post(ASK, {"company": str(company.pk)}).status_code == 403
    assert browser.get(CLAIM).status_code == 403
    # They read it all the same.
    assert browser.get(ISSUED).status_code == 200
    act(browser, ISSUED, "revoke_asked", made)
    act(browser, DOMAINS, "identify", proof)
    assert IssuedCredential.objects.get().revoked_at is None


@pytest.mark.parametrize("page", [ISSUED, DOMAINS])
def test_other_companies_are_out_of_sight(company: Company, page: str) -> None:
    made, proof = certified(company), proven(company)
    browser = desk(make.member(make.company("Autre")))

    assert company.name not in browser.get(page).content.decode()
    for name, row in (("issuedcredential", made), ("domainproof", proof)):
        address = reverse(f"admin:companies_{name}_change", args=[row.pk])
        assert browser.get(address).status_code in {302, 404}
    act(browser, ISSUED, "revoke_asked", made)
    assert IssuedCredential.objects.get().revoked_at is None
    # Nor is one asked for in another's name.
    browser.post(ASK, {"company": str(company.pk)})
    assert IssuedCredential.objects.count() == 1


def test_nothing_is_signed_or_revoked_without_a_second_factor(
    company: Company,
) -> None:
    made = certified(certifiable("732829320"))
    proof = proven(company)
    browser = desk(make.operator(), second_factor=False)

    browser.post(ASK, {"company": str(company.pk)})
    browser.post(CLAIM, {"company": str(company.pk), "domain": "a.example"})
    for page, action, row in (
        (ISSUED, "revoke_mistake", made),
        (DOMAINS, "identify", proof),
        (KEYS, "rotate", made.key),
        (KEYS, "withdraw", made.key),
    ):
        act(browser, page, action, row)

    assert IssuedCredential.objects.get().revoked_at is None
    assert IssuingKey.objects.count() == 1
    assert DomainProof.objects.get() == proof


def test_an_owner_revokes_theirs(company: Company) -> None:
    made = certified(company)
    browser = desk(make.member(company))

    said = act(browser, ISSUED, "revoke_outdated", made)

    made.refresh_from_db()
    assert made.revocation_reason == "outdated"
    assert "1 credential was revoked, for ever." in said
    assert "revoke_mistake" not in browser.get(ISSUED).content.decode()


def test_an_owner_claims_a_domain_and_is_told_how_to_prove_it(
    company: Company,
) -> None:
    browser = desk(make.member(company))

    browser.post(CLAIM, {"company": str(company.pk), "domain": "maison.example"})

    proof = DomainProof.objects.get()
    shown = browser.get(
        reverse("admin:companies_domainproof_change", args=[proof.pk])
    ).content.decode()
    assert proof.challenge in shown
    assert "https://maison.example/.well-known/flashsesame.txt" in shown
    assert domains.page_of(company) in shown
    refused = browser.post(CLAIM, {"company": str(company.pk), "domain": "localhost"})
    assert "no public domain name" in refused.content.decode()


def test_why_a_domain_is_not_proven_is_said(company: Company) -> None:
    proof = domains.claim_domain(
        company=company, domain="maison.example", author=make.operator()
    )
    said = act(desk(make.member(company)), DOMAINS, "prove", proof)
    assert "not set up to ask other domains" in said


def test_an_operator_confirms_an_identity(company: Company) -> None:
    proof = proven(company)
    browser = desk(make.operator())

    said = act(browser, DOMAINS, "identify", proof)

    assert "is confirmed until" in said
    made = IssuedCredential.objects.get()
    assert (made.kind, made.number) == ("identity", "552008443")
    DomainProof.objects.update(proven_at=None, method="")
    assert "was not proven" in act(browser, DOMAINS, "identify", proof)


def test_the_keys_are_the_operators(company: Company) -> None:
    made = certified(company)
    owner = desk(make.member(company))
    assert owner.get(KEYS).status_code == 403
    browser = desk(make.operator())
    row = reverse("admin:companies_issuingkey_change", args=[made.key.pk])
    shown = browser.get(row).content.decode()
    assert made.key.sealed_private not in shown
    assert "did:web:sesame.example#k1" in shown

    assert "k2 signs from now on." in act(browser, KEYS, "rotate", made.key)
    said = act(browser, KEYS, "withdraw", made.key)
    assert "1 credential is revoked by that." in said


def test_nothing_that_was_signed_is_edited_or_deleted(company: Company) -> None:
    made = certified(company)
    browser = desk(make.operator())
    address = reverse("admin:companies_issuedcredential_change", args=[made.pk])

    assert browser.post(address, {"token": "x"}).status_code == 403
    delete = reverse("admin:companies_issuedcredential_delete", args=[made.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 403
    assert "delete_selected" not in browser.get(ISSUED).content.decode()
