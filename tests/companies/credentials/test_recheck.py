"""A newer status list: what its issuer revoked is verified no more."""

import pytest
from django.utils import timezone

from companies.errors import CredentialRefused, NotAnEditor
from companies.models import Act, Company, Credential, Verification
from companies.services.crediting import recheck_credential
from tests import make
from tests.companies.credentials.signing import LIST, Issuer
from tests.companies.credentials.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    """Return a company and a verifier who signs."""
    return World()


def test_what_was_revoked_is_withdrawn(world: World) -> None:
    credential = world.receive()
    newer = world.status(94_567)

    count = recheck_credential(
        credential=credential, status_list=newer, user=world.editor
    )

    credential.refresh_from_db()
    withdrawn = Verification.objects.current().get()
    assert count == 1
    assert (withdrawn.result, withdrawn.supersedes) == (
        "withdrawn",
        credential.verification,
    )
    assert credential.revocation == newer
    assert credential.revoked_at is not None
    assert world.level() == "declared"
    assert Act.objects.filter(kind="credential.revoked").count() == 1
    assert Company.objects.get(pk=world.company.pk).changes > 4


def test_again_it_changes_nothing_more(world: World) -> None:
    credential = world.receive()
    newer = world.status(94_567)
    recheck_credential(credential=credential, status_list=newer, user=world.editor)

    assert not recheck_credential(
        credential=credential, status_list=newer, user=world.editor
    )
    assert Verification.objects.count() == 2


def test_what_was_not_revoked_stays(world: World) -> None:
    credential = world.receive()

    assert not recheck_credential(
        credential=credential, status_list=world.status(1), user=world.editor
    )
    assert world.level() == "third_party_verified"


def test_one_list_withdraws_all_that_it_revokes(world: World) -> None:
    first = world.receive()
    entry = world.credential()["credentialStatus"] | {"statusListIndex": "5"}
    second = world.receive(world.token(credentialStatus=entry))

    count = recheck_credential(
        credential=first, status_list=world.status(5, 94_567), user=world.editor
    )

    assert count == 1  # the older of the two was superseded before
    assert not Credential.objects.filter(revoked_at=None).exists()
    assert Verification.objects.current().get().supersedes == second.verification


def test_an_older_list_does_not_bring_it_back(world: World) -> None:
    """Neither the token nor its twin under another signature."""
    older = world.status()
    token = world.token()
    credential = world.receive(token, status_list=older)
    recheck_credential(
        credential=credential, status_list=world.status(94_567), user=world.editor
    )

    assert world.receive(token, status_list=older) == credential
    with pytest.raises(CredentialRefused) as refused:
        world.receive(world.token(), status_list=older)

    assert refused.value.extra["reason"] == "credential_revoked"
    assert world.level() == "declared"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("missing", "status_list_missing"),
        ("other", "status_list_other"),
        ("forged", "credential_signature"),
        ("rubbish", "credential_malformed"),
    ],
)
def test_a_list_that_cannot_be_believed_changes_nothing(
    world: World, case: str, code: str
) -> None:
    credential = world.receive()
    forger = Issuer()
    given = {
        "missing": None,
        "other": world.status(94_567, id=f"{LIST}2"),
        "forged": forger.token(forger.status_list(94_567, at=timezone.now())),
        "rubbish": "rubbish",
    }[case]

    with pytest.raises(CredentialRefused) as refused:
        recheck_credential(credential=credential, status_list=given, user=world.editor)

    assert refused.value.extra["reason"] == code
    assert world.level() == "third_party_verified"


def test_what_names_no_list_is_withdrawn_by_its_verifier_alone(world: World) -> None:
    content = world.credential()
    del content["credentialStatus"]
    credential = world.receive(world.issuer.token(content), status_list=None)

    with pytest.raises(CredentialRefused) as refused:
        recheck_credential(
            credential=credential, status_list=world.status(), user=world.editor
        )

    assert refused.value.extra["reason"] == "credential_not_revocable"
    assert (credential.status_url, credential.status_list) == ("", "")


def test_a_stranger_may_not_look_it_up(world: World) -> None:
    credential = world.receive()
    stranger = make.member(make.company("Étrangère"))

    with pytest.raises(NotAnEditor):
        recheck_credential(
            credential=credential, status_list=world.status(94_567), user=stranger
        )

    assert world.level() == "third_party_verified"
