"""Whoever a register names as parent is tied here, once, and never in a circle."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from companies import registers
from companies.models import Company, Statement
from companies.registers.gleif import GLEIF
from tests import make
from tests.companies.registers.answers import LEI, PARENT_LEI, Replies, recorded

pytestmark = pytest.mark.django_db
Later = Callable[..., None]


@pytest.fixture
def gleif(replies: Replies) -> Replies:
    """Let GLEIF know a company and its ultimate parent."""
    path = "/api/v1/lei-records"
    replies.say(f"{path}/{LEI}", 200, recorded("gleif_record"))
    replies.say(f"{path}/{LEI}/ultimate-parent", 200, recorded("gleif_parent"))
    replies.say(f"{path}/{PARENT_LEI}", 200, recorded("gleif_parent"))
    replies.say(f"{path}/{PARENT_LEI}/ultimate-parent-reporting-exception", 404)
    return replies


def holder(lei: str, name: str) -> Company:
    company = make.company(name)
    make.fact(company, "lei", lei)
    registers.look()
    return company


def ask(later: Later) -> None:
    later()
    while registers.ask_next(GLEIF):
        # It is our turn again; an answered record rests all the same.
        cache.clear()


@pytest.mark.parametrize("first", ["parent", "subsidiary"])
@pytest.mark.database
def test_a_parent_that_is_here_is_tied_whoever_came_first(
    gleif: Replies, later: Later, first: str
) -> None:
    order = [(PARENT_LEI, "Prüfwerk"), (LEI, "Ateliers du Test")]
    made = {}
    for lei, name in order if first == "parent" else reversed(order):
        made[lei] = holder(lei, name)
        ask(later)

    made[LEI].refresh_from_db()
    assert made[LEI].parent == made[PARENT_LEI]
    assert Company.objects.get(pk=made[PARENT_LEI].pk).parent is None


def test_a_parent_that_is_not_here_ties_nobody(gleif: Replies, later: Later) -> None:
    company = holder(LEI, "Ateliers du Test")

    ask(later)

    company.refresh_from_db()
    assert company.parent is None
    said = Statement.objects.current().get(fact="ultimate_parent")
    assert said.value == "Prüfwerk Beteiligungen GmbH"


def test_a_tie_never_makes_a_circle(gleif: Replies, later: Later) -> None:
    parent, between = make.company("Prüfwerk"), make.company("Zwischen")
    make.fact(parent, "lei", PARENT_LEI)
    company = holder(LEI, "Ateliers du Test")
    Company.objects.filter(pk=between.pk).update(parent=company)
    Company.objects.filter(pk=parent.pk).update(parent=between)

    ask(later)

    company.refresh_from_db()
    assert company.parent is None


def test_what_an_operator_entered_is_not_replaced(gleif: Replies, later: Later) -> None:
    holder(PARENT_LEI, "Prüfwerk")
    company, other = holder(LEI, "Ateliers du Test"), make.company("Autre")
    Company.objects.filter(pk=company.pk).update(parent=other)

    ask(later)

    company.refresh_from_db()
    assert company.parent == other


def test_an_lei_that_two_companies_state_ties_nobody(
    gleif: Replies, later: Later
) -> None:
    for name in ("Prüfwerk", "Faux Prüfwerk"):
        make.fact(make.company(name), "lei", PARENT_LEI)
    company = holder(LEI, "Ateliers du Test")

    ask(later)

    company.refresh_from_db()
    assert company.parent is None


def test_a_parent_that_the_register_names_no_more_is_untied(
    gleif: Replies, later: Later
) -> None:
    holder(PARENT_LEI, "Prüfwerk")
    company = holder(LEI, "Ateliers du Test")
    ask(later)
    gleif.say(f"/api/v1/lei-records/{LEI}", 200, recorded("gleif_record_alone"))
    gleif.say(
        f"/api/v1/lei-records/{LEI}/ultimate-parent-reporting-exception",
        200,
        recorded("gleif_exception"),
    )

    ask(later)

    company.refresh_from_db()
    assert company.parent is None
    said = Statement.objects.current().get(fact="ultimate_parent", company=company)
    assert (said.status, said.note) == ("none", "GLEIF: NATURAL_PERSONS")
