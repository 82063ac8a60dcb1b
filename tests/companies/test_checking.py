"""Checking a company: what the rules find is recorded, and nothing twice."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from companies import checking
from companies.levels import SourceKind
from companies.models import (
    CheckResult,
    Company,
    Evidence,
    Outcome,
    RegisterRecord,
)
from companies.services import Source
from tests import make

pytestmark = pytest.mark.django_db

SIREN, OTHER_SIREN = "552008443", "404833048"
LEI, OTHER_LEI = "969500KMUQ2B6CBAF162", "213800KUD8LAJWSQ9D15"
REGISTER = Source(kind=SourceKind.REGISTER, name="SIRENE")


def answer(of: Company, **extract: Any) -> RegisterRecord:
    """Record what the French register answered."""
    record, _ = RegisterRecord.objects.update_or_create(
        company=of,
        register="sirene",
        defaults={
            "key": SIREN,
            "state": RegisterRecord.State.FOUND,
            "fetched_at": timezone.now(),
            "extract": {"siren": SIREN, "legal_name": of.name, **extract},
        },
    )
    Company.objects.filter(pk=of.pk).note_change()
    return record


def current(of: Company, rule: str) -> CheckResult:
    """Return the one current result of a rule about the company's current facts."""
    return CheckResult.objects.current().get(
        company=of, rule=rule, statement__superseded_by=None
    )


def is_due(company: Company) -> bool:
    return Company.objects.due_for_checks().filter(pk=company.pk).exists()


def test_a_check_records_what_the_rules_found() -> None:
    company = make.company()
    stated = make.fact(company, "founded_on", "2008-03-14")
    make.fact(company, "national_id", SIREN)
    answer(company, founded_on="2008-03-14")

    assert checking.check_company(company.pk)

    found = current(company, "founded.sirene")
    assert found.statement == stated
    assert (found.fact, found.version) == ("founded_on", 1)
    assert (found.outcome, found.is_independent) == (Outcome.AGREE, True)
    assert found.inputs == {"stated": "2008-03-14", "register": "2008-03-14"}
    assert found.text("fr") == "SIRENE\u00a0: 2008-03-14, même date."
    assert found.text("en") == "SIRENE: 2008-03-14, same date."
    assert not is_due(company)


def test_a_second_check_writes_nothing_and_makes_nothing_due() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    make.fact(company, "employees", "58", details={"by_contract": {"cdi": "58"}})
    checking.check_company(company.pk)
    company.refresh_from_db()
    before = list(CheckResult.objects.values_list("pk", flat=True))

    assert not checking.check_company(company.pk)

    assert list(CheckResult.objects.values_list("pk", flat=True)) == before
    changes = company.changes
    company.refresh_from_db()
    assert (company.changes, company.checked_changes) == (changes, changes)


def test_new_results_make_stored_civil_statuses_old_and_nothing_due() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    before = Company.objects.get(pk=company.pk).changes

    checking.check_company(company.pk)

    company.refresh_from_db()
    assert company.changes == before + 1
    assert company.checked_changes == company.changes
    assert company.checked_at is not None


def test_another_outcome_supersedes_and_the_first_stays() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    make.fact(company, "founded_on", "2008-03-14")
    answer(company, founded_on="2008-03-14")
    checking.check_company(company.pk)
    first = current(company, "founded.sirene")
    others = CheckResult.objects.count() - 1

    answer(company, founded_on="1987-01-01")
    checking.check_company(company.pk)

    second = current(company, "founded.sirene")
    assert second.supersedes == first
    assert second.outcome == Outcome.DISAGREE
    first.refresh_from_db()
    assert first.outcome == Outcome.AGREE
    assert CheckResult.objects.count() == others + 2


def test_a_new_version_of_a_rule_supersedes(monkeypatch: pytest.MonkeyPatch) -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    checking.check_company(company.pk)
    CheckResult.objects.filter(rule="id.checksum").update(version=0)

    assert checking.check_company(company.pk)

    assert current(company, "id.checksum").version == 1
    assert CheckResult.objects.filter(rule="id.checksum").count() == 2


