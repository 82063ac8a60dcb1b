"""Stating a fact: a correction supersedes, and two people cannot correct at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from companies.errors import (
    AlreadyCorrected,
    FactValueRefused,
    NotAnEditor,
    ReasonMissing,
    UnknownFact,
)
from companies.levels import Level, SourceKind, Status
from companies.models import Company, Membership, Statement
from companies.services import Source, require_editor, state_fact
from tests import make

pytestmark = pytest.mark.django_db


def test_a_fact_is_recorded_with_the_company_as_its_source() -> None:
    company = make.company()
    before = timezone.now()

    statement = state_fact(company=company, fact="turnover", value="1 000,50")

    assert statement.value == "1000.50"
    assert statement.unit == "EUR"
    assert statement.status == Status.KNOWN
    assert statement.source_kind == SourceKind.PRODUCER
    assert statement.source_name == "Filature du Test"
    assert statement.level == Level.DECLARED
    assert statement.observed_at >= before
    assert statement.supersedes is None


def test_everything_that_the_source_says_is_recorded() -> None:
    company, author = make.company(), None
    source = Source(
        kind=SourceKind.LABORATORY,
        name="Labo",
        url="https://labo.example",
        level=Level.EVIDENCED,
        observed_at=timezone.now(),
        valid_until=date(2030, 1, 1),
        is_disputed=True,
    )

    made = state_fact(
        company=company,
        fact="energy",
        value="3",
        unit="GWh",
        source=source,
        author=author,
    )

    assert (made.source_kind, made.source_name, made.source_url) == source[:3]
    assert (made.level, made.observed_at, made.valid_until) == source[3:6]
    assert made.is_disputed
    # Converted on the way in, to the catalogue’s own unit.
    assert (made.value, made.unit) == ("3000", "MWh")


def test_a_second_statement_supersedes_the_first_of_its_kind() -> None:
    company = make.company()
    first = make.fact(company, "employees", "40")
    register = make.fact(
        company, "employees", "39", source=Source(kind=SourceKind.REGISTER)
    )
    second = make.fact(company, "employees", "41")

    assert second.supersedes == first
    assert set(Statement.objects.current()) == {register, second}


def test_other_facts_and_other_companies_are_left_alone() -> None:
    company = make.company()
    make.fact(company, "employees", "40")
    make.fact(make.company("Autre"), "employees", "40")
    make.fact(company, "turnover", "40")

    assert Statement.objects.current().count() == 3


def test_a_value_that_is_not_known_is_not_kept() -> None:
    source = Source(note="A trade secret.")

    statement = make.fact(
        make.company(), "turnover", "12", status=Status.WITHHELD, source=source
    )

    assert statement.value is None
    assert statement.note == "A trade secret."


@pytest.mark.parametrize("note", ["", "  "])
def test_what_is_withheld_needs_a_reason(note: str) -> None:
    source = Source(note=note)

    with pytest.raises(ReasonMissing) as refused:
        make.fact(
            make.company(), "turnover", "12", status=Status.WITHHELD, source=source
        )

    assert (refused.value.status, refused.value.code) == (400, "reason_missing")
    assert not Statement.objects.exists()


def test_of_several_units_the_first_is_usual() -> None:
    company = make.company()

    assert make.fact(company, "employees", "41").unit == "headcount"
    assert make.fact(company, "employees", "41", unit="FTE").unit == "FTE"
    assert make.fact(company, "legal_form", "5710").unit == ""


def test_who_corrects_what_was_corrected_is_told() -> None:
    company = make.company()
    seen = make.fact(company, "employees", "40")
    make.fact(company, "employees", "41", corrects=seen)

    with pytest.raises(AlreadyCorrected):
        make.fact(company, "employees", "42", corrects=seen)

    assert Statement.objects.current().get().value == "41"


@pytest.mark.parametrize("foreign", ["of another company", "of another fact"])
def test_a_correction_replaces_only_a_statement_of_the_same_fact(foreign: str) -> None:
    company = make.company()
    other = (
        make.fact(make.company("Autre"), "employees", "7")
        if foreign == "of another company"
        else make.fact(company, "turnover", "7")
    )

    with pytest.raises((ValueError, AlreadyCorrected)):
        make.fact(company, "employees", "41", corrects=other)

    assert Statement.objects.current().get() == other


def test_an_unknown_fact_is_refused() -> None:
    with pytest.raises(UnknownFact, match="shoe_size") as refused:
        make.fact(make.company(), "shoe_size", "42")

    assert (refused.value.status, refused.value.code) == (400, "unknown_fact")


@pytest.mark.parametrize(
    ("fact", "value", "reason"),
    [
        ("national_id", "552008444", "check_digit"),
        ("founded_on", "x", "not_a_date"),
        ("employees", "x", "not_a_number"),
        ("enps", "1.5", "not_whole"),
        ("tax_residence", "x", "not_a_country"),
        ("sites", "x", "not_a_list"),
        ("gender_pay_gap", "101", "out_of_bounds"),
        ("legal_name", "", "not_a_text"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(
    fact: str, value: str, reason: str
) -> None:
    with pytest.raises(FactValueRefused) as refused:
        make.fact(make.company(), fact, value)

    assert refused.value.extra == {"fact": fact, "reason": reason}
    assert len(refused.value.detail) > 10
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "value", [[{"latitude": 50.69}], [{"area": 2**60}], [float("inf")]], ids=repr
)
def test_a_list_that_could_not_be_published_is_refused(value: Any) -> None:
    with pytest.raises(FactValueRefused):
        make.fact(make.company(), "sites", value)


@pytest.mark.parametrize(
    ("role", "is_allowed"), [("viewer", False), ("editor", True), ("owner", True)]
)
def test_only_editors_and_owners_may_change(role: str, is_allowed: bool) -> None:
    company = make.company()
    user = make.member(company, role)
    assert Membership.objects.filter(user=user, role=role).exists()

    if is_allowed:
        require_editor(user, company)
    else:
        with pytest.raises(NotAnEditor):
            require_editor(user, company)


def test_an_editor_of_another_company_is_a_stranger() -> None:
    stranger = make.member(make.company("Autre"), "owner")

    for company in (make.company(), None):
        with pytest.raises(NotAnEditor):
            require_editor(stranger, company)


def test_nobody_and_the_operator(admin_user: Any) -> None:
    company = make.company()

    with pytest.raises(NotAnEditor):
        require_editor(AnonymousUser(), company)
    require_editor(admin_user, company)
    require_editor(admin_user, None)


def test_a_member_sees_its_own_company_and_the_operator_all(admin_user: Any) -> None:
    company, other = make.company(), make.company("Autre")
    member = make.member(company)
    mine, theirs = make.fact(company, "enps", 1), make.fact(other, "enps", 1)

    assert list(Company.objects.visible_to(member)) == [company]
    assert list(Statement.objects.visible_to(member)) == [mine]
    assert set(Statement.objects.visible_to(admin_user)) == {mine, theirs}
    assert not Company.objects.visible_to(AnonymousUser()).exists()


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Do `work` in `count` threads from the same moment on; return what came of it."""
    barrier = threading.Barrier(count)

    def run(number: int) -> object:
        try:
            barrier.wait(timeout=10)
            return work(number)
        except AlreadyCorrected as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_is_refused() -> None:
    company = make.company()
    seen = make.fact(company, "employees", "40")

    results = at_once(
        2, lambda number: make.fact(company, "employees", str(number), corrects=seen)
    )

    refused = [one for one in results if isinstance(one, AlreadyCorrected)]
    assert len(refused) == 1
    assert Statement.objects.current().count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_statements_at_once_make_one_chain() -> None:
    company = make.company()

    results = at_once(6, lambda number: make.fact(company, "enps", number))

    assert all(isinstance(one, Statement) for one in results)
    assert Statement.objects.filter(supersedes=None).count() == 1
    assert Statement.objects.current().count() == 1
