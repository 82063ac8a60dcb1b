"""A register over a real connection: slow, huge, broken, redirecting, too busy."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from common import outgoing
from companies import registers
from companies.models import RegisterRecord
from companies.registers import asking
from companies.registers.gleif import GLEIF
from companies.registers.sirene import SIRENE
from tests import make
from tests.common.https_server import Answering, serving
from tests.companies.registers.answers import LEI, SIREN, recorded

pytestmark = pytest.mark.django_db
Server = type[Answering]


@pytest.fixture
def server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> Iterator[Server]:
    """Lend a server in the place of both registers."""
    with serving(tmp_path) as (address, certificate, handler):
        context = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(outgoing, "trusted", lambda: context)
        monkeypatch.setattr(
            outgoing, "allowed_private", frozenset([address.removeprefix("https://")])
        )
        settings.REGISTER_URLS = {"sirene": address, "gleif": address}
        settings.REGISTERS_CONTACT = "https://flashsesame.example"
        yield handler


def asked() -> RegisterRecord:
    """Let a company state its SIREN, ask SIRENE once, and return the record."""
    make.fact(make.company("Ateliers du Test"), "national_id", SIREN)
    registers.look()
    assert registers.ask_next(SIRENE) is not None
    return RegisterRecord.objects.get()


def test_a_company_is_asked_about_by_name_and_contact(server: Server) -> None:
    server.body = recorded("sirene_found")

    assert asked().extract["legal_name"] == "ATELIERS DU TEST"

    path, headers = server.asked[0]
    assert path.startswith(f"/search?q={SIREN}&minimal=true&include=")
    assert headers["User-Agent"].endswith("(https://flashsesame.example)")
    assert "Cookie" not in headers


def test_the_parent_is_a_second_question(server: Server) -> None:
    server.by_path |= {
        f"/api/v1/lei-records/{LEI}/ultimate-parent": (200, recorded("gleif_parent")),
        f"/api/v1/lei-records/{LEI}": (200, recorded("gleif_record")),
    }
    make.fact(make.company("Ateliers du Test"), "lei", LEI)
    registers.look()

    registers.ask_next(GLEIF)

    assert len(server.asked) == 2
    assert server.asked[0][1]["Accept"] == "application/vnd.api+json"
    assert RegisterRecord.objects.get().extract["ultimate_parent"]["country"] == "DE"
    # The two questions cost two turns.
    assert registers.ask_next(GLEIF) is None


def test_a_byte_now_and_then_holds_no_worker(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BUDGET_SECONDS", 0.4)
    server.body, server.drip = recorded("sirene_found"), 0.02

    record = asked()

    assert (record.state, record.reason) == ("waiting", "timeout")


def test_a_huge_answer_is_left_alone(server: Server) -> None:
    server.body = b"x" * (outgoing.MAX_BYTES + 1)

    record = asked()

    assert (record.state, record.reason) == ("failed", "too_large")


def test_an_answer_that_breaks_off_is_worth_another_try(server: Server) -> None:
    server.body, server.claims_length = recorded("sirene_found")[:100], 5_000

    record = asked()

    assert (record.state, record.reason) == ("waiting", "network")


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.status, server.headers_sent = 302, {"Location": "https://evil.example/"}

    record = asked()

    assert (record.state, record.reason) == ("failed", "status_302")
    assert len(server.asked) == 1


def test_too_many_questions_make_everybody_wait_as_long_as_asked(
    server: Server, settings: LazySettings
) -> None:
    # Our own pace would allow the next one at once.
    settings.REGISTERS_PER_MINUTE = {"sirene": 60_000, "gleif": 60_000}
    server.status, server.headers_sent = 429, {"Retry-After": "120"}

    record = asked()
    make.fact(make.company("Autre"), "national_id", "999900012")
    registers.look()

    assert record.next_try_at > timezone.now() + timedelta(seconds=110)
    assert registers.ask_next(SIRENE) is None
    assert len(server.asked) == 1


def test_a_register_whose_name_leads_inside_is_not_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "allowed_private", frozenset())
    cache.clear()

    record = asked()

    assert (record.state, record.reason) == ("waiting", "private_address")
    assert server.asked == []