def test_what_no_rule_finds_any_more_is_withdrawn() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    checking.check_company(company.pk)
    CheckResult.objects.filter(rule="id.checksum").update(rule="id.of_old")

    checking.check_company(company.pk)
    checking.check_company(company.pk)

    assert current(company, "id.of_old").outcome == Outcome.NOT_APPLICABLE
    assert CheckResult.objects.filter(rule="id.of_old").count() == 2
    assert current(company, "id.checksum").outcome == Outcome.AGREE


def test_a_change_in_between_leaves_the_company_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    look = checking.load_dossier

    def look_and_be_late(company_id: uuid.UUID) -> Any:
        seen = look(company_id)
        make.fact(company, "national_id", OTHER_SIREN)
        return seen

    monkeypatch.setattr(checking, "load_dossier", look_and_be_late)
    assert not checking.check_company(company.pk)
    assert not CheckResult.objects.exists()
    assert is_due(company)

    monkeypatch.setattr(checking, "load_dossier", look)
    checking.check_company(company.pk)
    assert current(company, "id.checksum").inputs["number"] == OTHER_SIREN


def test_a_number_that_two_companies_state_is_shown_at_both() -> None:
    honest, other = make.company(), make.company("Autre")
    make.fact(honest, "national_id", SIREN)
    checking.check_company(honest.pk)
    assert current(honest, "id.unique").outcome == Outcome.AGREE

    make.fact(other, "national_id", SIREN)
    checking.work()

    assert current(other, "id.unique").outcome == Outcome.DISAGREE
    assert current(honest, "id.unique").outcome == Outcome.DISAGREE
    assert not Company.objects.due_for_checks().exists()


def test_a_number_that_was_corrected_is_no_longer_shared() -> None:
    company, other = make.company(), make.company("Autre")
    make.fact(company, "national_id", SIREN)
    make.fact(other, "national_id", SIREN)
    make.fact(other, "national_id", OTHER_SIREN)

    checking.work()

    assert current(company, "id.unique").outcome == Outcome.AGREE


def test_parents_that_lead_back_are_found() -> None:
    company, parent = make.company(), make.company("Groupe")
    make.fact(company, "lei", LEI)
    make.fact(company, "ultimate_parent", "Groupe", details={"lei": OTHER_LEI})
    make.fact(parent, "lei", OTHER_LEI)
    checking.work()
    assert current(company, "parent.cycle").outcome == Outcome.AGREE

    make.fact(parent, "ultimate_parent", "Filature", details={"lei": LEI})
    Company.objects.filter(pk=company.pk).note_change()
    checking.work()

    assert current(company, "parent.cycle").outcome == Outcome.DISAGREE
    assert current(parent, "parent.cycle").outcome == Outcome.DISAGREE


def test_a_label_names_the_document_that_is_attached() -> None:
    company = make.company()
    document = Evidence.objects.create(
        company=company, sha256="a" * 64, size=9, media_type="application/pdf", name="x"
    )
    label = {"scheme": "GOTS", "sha256": "a" * 64}
    make.fact(company, "labels", [label], evidence=[document])

    checking.check_company(company.pk)

    assert current(company, "labels.document").outcome == Outcome.AGREE


def test_what_a_register_states_is_not_compared_with_itself() -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    make.fact(company, "legal_name", "LAINE", source=REGISTER)
    answer(company, legal_name="LAINE")

    checking.check_company(company.pk)

    assert current(company, "name.sirene").outcome == Outcome.NOT_APPLICABLE


@pytest.mark.database
def test_a_dossier_costs_as_many_queries_however_much_is_stated() -> None:
    def queries(company: Company) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            checking.load_dossier(company.pk)
        return len(captured)

    small, large = make.company(), make.company("Grande")
    for company in (small, large):
        make.fact(company, "national_id", SIREN)
    for source in (Source(), REGISTER, Source(kind=SourceKind.CERTIFIER)):
        for fact, value in (("turnover", "1"), ("energy", "2"), ("ghg_scope1", "3")):
            make.fact(large, fact, value, source=source)
    answer(large, legal_name="LAINE")

    assert queries(small) == queries(large) <= 8


def test_a_company_is_found_by_its_number_once_it_was_checked(api: APIClient) -> None:
    company = make.company()
    make.fact(company, "national_id", SIREN)
    address = f"/api/v1/companies/{SIREN}"
    assert api.get(address).status_code == 404

    checking.work()

    assert api.get(address).json()["id"] == str(company.pk)
