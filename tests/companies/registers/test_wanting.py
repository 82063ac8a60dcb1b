"""Which companies registers are asked about, as they state and restate numbers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies import registers
from companies.models import Company, RegisterRecord, Statement
from companies.registers.sirene import SIRENE
from companies.tasks.checking import check_companies
from companies.tasks.registers import ask_register, look_for_registers
from tests import make
from tests.companies.registers.answers import SIREN, Replies, recorded

pytestmark = pytest.mark.django_db
State = RegisterRecord.State
Later = Callable[..., None]


def known(key: str = SIREN, name: str = "Ateliers du Test") -> Company:
    """Create a company that states its SIREN, and look at it."""
    company = make.company(name)
    make.fact(company, "national_id", key)
    registers.look()
    return company


def record() -> RegisterRecord:
    return RegisterRecord.objects.get(register="sirene")


def wait(until_record: RegisterRecord) -> timedelta:
    return until_record.next_try_at - timezone.now()


def test_a_company_without_the_identifier_is_not_wanted(replies: Replies) -> None:
    make.fact(make.company("Ateliers du Test"), "legal_name", "Ateliers du Test")

    assert registers.look() == 0
    assert not RegisterRecord.objects.exists()


def test_a_number_that_is_none_of_the_register_s_is_looked_at_once(
    replies: Replies,
) -> None:
    company = make.company("Ateliers du Test")
    statement = make.fact(company, "national_id", SIREN)
    # As an import of long ago, or another country's company, would have it.
    Statement.objects.filter(pk=statement.pk).update(value="HRB 000/../x")

    assert registers.look() == 0

    assert (record().key, record().is_wanted) == ("", False)
    assert registers.ask_next(SIRENE) is None
    make.fact(company, "national_id", SIREN)
    assert registers.look() == 1
    assert registers.ask_next(SIRENE) == (company.pk, True)


def test_looking_costs_no_more_when_nothing_changed(
    replies: Replies, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        known(name=f"Ateliers {number}")

    # Of each of the three registers.
    with django_assert_num_queries(3):
        assert registers.look() == 0


def test_a_new_number_is_asked_for_at_once(replies: Replies) -> None:
    company = known()
    registers.ask_next(SIRENE)
    cache.clear()
    replies.say("/search?q=999900012", 200, recorded("sirene_absent"))
    make.fact(company, "national_id", "999900012")

    assert registers.look() == 1
    waiting = record()
    assert (waiting.key, waiting.state) == ("999900012", State.WAITING)
    assert (waiting.extract, waiting.fetched_at) == ({}, None)
    registers.ask_next(SIRENE)
    assert record().state == State.ABSENT
    assert registers.extracts([company.pk]) == {
        company.pk: {"sirene": {"is_absent": True}}
    }
    assert timedelta(days=29) < wait(record()) <= timedelta(days=30)


def test_a_number_that_is_no_longer_stated_is_no_longer_asked_for(
    replies: Replies,
) -> None:
    company = known()
    registers.ask_next(SIRENE)
    cache.clear()
    make.fact(company, "national_id", None, status="unknown")

    # The register's own word for it is no word of the company.
    assert registers.look() == 0

    assert (record().key, record().is_wanted) == ("", False)
    assert registers.ask_next(SIRENE) is None
    make.fact(company, "national_id", SIREN)
    assert registers.look() == 1
    assert registers.ask_next(SIRENE) == (company.pk, True)


def test_a_broker_that_is_down_loses_nothing(
    replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_args: object, **_kwargs: object) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(ask_register, "apply_async", lose)
    monkeypatch.setattr(check_companies, "apply_async", lose)
    make.fact(make.company("Ateliers du Test"), "national_id", SIREN)

    look_for_registers()
    ask_register("sirene")

    assert record().state == State.FOUND


def test_an_answer_that_is_new_makes_the_checks_due(
    replies: Replies, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints: list[str] = []
    monkeypatch.setattr(
        "companies.tasks.registers.hint_checks", lambda: hints.append("checks")
    )
    known()

    ask_register("sirene")
    later()
    ask_register("sirene")

    assert len(replies.asked) == 2
    assert hints == ["checks"]


def test_a_real_company_s_record_rests_once_it_is_called_fictitious(
    replies: Replies,
) -> None:
    company = known()
    Company.objects.filter(pk=company.pk).update(is_fictitious=True)

    assert registers.ask_next(SIRENE) is None
    assert replies.asked == []
