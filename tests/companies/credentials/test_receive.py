"""Bringing a credential: who may, what it verifies, and what is refused."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from companies.errors import (
    CredentialRefused,
    FactOutOfScope,
    NotAnEditor,
    NotTheOperator,
)
from companies.models import Act, Company, Credential, DidDocument, Verification
from companies.renewing import renew
from companies.services import state_fact
from companies.services.crediting import receive_credential
from companies.services.pinning import pin_did_document
from tests import make
from tests.companies.credentials import signing
from tests.companies.credentials.signing import DID, SIREN, Issuer
from tests.companies.credentials.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    """Return a company and a verifier who signs."""
    return World()


def reason(world: World, token: str | None = None, **members: Any) -> str:
    """Return the code of the refusal; nothing may have been written."""
    with pytest.raises(CredentialRefused) as refused:
        world.receive(token, **members)
    assert not Credential.objects.exists()
    assert not Verification.objects.filter(result="verified").exists()
    assert refused.value.detail
    return str(refused.value.extra["reason"])


def test_what_it_confirms_is_verified(world: World) -> None:
    token = world.token()
    changes = Company.objects.get(pk=world.company.pk).changes

    credential = world.receive(f"\n{token}\n")

    verification = credential.verification
    assert (verification.result, verification.verifier) == ("verified", world.verifier)
    assert verification.assessment_level == "Verified"
    assert verification.assessed_on == timezone.localdate() - timedelta(days=1)
    assert verification.valid_until == timezone.localtime(credential.valid_until).date()
    assert credential.token == token
    assert credential.sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert bytes(credential.did_document) == world.issuer.document()
    assert credential.status_list
    assert world.level() == "third_party_verified"
    assert Company.objects.get(pk=world.company.pk).changes == changes + 1
    act = Act.objects.get(kind="credential.received")
    assert (act.company, act.actor, act.subject) == (
        world.company,
        world.editor,
        "employees",
    )


def test_the_verifier_may_bring_it_itself(world: World) -> None:
    credential = world.receive(user=world.verifier.user)

    assert credential.statement == world.statement


def test_the_same_token_again_is_the_same_row(world: World) -> None:
    token = world.token()
    first = world.receive(token)
    # Without a list: what is here already is not verified once more.
    again = world.receive(token, status_list=None)

    assert again == first
    assert Credential.objects.count() == Verification.objects.count() == 1


def test_one_credential_verifies_each_statement_it_assesses(world: World) -> None:
    turnover = make.fact(world.company, "turnover", "1200000", year=2025)
    day = timezone.localdate().isoformat()
    subject = signing.subject(
        signing.assessment(assessmentDate=day),
        signing.assessment("turnover", 2025, 1_200_000, "EUR", assessmentDate=day),
    )
    token = world.token(credentialSubject=subject)

    both = [world.receive(token), world.receive(token, statement=turnover)]

    assert {one.sha256 for one in both} == {both[0].sha256}
    assert [one.statement for one in both] == [world.statement, turnover]


def test_a_revoked_one_is_refused(world: World) -> None:
    assert reason(world, status_list=world.status(94_567)) == "credential_revoked"


def test_a_viewer_and_a_stranger_may_not_bring_it(world: World) -> None:
    viewer = make.member(world.company, role="viewer")
    stranger = make.member(make.company("Étrangère"))
    other = world.verifying("other", did="did:web:other.example").user

    for user in (viewer, stranger, other):
        with pytest.raises(NotAnEditor):
            world.receive(user=user)


def test_an_issuer_who_is_no_verifier_here_is_refused(world: World) -> None:
    world.verifier.is_active = False
    world.verifier.save()

    assert reason(world) == "credential_issuer_unknown"


def test_an_uploaded_document_proves_nothing(world: World) -> None:
    """Whoever makes up keys signs in anybody's name; the registered ones count."""
    forger = Issuer()
    token = forger.token(world.credential())
    status = forger.token(forger.status_list(at=timezone.now()))

    given = reason(world, token, did_document=forger.document(), status_list=status)
    silent = reason(world, token, status_list=status)

    assert (given, silent) == ("did_document_not_pinned", "credential_signature")


def test_a_document_that_says_the_same_is_accepted(world: World) -> None:
    document = b" " + world.issuer.document().replace(b": ", b" :\n")

    assert world.receive(did_document=document).issuer == DID


def test_without_registered_keys_nothing_is_believed(world: World) -> None:
    DidDocument.objects.all().delete()

    found = reason(world, did_document=world.issuer.document())

    assert found == "did_document_unknown"


def test_keys_that_were_replaced_sign_no_more_but_have_signed(world: World) -> None:
    before = world.receive()
    old = world.issuer
    world.issuer = Issuer()
    world.pin()

    with pytest.raises(CredentialRefused) as refused:
        world.receive(old.token(world.credential()))

    assert refused.value.extra["reason"] == "credential_signature"
    assert world.level() == "third_party_verified"
    assert bytes(before.did_document) == old.document()
    assert world.receive().pk != before.pk


def test_only_the_operator_registers_keys(world: World) -> None:
    for user in (world.editor, world.verifier.user):
        with pytest.raises(NotTheOperator):
            pin_did_document(verifier=world.verifier, document=b"{}", user=user)
    assert world.pin() == world.pinned
    assert DidDocument.objects.count() == 1


def test_keys_of_another_did_are_not_registered(world: World) -> None:
    document = Issuer("did:web:other.example").document()

    with pytest.raises(CredentialRefused, match="DID"):
        pin_did_document(
            verifier=world.verifier, document=document, user=world.operator
        )


