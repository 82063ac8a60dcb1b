"""A file becomes statements: tried first, recorded once confirmed, never twice."""

import hashlib
from datetime import date

import pytest
from django.utils import timezone

from companies.errors import ImportNotToConfirm, NotAnEditor
from companies.levels import Level, SourceKind, Status
from companies.models import Act, Company, Evidence, ImportRun, Statement
from companies.services import Source
from companies.services.importing import cancel_import, confirm_import
from tests import make
from tests.companies.imports.runs import (
    checked,
    csv_file,
    reasons,
    recorded,
    uploaded,
    worked,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TWO = [
    ("employees", "", "47", "", "2025", "", ""),
    ("Chiffre d'affaires", "", "1 234,50", "", "2025", "", ""),
]


def current(company: Company) -> dict[str, Statement]:
    """Return what the company states at present, by fact."""
    return {
        one.fact: one for one in Statement.objects.current().filter(company=company)
    }


def test_a_file_is_tried_and_nothing_is_recorded() -> None:
    company = make.company()

    run = checked(csv_file(TWO), company)

    assert run.state == ImportRun.State.CHECKED
    assert (run.total, run.done, run.added, run.failed) == (2, 2, 2, 0)
    assert not Statement.objects.exists()


def test_what_is_confirmed_is_recorded_in_the_name_of_the_company() -> None:
    company = make.company()
    editor = make.member(company, "editor")

    run = recorded(csv_file(TWO), company, editor)

    assert (run.state, run.added, run.corrected) == (ImportRun.State.DONE, 2, 0)
    turnover = current(company)["turnover"]
    assert (turnover.value, turnover.unit, turnover.year) == ("1234.50", "EUR", 2025)
    assert turnover.source_kind == SourceKind.PRODUCER
    assert turnover.source_name == company.name
    assert turnover.level == Level.DECLARED
    assert turnover.author == editor


def test_a_correction_supersedes_what_the_company_stated() -> None:
    company = make.company()
    before = make.fact(company, "employees", "40")
    register = make.fact(
        company, "employees", "39", source=Source(kind=SourceKind.REGISTER)
    )

    run = recorded(csv_file(TWO), company)

    assert (run.added, run.corrected) == (1, 1)
    assert current(company).keys() == {"employees", "turnover"}
    assert Statement.objects.get(supersedes=before).value == "47"
    assert register in Statement.objects.current()


def test_the_same_file_again_has_no_news() -> None:
    company = make.company()
    recorded(csv_file(TWO), company)

    again = checked(csv_file(TWO), company)

    assert (again.unchanged, again.news) == (2, 0)
    with pytest.raises(ImportNotToConfirm):
        confirm_import(run=again, author=make.member(company))
    assert Statement.objects.count() == 2


def test_lines_of_one_fact_supersede_one_another_in_their_order() -> None:
    company = make.company()
    rows = [("employees", "", str(n), "", str(2020 + n), "", "") for n in range(1, 5)]

    run = recorded(csv_file(rows), company)

    assert (run.added, run.corrected) == (1, 3)
    assert current(company)["employees"].value == "4"
    chain = list(Statement.objects.order_by("pk"))
    assert [one.value for one in chain] == ["1", "2", "3", "4"]
    assert [one.supersedes for one in chain] == [None, *chain[:-1]]


def test_refused_lines_are_left_out_and_the_others_recorded() -> None:
    company = make.company()
    rows = [
        *TWO,
        ("enps", "", "1.5", "", "", "", ""),
        ("shoe", "", "1", "", "", "", ""),
    ]

    run = recorded(csv_file(rows), company)

    assert reasons(run) == [(4, "value", "not_whole"), (5, "fact", "unknown_fact")]
    assert (run.state, run.failed, run.added) == (ImportRun.State.DONE, 2, 2)
    assert len(current(company)) == 2


def test_what_is_withheld_is_recorded_with_its_reason() -> None:
    company = make.company()
    rows = [("turnover", "Withheld", "", "", "", "Secret", "")]

    recorded(csv_file(rows), company)

    stated = current(company)["turnover"]
    assert (stated.status, stated.value, stated.note) == (
        Status.WITHHELD,
        None,
        "Secret",
    )


def test_what_is_disputed_stays_disputed() -> None:
    company = make.company()
    make.fact(company, "employees", "40", source=Source(is_disputed=True))

    recorded(csv_file(TWO), company)

    assert current(company)["employees"].is_disputed


def test_a_document_of_the_company_makes_it_evidenced() -> None:
    company = make.company()
    digest = hashlib.sha256(b"bilan").hexdigest()
    document = Evidence.objects.create(
        company=company, sha256=digest, size=5, media_type="text/plain", name="b.txt"
    )
    header = ("fact", "value", "level", "evidence")
    rows = [("turnover", "12", "Evidenced", digest.upper())]

    recorded(csv_file(rows, header), company)
    again = checked(csv_file(rows, header), company)

    stated = current(company)["turnover"]
    assert stated.level == Level.EVIDENCED
    assert list(stated.evidence.all()) == [document]
    assert again.unchanged == 1


def test_a_document_of_another_company_proves_nothing() -> None:
    company, other = make.company(), make.company("Autre")
    digest = hashlib.sha256(b"bilan").hexdigest()
    Evidence.objects.create(
        company=other, sha256=digest, size=5, media_type="text/plain", name="b.txt"
    )
    header = ("fact", "value", "level", "evidence")
    rows = [
        ("turnover", "12", "evidenced", digest),
        ("enps", "12", "evidenced", ""),
        ("energy", "12", "third_party_verified", ""),
    ]

    run = checked(csv_file(rows, header), company)

    assert reasons(run) == [
        (2, "evidence", "unknown_evidence"),
        (3, "evidence", "evidence_missing"),
        (4, "level", "level_not_own"),
    ]


def test_dates_and_parts_are_recorded() -> None:
    company = make.company()
    header = (
        *("fact", "value", "Observé le", "valide du", "Valide jusqu’au"),
        *("details.by_gender", "details"),
    )
    rows = [
        (
            *("employees", "47", "2026-03-14", "2026-01-01", "2030-12-31"),
            *('{"f": "20", "m": 27}', '{"by_country": {"FR": 47}}'),
        )
    ]

    recorded(csv_file(rows, header), company)

    stated = current(company)["employees"]
    assert timezone.localtime(stated.observed_at).date() == date(2026, 3, 14)
    assert (stated.valid_from, stated.valid_until) == (
        date(2026, 1, 1),
        date(2030, 12, 31),
    )
    assert stated.details == {
        "by_gender": {"f": "20", "m": "27"},
        "by_country": {"FR": "47"},
    }


def test_a_line_of_the_template_that_was_left_as_it_was_states_nothing() -> None:
    company = make.company()
    header = ("fact", "label", "unit", "value")
    rows = [
        ("# Example", "", "", "47"),
        ("employees", "Staff", "headcount", ""),
        ("turnover", "Turnover", "EUR", "12"),
    ]

    run = recorded(csv_file(rows, header), company)

    assert (run.total, run.unchanged, run.added, run.failed) == (2, 1, 1, 0)


def test_the_company_changes_once_a_batch_and_who_did_what_is_noted() -> None:
    company = make.company()
    before = company.changes

    recorded(csv_file(TWO), company)

    company.refresh_from_db()
    assert company.changes == before + 1
    kinds = Act.objects.filter(company=company).order_by("pk").values_list("kind")
    assert [kind for (kind,) in kinds] == [
        "import.uploaded",
        "import.confirmed",
        "import.done",
    ]


def test_a_viewer_and_a_stranger_are_turned_away() -> None:
    company = make.company()
    viewer, stranger = make.member(company, "viewer"), make.member(make.company("B"))
    run = checked(csv_file(TWO), company)

    for person in (viewer, stranger):
        with pytest.raises(NotAnEditor):
            uploaded(csv_file(TWO), company, person)
        with pytest.raises(NotAnEditor):
            uploaded(csv_file(TWO), None, person)
        with pytest.raises(NotAnEditor):
            confirm_import(run=run, author=person)
        with pytest.raises(NotAnEditor):
            cancel_import(run=run, author=person)
    assert ImportRun.objects.count() == 1


def test_an_operator_s_file_names_its_companies(admin_user: object) -> None:
    first, second = make.company("Filature"), make.company("Tissage")
    make.fact(second, "national_id", "552008443")
    twins = [make.company("Jumelle") for _count in range(2)]
    header = ("entreprise", "fait", "valeur")
    rows = [
        (str(first.pk), "employees", "1"),
        ("Filature", "enps", "2"),
        ("552 008 443", "employees", "3"),
        ("Jumelle", "employees", "4"),
        ("Personne", "employees", "5"),
        ("", "employees", "6"),
    ]
    run = worked(uploaded(csv_file(rows, header), None, admin_user))  # type: ignore[arg-type]

    confirm_import(run=run, author=admin_user)  # type: ignore[arg-type]
    worked(run)

    assert {key: one.value for key, one in current(first).items()} == {
        "employees": "1",
        "enps": 2,
    }
    assert current(second)["employees"].value == "3"
    assert not any(current(twin) for twin in twins)
    assert [code for _line, _column, code in reasons(run)] == [
        "several_companies",
        "unknown_company",
        "company_missing",
    ]
    assert Act.objects.filter(company=second, kind="import.recorded").exists()


def test_a_member_s_file_is_for_its_own_company_alone() -> None:
    company, other = make.company("Filature"), make.company("Tissage")
    header = ("company", "fact", "value")
    rows = [
        ("Filature", "employees", "1"),
        (str(other.pk), "employees", "2"),
        ("Tissage", "employees", "3"),
    ]

    run = recorded(csv_file(rows, header), company)

    assert current(company)["employees"].value == "1"
    assert not current(other)
    assert [code for _line, _column, code in reasons(run)] == ["other_company"] * 2
