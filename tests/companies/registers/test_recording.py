"""An answer becomes statements: once, beside what others say, and taken back."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from companies import registers
from companies.models import Company, RegisterRecord, Statement
from companies.registers.gleif import GLEIF
from companies.registers.sirene import SIRENE
from companies.services import Source
from tests import make
from tests.companies.registers.answers import (
    LEI,
    SIREN,
    Replies,
    changed,
    recorded,
)

pytestmark = pytest.mark.django_db
Later = Callable[..., None]
STATED = {
    "legal_name",
    "legal_form",
    "national_id",
    "founded_on",
    "registered_address",
    "mission_status",
}


@pytest.fixture
def company(replies: Replies) -> Company:
    """Return a company about which SIRENE has answered."""
    company = make.company("Ateliers du Test")
    make.fact(company, "national_id", SIREN)
    registers.look()
    registers.ask_next(SIRENE)
    cache.clear()
    return company


def stated(company: Company, name: str = SIRENE.name) -> dict[str, Statement]:
    current = Statement.objects.current().filter(company=company, source_name=name)
    return {one.fact: one for one in current}


def changes(company: Company) -> int:
    company.refresh_from_db()
    return company.changes


@pytest.mark.database
def test_what_the_register_states_is_recorded_with_its_source(
    company: Company,
) -> None:
    said = stated(company)

    assert set(said) == STATED
    name = said["legal_name"]
    assert (name.value, name.level) == ("ATELIERS DU TEST", "cross_checked")
    assert (name.source_kind, name.author) == ("register", None)
    assert (
        name.source_url
        == f"https://annuaire-entreprises.data.gouv.fr/entreprise/{SIREN}"
    )
    assert name.observed_at == RegisterRecord.objects.get().fetched_at
    assert said["legal_form"].details == {"insee_code": "5710"}
    assert said["registered_address"].details["postcode"] == "00150"
    # The company's own word stays beside it.
    assert stated(company, company.name)["national_id"].value == SIREN


def test_the_same_answer_once_more_writes_nothing(
    company: Company, later: Later
) -> None:
    before, count = changes(company), Statement.objects.count()
    later()

    assert registers.ask_next(SIRENE) == (company.pk, False)

    assert Statement.objects.count() == count
    assert changes(company) == before


def test_what_changed_supersedes_what_the_register_said_before(
    company: Company, replies: Replies, later: Later
) -> None:
    before, first = changes(company), stated(company)["legal_name"]
    later()
    replies.say(
        f"/search?q={SIREN}",
        200,
        changed("sirene_found", nom_raison_sociale="NOUVEAUX ATELIERS"),
    )

    assert registers.ask_next(SIRENE) == (company.pk, True)

    now = stated(company)
    assert (now["legal_name"].value, now["legal_name"].supersedes) == (
        "NOUVEAUX ATELIERS",
        first,
    )
    assert now["founded_on"].supersedes is None
    assert changes(company) == before + 1


def test_only_the_extract_that_changed_makes_the_checks_due(
    company: Company, replies: Replies, later: Later
) -> None:
    before, count = changes(company), Statement.objects.count()
    later()
    replies.say(
        f"/search?q={SIREN}",
        200,
        changed("sirene_found", tranche_effectif_salarie="22"),
    )

    registers.ask_next(SIRENE)

    assert Statement.objects.count() == count
    assert changes(company) == before + 1


def test_registers_supersede_themselves_and_not_one_another(
    company: Company, replies: Replies
) -> None:
    first = stated(company)["legal_name"]
    replies.say("/api/v1/lei-records", 200, recorded("gleif_record"))
    replies.say(
        f"/api/v1/lei-records/{LEI}/ultimate-parent", 200, recorded("gleif_parent")
    )
    make.fact(company, "lei", LEI)
    registers.look()

    registers.ask_next(GLEIF)

    assert stated(company)["legal_name"] == first
    said = stated(company, "GLEIF")
    assert set(said) == {"legal_name", "lei", "ultimate_parent"}
    assert said["legal_name"].supersedes is None
    assert said["ultimate_parent"].details["country"] == "DE"
    assert said["lei"].source_url == f"https://search.gleif.org/#/record/{LEI}"


def test_what_the_register_states_no_more_becomes_unknown_and_hides_nobody(
    company: Company, replies: Replies, later: Later
) -> None:
    later()
    replies.say(f"/search?q={SIREN}", 200, recorded("sirene_absent"))

    assert registers.ask_next(SIRENE) == (company.pk, True)

    said = stated(company)
    assert {(one.status, one.value, one.level) for one in said.values()} == {
        ("unknown", None, "declared")
    }
    assert set(said) == STATED


def test_what_was_said_of_another_number_is_taken_back_at_once(
    company: Company,
) -> None:
    before = changes(company)
    make.fact(company, "national_id", "999900012")

    registers.look()

    assert {one.status for one in stated(company).values()} == {"unknown"}
    assert changes(company) > before
    # Nothing is left to look at.
    registers.look()
    settled = changes(company)
    registers.look()
    assert changes(company) == settled


def test_what_a_person_typed_under_the_register_s_name_is_left_alone(
    company: Company, replies: Replies, later: Later
) -> None:
    typed = make.fact(
        company,
        "founded_on",
        "2001-01-01",
        source=Source(kind="register", name=SIRENE.name),
        author=make.member(company),
    )
    later()
    replies.say(f"/search?q={SIREN}", 200, recorded("sirene_absent"))

    registers.ask_next(SIRENE)

    assert stated(company)["founded_on"] == typed


def test_an_answer_that_comes_after_the_number_changed_is_dropped(
    company: Company, replies: Replies, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    get = replies.get

    def meanwhile(*args: object, **kwargs: object) -> object:
        make.fact(company, "national_id", "999900012")
        registers.look()
        return get(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("common.outgoing.get", meanwhile)

    assert registers.ask_next(SIRENE) == (company.pk, False)

    row = RegisterRecord.objects.get()
    assert (row.key, row.state, row.extract) == ("999900012", "waiting", {})
    assert {one.status for one in stated(company).values()} == {"unknown"}


@pytest.mark.database
def test_somebody_else_s_number_brings_nobody_s_facts(replies: Replies) -> None:
    impostor = make.company("Imitation SARL")
    make.fact(impostor, "national_id", SIREN)
    make.fact(impostor, "founded_on", "2008-03-14")
    registers.look()
    registers.ask_next(SIRENE)

    assert stated(impostor) == {}
    extracts = registers.extracts([impostor.pk])[impostor.pk]
    assert extracts == {"sirene": {"legal_name": "ATELIERS DU TEST"}}

    # Whoever takes the name of the number gets what the register says of it.
    make.fact(impostor, "legal_name", "Ateliers du Test SAS")
    registers.look()

    assert set(stated(impostor)) == STATED
