"""Proving a domain: what it serves decides, and hostile names are asked for nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common import outgoing
from common.outgoing import Answer, NoAnswer
from companies.errors import (
    DomainAskedRecently,
    DomainNotProven,
    DomainRefused,
    DomainsNotAsked,
    NotAnOwner,
    TooManyDomains,
)
from companies.models import Act, Company, DomainProof
from companies.services import domains
from companies.services.domains import claim_domain, page_of, prove_domain
from tests import make
from tests.companies.issuing.world import DOMAIN

pytestmark = pytest.mark.django_db
CHALLENGE = (f"https://{DOMAIN}", "/.well-known/flashsesame.txt")
DOCUMENT = (f"https://{DOMAIN}", "/.well-known/did.json")


class Domain:
    """What another server serves, and what it was asked for."""

    def __init__(self) -> None:
        self.serves: dict[tuple[str, str], bytes] = {}
        self.status = 200
        self.asked: list[tuple[str, str]] = []

    def get(self, base_url: str, path: str, **members: Any) -> Answer:
        """Answer in place of the network."""
        self.asked.append((base_url, path))
        assert members["seconds"] <= 5
        if (base_url, path) not in self.serves:
            raise NoAnswer("network")
        return Answer(self.status, self.serves[base_url, path], None)


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Domain:
    """Return the domain, which may be asked."""
    settings.DID_WEB = True
    made = Domain()
    monkeypatch.setattr(outgoing, "get", made.get)
    return made


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company()


def claimed(company: Company) -> DomainProof:
    return claim_domain(company=company, domain=DOMAIN, author=make.operator())


def prove(proof: DomainProof) -> DomainProof:
    return prove_domain(proof=proof, author=make.operator())


def did_document(*names: str, did: str = f"did:web:{DOMAIN}") -> bytes:
    return json.dumps({"id": did, "alsoKnownAs": list(names)}).encode()


def test_a_domain_that_serves_the_challenge_is_the_companys(
    domain: Domain, company: Company
) -> None:
    proof = claimed(company)
    served = f"# ours\n{proof.challenge}\n".encode()
    domain.serves[CHALLENGE] = served

    found = prove(proof)

    assert (found.method, bytes(found.content)) == ("challenge", served)
    assert found.proven_at is not None
    assert domain.asked == [CHALLENGE]
    kinds = list(Act.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["domain.claimed", "domain.proven"]


def test_a_did_document_that_names_the_company_does_as_well(
    domain: Domain, company: Company
) -> None:
    proof = claimed(company)
    domain.serves[DOCUMENT] = did_document("https://x.example", page_of(company))

    assert prove(proof).method == "did_document"


@pytest.mark.parametrize(
    "challenge",
    [b"", b"flashsesame-domain=another", b"\xff\xfe", b"x" * 4096],
    ids=["empty", "another", "bytes", "long"],
)
def test_another_challenge_proves_nothing(
    domain: Domain, company: Company, challenge: bytes
) -> None:
    proof = claimed(company)
    domain.serves[CHALLENGE] = challenge

    with pytest.raises(DomainNotProven) as no:
        prove(proof)

    assert no.value.extra["reason"] == "did_document_unreachable"
    assert DomainProof.objects.get().proven_at is None


def test_another_companys_challenge_proves_nothing(
    domain: Domain, company: Company
) -> None:
    other = claimed(make.company("Autre"))
    domain.serves[CHALLENGE] = other.challenge.encode()
    with pytest.raises(DomainNotProven):
        prove(claimed(company))


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        (did_document(), "company_not_named"),
        (did_document("https://sesame.example/companies/1"), "company_not_named"),
        (did_document(did="did:web:another.example"), "did_document_malformed"),
        (b'{"id": "did:web:maison.example", "alsoKnownAs": 1}', "company_not_named"),
        (b"<html>", "did_document_malformed"),
    ],
    ids=["unnamed", "another", "foreign", "no-list", "no-json"],
)
def test_a_document_that_does_not_name_the_company_proves_nothing(
    domain: Domain, company: Company, served: bytes, reason: str
) -> None:
    domain.serves[DOCUMENT] = served
    with pytest.raises(DomainNotProven) as no:
        prove(claimed(company))
    assert no.value.extra["reason"] == reason


def test_a_redirect_is_not_followed(domain: Domain, company: Company) -> None:
    proof = claimed(company)
    domain.serves[CHALLENGE] = proof.challenge.encode()
    domain.status = 301
    with pytest.raises(DomainNotProven):
        prove(proof)


def test_what_was_proven_stays_so_when_the_domain_is_silent(
    domain: Domain, company: Company
) -> None:
    proof = claimed(company)
    domain.serves[CHALLENGE] = proof.challenge.encode()
    prove(proof)
    domain.serves.clear()
    DomainProof.objects.update(asked_at=timezone.now() - timedelta(minutes=1))

    with pytest.raises(DomainNotProven):
        prove(proof)
    assert DomainProof.objects.get().proven_at is not None


def test_a_domain_is_not_asked_again_at_once(domain: Domain, company: Company) -> None:
    proof = claimed(company)
    with pytest.raises(DomainNotProven):
        prove(proof)
    with pytest.raises(DomainAskedRecently) as no:
        prove(proof)
    assert no.value.status == 429
    assert len(domain.asked) == 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        "localhost",
        "127.0.0.1",
        "2130706433",
        "[::1]",
        "printer.local",
        "https://maison.example",
        "maison.example/path",
        "maison.example:8443",
        "maison.example%3A8443",
        "maison.example:a",
        "user@maison.example",
        "maison example",
        "maison.example\n",
        f"{'a' * 190}.example",
    ],
)
def test_hostile_names_are_refused(company: Company, name: str) -> None:
    if name == "maison.example\n":
        # What surrounds a name is not the name.
        assert claim_domain(
            company=company, domain=name, author=make.operator()
        ).domain == (DOMAIN)
        return
    with pytest.raises(DomainRefused):
        claim_domain(company=company, domain=name, author=make.operator())


def test_names_are_written_as_the_network_writes_them(company: Company) -> None:
    made = claim_domain(
        company=company, domain=" Café.Example. ", author=make.operator()
    )
    assert (made.domain, made.did) == (
        "xn--caf-dma.example",
        "did:web:xn--caf-dma.example",
    )


def test_a_claim_is_made_once_and_so_many_of_them(company: Company) -> None:
    assert claimed(company) == claimed(company)
    for number in range(domains.MOST_DOMAINS - 1):
        claim_domain(
            company=company, domain=f"m{number}.example", author=make.operator()
        )
    with pytest.raises(TooManyDomains):
        claim_domain(company=company, domain="more.example", author=make.operator())


def test_only_owners_claim_and_prove(domain: Domain, company: Company) -> None:
    editor = make.member(company, role="editor")
    with pytest.raises(NotAnOwner):
        claim_domain(company=company, domain=DOMAIN, author=editor)
    with pytest.raises(NotAnOwner):
        prove_domain(proof=claimed(company), author=editor)
    assert domain.asked == []


def test_nobody_is_asked_where_that_is_switched_off(
    domain: Domain, company: Company, settings: Any
) -> None:
    settings.DID_WEB = False
    with pytest.raises(DomainsNotAsked):
        prove(claimed(company))
    assert domain.asked == []
