"""The admin of credentials: the editor, the verifier, the operator, the stranger."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from companies.models import Credential, DidDocument
from companies.verifier_access import admit_verifier
from tests import make
from tests.companies.credentials.signing import Issuer
from tests.companies.credentials.world import World

pytestmark = pytest.mark.django_db

LIST = reverse("admin:companies_credential_changelist")
ADD = reverse("admin:companies_credential_add")
KEYS = reverse("admin:companies_diddocument_add")


@pytest.fixture
def world() -> World:
    """Return a company and a verifier who signs."""
    made = World()
    admit_verifier(made.verifier)
    return made


def browser(user: User, *, second_factor: bool = True) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client) if second_factor else client


def file(text: str | bytes) -> SimpleUploadedFile:
    """Return a file to upload."""
    data = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile("file", data)


def brought(world: World, client: Client, **changes: Any) -> Any:
    """Upload a credential and its list; follow to the page that comes."""
    given = {
        "token_file": file(world.token()),
        "status_list_file": file(world.status()),
    }
    return client.post(ADD, given | changes, follow=True)


def test_an_editor_brings_a_credential(world: World) -> None:
    page = brought(world, browser(world.editor)).content.decode()

    assert "1 statement is verified: " in page
    assert Credential.objects.get().statement == world.statement
    assert world.issuer.did in page


def test_a_credential_may_be_pasted(world: World) -> None:
    pasted = {"token_file": "", "token": f"  {world.token()}\n"}

    brought(world, browser(world.editor), **pasted)

    assert Credential.objects.count() == 1


def test_the_verifier_brings_what_it_signed(world: World) -> None:
    client = browser(world.verifier.user)

    brought(world, client)

    assert Credential.objects.count() == 1
    assert world.issuer.did in client.get(LIST).content.decode()


def test_what_is_refused_says_why(world: World) -> None:
    client = browser(world.editor)
    forged = Issuer().token(world.credential())

    pages = [
        brought(world, client, token_file=file(forged)),
        brought(world, client, token_file=file("rubbish")),
        brought(world, client, token_file=""),
        brought(world, client, token_file=file("a" * 300_000)),
        brought(world, client, status_list_file=""),
    ]

    texts = [
        "The signature is wrong.",
        "It cannot be read",
        "Give the credential: a file, or its text.",
        "This file is larger than we take.",
        "give its issuer’s status list as well",
    ]
    for page, text in zip(pages, texts, strict=True):
        assert text in page.content.decode()
    assert not Credential.objects.exists()


def test_without_a_second_factor_nothing_is_brought(world: World) -> None:
    answer = brought(world, browser(world.editor, second_factor=False))

    assert answer.redirect_chain[0][0] == reverse("second_factor")
    assert not Credential.objects.exists()


def test_a_viewer_looks_and_does_not_bring(world: World) -> None:
    world.receive()
    client = browser(make.member(world.company, role="viewer"))

    assert client.get(ADD).status_code == 403
    assert world.issuer.did in client.get(LIST).content.decode()


def test_a_stranger_sees_and_changes_nothing(world: World) -> None:
    credential = world.receive()
    client = browser(make.member(make.company("Étrangère")))
    pages = [
        reverse("admin:companies_credential_change", args=[credential.pk]),
        reverse("admin:companies_credential_token", args=[credential.pk]),
        reverse("admin:companies_credential_history", args=[credential.pk]),
        reverse("admin:companies_credential_delete", args=[credential.pk]),
    ]

    for page in pages:
        assert client.get(page).status_code in {302, 403, 404}
    revoking = {"status_list_file": file(world.status(94_567))}
    assert client.post(pages[0], revoking).status_code == 404
    assert world.issuer.did not in client.get(LIST).content.decode()
    named = brought(world, client).content.decode()
    assert "It names no current statement that is yours" in named
    assert world.level() == "third_party_verified"


def test_another_verifier_sees_nothing_of_it(world: World) -> None:
    world.receive()
    other = world.verifying("other", did="did:web:other.example")
    admit_verifier(other)
    client = browser(other.user)

    assert world.issuer.did not in client.get(LIST).content.decode()
    assert "yours" in brought(world, client).content.decode()


def test_the_token_is_handed_out_as_it_was_received(world: World) -> None:
    credential = world.receive()
    address = reverse("admin:companies_credential_token", args=[credential.pk])

    answer = browser(world.editor).get(address)

    assert answer["Content-Type"] == "application/vc+jwt"
    assert answer.content.decode() == credential.token


def test_a_newer_list_is_looked_up(world: World) -> None:
    credential = world.receive()
    client = browser(world.editor)
    page = reverse("admin:companies_credential_change", args=[credential.pk])

    good = client.post(
        page, {"status_list_file": file(world.status())}, follow=True
    ).content.decode()
    bad = client.post(page, {"status_list_file": file("rubbish")}).content.decode()
    gone = client.post(
        page, {"status_list_file": file(world.status(94_567))}, follow=True
    ).content.decode()

    assert "Its issuer has not revoked it." in good
    assert "Status list: It cannot be read" in bad
    assert "1 verification was revoked" in gone
    assert "Revoked, seen on" in gone
    assert world.level() == "declared"


def test_the_operator_registers_keys(world: World) -> None:
    client = browser(world.operator)
    newer = Issuer().document()

    wrong = client.post(
        KEYS, {"verifier": world.verifier.pk, "file": file(b"{}")}
    ).content.decode()
    client.post(KEYS, {"verifier": world.verifier.pk, "file": file(newer)})

    assert "DID document cannot be used" in wrong
    assert bytes(DidDocument.objects.latest("pk").document) == newer
    assert DidDocument.objects.count() == 2


def test_nobody_else_registers_keys(world: World) -> None:
    for user in (world.editor, world.verifier.user):
        answer = browser(user).post(
            KEYS, {"verifier": world.verifier.pk, "file": file(Issuer().document())}
        )
        assert answer.status_code == 403
    assert DidDocument.objects.count() == 1


def test_several_facts_are_verified_at_once_and_the_rest_is_told(world: World) -> None:
    from django.utils import timezone

    from tests.companies.credentials import signing

    make.fact(world.company, "turnover", "1300000", year=2025)
    day = timezone.localdate().isoformat()
    subject = signing.subject(
        signing.assessment(assessmentDate=day),
        signing.assessment("turnover", 2025, 1_200_000, "EUR", assessmentDate=day),
    )
    token = world.token(credentialSubject=subject)

    page = brought(world, browser(world.editor), token_file=file(token))

    assert Credential.objects.count() == 1
    assert "It confirms another value" in page.content.decode()
