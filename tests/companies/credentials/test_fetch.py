"""Asking an issuer's own domain, when the operator has switched it on."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from common import outgoing
from common.outgoing import Answer, NoAnswer, TooLarge
from companies.errors import CredentialRefused
from companies.models import DidDocument
from tests.companies.credentials.signing import Issuer
from tests.companies.credentials.world import World

pytestmark = pytest.mark.django_db

DOCUMENT = ("https://audit.example", "/.well-known/did.json")
LIST = ("https://audit.example", "/status/1")


class Web:
    """What other domains serve; `asked` is what they were asked for."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], Answer | Exception] = {}
        self.asked: list[tuple[str, str]] = []

    def get(self, base_url: str, path: str, **limits: Any) -> Answer:
        """Answer like `outgoing.get`."""
        assert limits["seconds"] == 5
        self.asked.append((base_url, path))
        answer = self.pages.get((base_url, path), Answer(404, b"", None))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def serve(self, place: tuple[str, str], body: bytes, status: int = 200) -> None:
        """Serve bytes at a place."""
        self.pages[place] = Answer(status, body, None)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Web:
    """Switch it on, with a web of our own."""
    settings.DID_WEB = True
    made = Web()
    monkeypatch.setattr(outgoing, "get", made.get)
    return made


def test_nothing_is_asked_unless_it_is_switched_on(
    web: Web, settings: LazySettings
) -> None:
    settings.DID_WEB = False
    World().receive()

    assert web.asked == []


def test_keys_and_list_are_fetched_from_the_issuer_s_domain(web: Web) -> None:
    world = World()
    DidDocument.objects.all().delete()
    web.serve(DOCUMENT, world.issuer.document())
    web.serve(LIST, world.status().encode() + b"\n")

    credential = world.receive(status_list=None)

    kept = DidDocument.objects.get()
    assert (kept.source, bytes(kept.document)) == ("fetched", world.issuer.document())
    assert credential.status_list
    assert web.asked == [DOCUMENT, LIST]


def test_a_domain_that_changed_its_keys_is_believed(web: Web) -> None:
    world = World()
    old, world.issuer = world.issuer, Issuer()
    web.serve(DOCUMENT, world.issuer.document())

    world.receive()
    with pytest.raises(CredentialRefused) as refused:
        world.receive(old.token(world.credential()))

    assert refused.value.extra["reason"] == "credential_signature"
    assert DidDocument.objects.count() == 2


@pytest.mark.parametrize(
    "answer",
    [
        NoAnswer("timeout"),
        NoAnswer("private_address"),
        TooLarge(),
        Answer(302, b"", None),
        Answer(500, b"", None),
        Answer(200, b"<html>", None),
        Answer(200, b'{"id": "did:web:other.example"}', None),
    ],
    ids=["late", "private", "large", "redirect", "broken", "html", "of-another"],
)
def test_a_domain_that_does_not_answer_leaves_the_registered_keys(
    web: Web, answer: Answer | Exception
) -> None:
    world = World()
    web.pages[DOCUMENT] = answer

    assert world.receive().did_document == world.issuer.document()
    DidDocument.objects.all().delete()
    with pytest.raises(CredentialRefused):
        world.receive(world.token(id="https://audit.example/credentials/8"))


def test_a_list_that_cannot_be_fetched_is_asked_for_again(web: Web) -> None:
    world = World()
    web.serve(LIST, b"", status=503)

    with pytest.raises(CredentialRefused) as refused:
        world.receive(status_list=None)

    assert refused.value.extra["reason"] == "status_list_unreachable"


def test_what_cannot_be_revoked_asks_for_no_list(web: Web) -> None:
    world = World()
    content = world.credential()
    del content["credentialStatus"]

    world.receive(world.issuer.token(content), status_list=None)

    assert web.asked == [DOCUMENT]


def test_an_address_that_is_none_is_not_asked(web: Web) -> None:
    world = World()
    entry = world.credential()["credentialStatus"]
    token = world.token(
        credentialStatus=entry | {"statusListCredential": "https://[audit/status/1"}
    )

    with pytest.raises(CredentialRefused) as refused:
        world.receive(token, status_list=None)

    assert refused.value.extra["reason"] == "status_list_unreachable"
    assert web.asked == [DOCUMENT]


def test_nobody_is_asked_for_the_list_of_a_forged_credential(web: Web) -> None:
    world = World()

    with pytest.raises(CredentialRefused):
        world.receive(Issuer().token(world.credential()), status_list=None)

    assert web.asked == [DOCUMENT]


def test_a_fetched_list_shows_a_revocation(web: Web) -> None:
    from companies.services.crediting import recheck_credential

    world = World()
    credential = world.receive()
    web.serve(LIST, world.status(94_567).encode())

    count = recheck_credential(
        credential=credential, status_list=None, user=world.editor
    )

    assert count == 1
    credential.refresh_from_db()
    assert credential.revoked_at is not None
    assert credential.revoked_at <= timezone.now()