@pytest.mark.parametrize(
    "columns", [{"facts": ["turnover"]}, {"countries": ["DE"]}, {"facts": []}]
)
def test_an_issuer_without_that_scope_is_refused(
    world: World, columns: dict[str, Any]
) -> None:
    world.verifier.scopes.update(**columns)

    assert reason(world) == "credential_out_of_scope"


def test_the_verifier_is_told_its_own_rule(world: World) -> None:
    world.verifier.scopes.update(facts=["turnover"])

    with pytest.raises(FactOutOfScope):
        world.receive(user=world.verifier.user)


@pytest.mark.parametrize("days", [(-100, -1), (0, 10)], ids=["ended", "begun-since"])
def test_scope_counts_both_then_and_today(world: World, days: tuple[int, int]) -> None:
    today = timezone.localdate()
    world.verifier.scopes.update(
        valid_from=today + timedelta(days=days[0]),
        valid_until=today + timedelta(days=days[1]),
    )

    assert reason(world) == "credential_out_of_scope"


def test_nobody_verifies_its_own_group(world: World) -> None:
    mother = make.company("Mère")
    Company.objects.filter(pk=world.company.pk).update(parent=mother)
    world.verifier.company = mother
    world.verifier.save()

    assert reason(world) == "credential_out_of_scope"


@pytest.mark.parametrize(
    "party",
    [
        signing.party("732829320"),
        signing.party(register="https://www.irs.gov/"),
        {"id": "https://filature.example/", "name": "Filature du Test"},
    ],
    ids=["another-number", "another-register", "a-name-only"],
)
def test_a_credential_for_another_company_is_refused(world: World, party: Any) -> None:
    day = timezone.localdate().isoformat()
    assessed = signing.assessment(assessmentDate=day)
    to_other = signing.subject(assessed, issuedToParty=party)
    of_other = signing.subject({**assessed, "assessedOrganisation": party})

    for subject in (to_other, of_other):
        token = world.token(credentialSubject=subject)
        assert reason(world, token) == "credential_subject_differs"


def test_a_number_that_another_company_states_as_well_is_not_enough(
    world: World,
) -> None:
    """Else whoever copies a SIREN and a figure borrows their verification too."""
    other = make.company("Copiste")
    make.fact(other, "national_id", SIREN)
    renew(other.pk, "fr")

    assert reason(world) == "credential_subject_ambiguous"


@pytest.mark.parametrize(
    "assessed",
    [
        {"value": 48},
        {"value": 46.9},
        {"unit": "P1"},
        {"unit": "FTE"},
    ],
    ids=str,
)
def test_another_value_or_unit_is_refused(
    world: World, assessed: dict[str, Any]
) -> None:
    day = timezone.localdate().isoformat()
    subject = signing.subject(signing.assessment(assessmentDate=day, **assessed))

    token = world.token(credentialSubject=subject)

    assert reason(world, token) == "credential_value_differs"


def test_another_year_is_another_fact(world: World) -> None:
    subject = signing.subject(signing.assessment(year=2024))

    token = world.token(credentialSubject=subject)

    assert reason(world, token) == "credential_fact_missing"


def test_what_does_not_conform_is_not_verified(world: World) -> None:
    subject = signing.subject(signing.assessment(conformance=False))

    token = world.token(credentialSubject=subject)

    assert reason(world, token) == "credential_not_conformant"


def test_an_assessment_of_tomorrow_is_refused(world: World) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assessed = signing.assessment(assessmentDate=tomorrow.isoformat())

    token = world.token(credentialSubject=signing.subject(assessed))

    assert reason(world, token) == "credential_not_yet_valid"


def test_only_a_current_figure_is_verified(world: World) -> None:
    withheld = world.stated(None, status="withheld", source=_withheld())

    assert reason(world) == "credential_unfit_statement"
    assert reason(world, statement=withheld) == "credential_unfit_statement"


def _withheld() -> Any:
    from companies.services import Source

    return Source(note="Litige en cours")


@pytest.mark.parametrize("fact", ["legal_name", "national_id"])
def test_a_text_is_no_figure(world: World, fact: str) -> None:
    value = {"legal_name": "Filature du Test", "national_id": SIREN}[fact]
    statement = make.fact(world.company, fact, value)

    assert reason(world, statement=statement) == "credential_unfit_statement"


def test_an_old_credential_does_not_undo_a_later_refusal(world: World) -> None:
    Verification.objects.create(
        statement=world.statement,
        verifier=world.verifier,
        result="refused",
        reason="Intérimaires comptés",
        assessed_on=timezone.localdate(),
    )

    assert reason(world) == "credential_overruled"
    assert world.receive(user=world.verifier.user).verification.supersedes is not None


def test_a_newer_credential_takes_the_place_of_the_older(world: World) -> None:
    first = world.receive()
    second = world.receive(world.token(id="https://audit.example/credentials/8"))

    assert second.verification.supersedes == first.verification
    assert Verification.objects.current().get() == second.verification


def test_a_corrected_figure_is_not_verified_any_more(world: World) -> None:
    world.receive()

    state_fact(
        company=world.company,
        fact="employees",
        value="48",
        unit="headcount",
        year=2025,
        corrects=world.statement,
    )

    assert world.level() == "declared"


def test_what_is_no_token_is_refused_with_a_sentence(world: World) -> None:
    assert reason(world, "no token") == "credential_malformed"


def test_a_user_without_rights_learns_nothing_of_the_token(world: World) -> None:
    stranger = User.objects.create_user("stranger")

    with pytest.raises(NotAnEditor):
        receive_credential(
            token=world.token(),
            did_document=None,
            status_list="broken",
            statement=world.statement,
            user=stranger,
        )
