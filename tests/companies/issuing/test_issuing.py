"""What we sign: who may have it signed, what it says, and that strangers verify it."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.credentials import certificate, conformity
from companies.errors import IssuedRecently
from companies.models import IssuedCredential
from companies.services.issuing import issue_transparency, revoke_issued
from ledger import leaves
from ledger.credentials import jws, status_list
from ledger.credentials.envelope import check_kind, check_times
from ledger.credentials.refusals import Refused
from ledger.models import Entry
from tests import make
from tests.companies.issuing.samples import VECTORS, listed, shape, verify
from tests.companies.issuing.world import (
    BASE_URL,
    DID,
    DOMAIN,
    SIREN,
    certifiable,
    certified,
    document,
    identified,
    payload,
)

pytestmark = pytest.mark.django_db


def test_a_certificate_holds_for_who_verifies_it_like_any_other() -> None:
    made = certified()

    found = verify(made)

    assert found.issuer == DID
    assert found.attestation.party.registered_id == SIREN
    assert found.attestation.party.register in conformity.SIREN_REGISTERS
    assert found.attestation.assessor_level == "3rdParty"
    assert found.validity.valid_until is not None
    assert found.validity.valid_until - found.validity.valid_from <= timedelta(days=366)


def test_a_certificate_says_the_coverage_and_by_which_rules() -> None:
    made = certified()
    subject = payload(made.token)["credentialSubject"]
    (one,) = subject["assessment"]

    assert one["conformityTopic"] == "governance.transparency"
    (value,) = one["declaredValue"]
    said = json.loads(made.lines)
    assert value["metricValue"]["unit"] == "P1"
    assert f"{float(value['metricValue']['value']):.1f}" == said["coverage"]
    assert subject["scope"]["id"] == f"{BASE_URL}/schemes/transparency/1.0"
    assert subject["scope"]["version"] == "1.0.0"
    digest = hashlib.sha256(made.lines.encode()).hexdigest()
    assert subject["auditableEvidence"]["hashDigest"] == digest
    earned = sum(float(line["earned"]) for line in said["facts"].values())
    assert f"{earned:.1f}" == said["coverage"]


@pytest.mark.parametrize(
    ("kind", "sample"), [("identity", "identity"), ("transparency", "conformity")]
)
def test_what_we_sign_has_the_shape_of_the_samples(kind: str, sample: str) -> None:
    made = identified() if kind == "identity" else certified()
    text = (VECTORS / f"untp_sample_{sample}.json").read_text(encoding="utf-8")
    theirs, ours = shape(json.loads(text)), shape(payload(made.token))

    # What ours say besides, and what an auditor says that has a report of its own.
    if kind == "transparency":
        subject, example = ours["credentialSubject"], theirs["credentialSubject"]
        assert subject.pop("auditableEvidence") == example["conformityCertificate"]
        for name in ("hashDigest", "hashMethod"):
            del example["conformityCertificate"][name]
        (criterion,) = subject["assessment"][0]["assessmentCriteria"]
        assert criterion.pop("thresholdValue") == {
            "metricName": str,
            "metricValue": {"value": float, "unit": str},
        }
        assert criterion.pop("performanceLevel") is str
        del example["assessment"][0]["declaredValue"][0]["accuracy"]
    assert ours == theirs
    assert payload(made.token)["type"] == json.loads(text)["type"]
    assert payload(made.token)["@context"] == json.loads(text)["@context"]


def test_an_identity_ties_the_domain_to_the_siren() -> None:
    made = identified()
    token = jws.read(made.token)

    jws.check(token, document(), at=timezone.now())
    check_times(token.credential, at=timezone.now())
    check_kind(
        token.credential,
        kind="DigitalIdentityAnchor",
        contexts={"https://test.uncefact.org/vocabulary/untp/dia/working/"},
    )
    subject = token.credential["credentialSubject"]
    assert subject["id"] == f"did:web:{DOMAIN}"
    assert (subject["registeredId"], subject["registerType"]) == (SIREN, "Business")
    assert subject["idScheme"]["id"] == "https://www.sirene.fr/"


def test_the_header_is_that_of_the_profile() -> None:
    made = certified()

    head = json.loads(jws.from_base64url(made.token.partition(".")[0]))

    assert head == {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": f"{DID}#k1"}
    assert not {"vc", "vp", "iss"} & set(payload(made.token))


def test_a_revoked_one_is_refused_and_no_other() -> None:
    revoked, kept = certified(), certified(certifiable("732829320"))

    assert revoke_issued(credential=revoked, reason="mistake", author=make.operator())

    with pytest.raises(Refused) as no:
        verify(revoked)
    assert no.value.code == "credential_revoked"
    assert verify(kept).issuer == DID


def test_who_revokes_twice_changes_nothing() -> None:
    made = certified()
    revoke_issued(credential=made, reason="mistake", author=make.operator())
    before = IssuedCredential.objects.values().get()

    assert not revoke_issued(credential=made, reason="asked", author=make.operator())
    assert IssuedCredential.objects.values().get() == before


def test_one_of_a_kind_is_in_force_at_a_time() -> None:
    company = certifiable()
    first = certified(company)
    make.fact(company, "energy", "120", unit="MWh")

    second = certified(company)

    first.refresh_from_db()
    assert (first.revocation_reason, second.revoked_at) == ("replaced", None)
    assert first.token != second.token
    assert list(IssuedCredential.objects.in_force(timezone.now())) == [second]


def test_the_same_is_not_signed_twice_a_day() -> None:
    company = certifiable()
    first = certified(company)
    with pytest.raises(IssuedRecently):
        certified(company)

    IssuedCredential.objects.filter(pk=first.pk).update(
        issued_at=timezone.now() - timedelta(days=2)
    )
    assert certified(company).pk != first.pk


def test_both_are_logged_in_one_line_of_descent() -> None:
    made = certified()
    revoke_issued(credential=made, reason="outdated", author=make.operator())
    made.refresh_from_db()
    issued, revoked = Entry.objects.filter(
        kind__in=["credential.issued", "credential.revoked"]
    ).order_by("pk")

    assert (made.entry, made.revocation_entry) == (issued, revoked)
    assert made.salt is not None
    assert made.revocation_salt is not None
    leaf = leaves.parse(bytes(issued.leaf))
    digest = leaves.digest_of(bytes(made.salt), made.token.encode())
    assert leaf["digest"] == leaves.named(digest)
    later = leaves.parse(bytes(revoked.leaf))
    digest = leaves.digest_of(bytes(made.revocation_salt), made.revocation.encode())
    assert later["digest"] == leaves.named(digest)
    assert (later["subject"], later["version"]) == (leaf["subject"], 2)
    assert later["prev"] == leaves.named(bytes(issued.leaf_hash))
    assert json.loads(made.revocation)["credential"] == f"sha-256:{made.sha256}"


def test_audits_find_the_contents() -> None:
    from companies.credentials.logged import sources

    made = certified()
    revoke_issued(credential=made, reason="outdated", author=make.operator())
    made.refresh_from_db()
    issued, revoked = sources()

    assert made.entry_id is not None
    assert made.revocation_entry_id is not None
    found = issued.read([made.entry_id])[made.entry_id]
    assert (found.body, found.salt) == (made.token.encode(), bytes(made.salt or b""))
    found = revoked.read([made.revocation_entry_id])[made.revocation_entry_id]
    assert found.body == made.revocation.encode()
    assert (issued.unlogged(), revoked.unlogged()) == (0, 0)


def test_bits_are_drawn_at_random_and_never_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = iter([7, 7, 7, 9])
    monkeypatch.setattr(
        "companies.credentials.own_status.secrets.randbelow", lambda _most: next(drawn)
    )
    first = certified()
    second = certified(certifiable("732829320"))

    assert (first.status_index, second.status_index) == (7, 9)
    entry = status_list.entry_of(payload(second.token))
    assert entry == (f"{BASE_URL}/status/1", 9, "revocation")
    assert payload(second.token)["credentialStatus"]["statusListIndex"] == "9"


def test_a_list_that_is_half_full_is_followed_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("companies.credentials.own_status.FULL", 1)
    first = certified()
    second = certified(certifiable("732829320"))

    assert (first.status_list_id, second.status_list_id) == (1, 2)
    assert (verify(first).issuer, verify(second).issuer) == (DID, DID)


def test_a_list_hides_one_among_enough_others() -> None:
    made = certified()
    subject = payload(listed(made))["credentialSubject"]
    assert len(status_list.unpack(subject["encodedList"])) * 8 >= 131_072


def test_the_scheme_is_that_of_the_catalogue() -> None:
    from companies import catalogue

    assert certificate.CURRENT.index_version == catalogue.index_parameters()["version"]
    assert certificate.CURRENT.least_coverage in {
        one["least"] for one in catalogue.index_parameters()["tiers"]
    }


def test_nothing_is_written_when_signing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    company = certifiable()
    certified(company)
    make.fact(company, "energy", "120", unit="MWh")
    before = Entry.objects.count()

    def fail(*_args: Any, **_members: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("companies.credentials.making.own_key.sign", fail)
    with pytest.raises(RuntimeError):
        issue_transparency(company=company, author=None)

    assert IssuedCredential.objects.get().revoked_at is None
    assert Entry.objects.count() == before
