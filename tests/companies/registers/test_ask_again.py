"""Asking registers anew: who may, how often, and what the refusals say."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from common.errors import DomainError
from companies import registers, services
from companies.errors import (
    NoRegisterToAsk,
    NotAnEditor,
    RegistersAskedRecently,
)
from companies.models import Act, Company, RegisterRecord
from companies.registers.sirene import SIRENE
from tests import make
from tests.companies.registers.answers import SIREN, Replies

pytestmark = pytest.mark.django_db
Later = Callable[..., None]


@pytest.fixture
def company(replies: Replies) -> Company:
    """Return a company about which SIRENE has just answered."""
    company = make.company("Ateliers du Test")
    make.fact(company, "national_id", SIREN)
    registers.look()
    registers.ask_next(SIRENE)
    return company


def answered(days_ago: int) -> None:
    RegisterRecord.objects.update(
        fetched_at=timezone.now() - timedelta(days=days_ago, minutes=1)
    )


def test_a_day_later_an_editor_may_have_it_asked_again(
    company: Company, replies: Replies, django_capture_on_commit_callbacks: object
) -> None:
    answered(days_ago=1)
    editor = make.member(company, role="editor")

    assert services.ask_registers(company=company, author=editor) == 1

    assert RegisterRecord.objects.get().next_try_at <= timezone.now()
    act = Act.objects.get(kind="register.asked")
    assert (act.company, act.actor, act.subject) == (company, editor, SIRENE.name)


def test_on_the_same_day_nobody_is_asked_again(company: Company) -> None:
    owner = make.member(company)

    with pytest.raises(RegistersAskedRecently) as refused:
        services.ask_registers(company=company, author=owner)

    assert refused.value.code == "registers_asked_recently"
    assert RegisterRecord.objects.get().next_try_at > timezone.now()
    assert not Act.objects.filter(kind="register.asked").exists()


def test_a_company_that_states_a_number_just_now_need_not_wait_for_the_sweep(
    replies: Replies,
) -> None:
    company = make.company("Ateliers du Test")
    make.fact(company, "national_id", SIREN)

    asked = services.ask_registers(company=company, author=make.member(company))

    assert asked == 1
    assert RegisterRecord.objects.get().key == SIREN


@pytest.mark.parametrize("has_number", [True, False], ids=["switched off", "no number"])
def test_where_nothing_can_be_asked_that_is_said(
    settings: LazySettings, has_number: bool
) -> None:
    company = make.company("Ateliers du Test")
    if has_number:
        settings.REGISTERS = ()
        make.fact(company, "national_id", SIREN)

    with pytest.raises(NoRegisterToAsk) as refused:
        services.ask_registers(company=company, author=make.member(company))

    assert isinstance(refused.value, DomainError)
    assert refused.value.code == "no_register_to_ask"


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_only_an_editor_may_ask(company: Company, who: str) -> None:
    answered(days_ago=2)
    person = (
        make.member(company, role="viewer")
        if who == "viewer"
        else make.member(make.company("Étrangère"))
    )

    with pytest.raises(NotAnEditor):
        services.ask_registers(company=company, author=person)

    assert RegisterRecord.objects.get().next_try_at > timezone.now()
