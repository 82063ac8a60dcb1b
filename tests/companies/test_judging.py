"""How checks, verifiers and disputes change how far a statement may be believed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies import civil_status
from companies.assessing import portray, standings
from companies.levels import Level, SourceKind
from companies.models import (
    CheckResult,
    Company,
    Dispute,
    Statement,
    Verification,
    Verifier,
)
from companies.services import Source
from tests import make

pytestmark = pytest.mark.django_db
REGISTER = Source(kind=SourceKind.REGISTER, name="R", level=Level.CROSS_CHECKED)


def check(of: Statement, outcome: str, *, independent: bool = True) -> CheckResult:
    return CheckResult.objects.create(
        company=of.company,
        statement=of,
        fact=of.fact,
        rule="employees.band",
        version=1,
        outcome=outcome,
        is_independent=independent,
        text_fr="Tranche",
        text_en="Band",
    )


def verify(of: Statement, result: str, **columns: Any) -> Verification:
    verifier, _new = Verifier.objects.get_or_create(
        organisation="Cabinet du Test",
        kind="auditor",
        user=User.objects.get_or_create(username="auditor")[0],
    )
    return Verification.objects.create(
        statement=of,
        verifier=verifier,
        result=result,
        reason="Compté",
        assessed_on=timezone.localdate(),
        **columns,
    )


def dispute(
    of: Statement, *, due_on: date | None = None, state: str = "open"
) -> Dispute:
    return Dispute.objects.create(
        company=of.company,
        statement=of,
        fact=of.fact,
        kind="wrong",
        text="Ce chiffre est faux.",
        state=state,
        due_on=due_on or timezone.localdate() + timedelta(days=15),
    )


def shown(company: Company, fact: str = "employees") -> dict[str, Any]:
    found: dict[str, Any] = civil_status.compose(company, language="en")["facts"][fact]
    return found


def test_an_independent_source_that_agrees_raises_the_level() -> None:
    statement = make.fact(make.company(), "employees", "58")
    check(statement, "agree")

    fact = shown(statement.company)

    assert fact["level"] == "cross_checked"
    assert [one["text"] for one in fact["checks"]] == ["Band"]
    assert "states" not in fact


@pytest.mark.parametrize(
    ("outcome", "independent"),
    [("agree", False), ("inconclusive", True), ("not_applicable", True)],
)
def test_nothing_else_raises_it(outcome: str, independent: bool) -> None:
    statement = make.fact(make.company(), "employees", "58")
    check(statement, outcome, independent=independent)

    assert shown(statement.company)["level"] == "declared"


def test_a_rule_that_fails_caps_the_level_and_disputes_the_fact() -> None:
    company = make.company()
    statement = make.fact(
        company, "employees", "58", source=Source(level=Level.EVIDENCED)
    )
    verify(statement, "verified")
    assert shown(company)["level"] == "third_party_verified"

    check(statement, "disagree")

    fact = shown(company)
    assert fact["level"] == "evidenced"
    assert fact["states"] == ["disputed"]


def test_the_fact_is_disputed_when_another_source_than_the_shown_one_is() -> None:
    company = make.company()
    check(make.fact(company, "employees", "90"), "disagree")
    make.fact(company, "employees", "58", source=REGISTER)

    fact = shown(company)

    assert (fact["value"], fact["level"]) == ("58", "cross_checked")
    assert fact["states"] == ["disputed"]
    assert [one["value"] for one in fact["discrepancy"]] == ["90"]


def test_a_verification_that_ended_counts_no_more() -> None:
    statement = make.fact(make.company(), "employees", "58")
    yesterday = timezone.localdate() - timedelta(days=1)
    verify(statement, "verified", valid_until=yesterday)

    fact = shown(statement.company)

    assert fact["level"] == "declared"
    assert fact["verifications"][0]["valid_until"] == yesterday.isoformat()


def test_a_refusal_is_shown_with_its_reason() -> None:
    statement = make.fact(make.company(), "employees", "58")
    verify(statement, "refused")

    fact = shown(statement.company)

    assert fact["states"] == ["disputed"]
    assert fact["verifications"][0]["reason"] == "Compté"


def test_a_withdrawn_verification_is_as_if_it_were_not() -> None:
    statement = make.fact(make.company(), "employees", "58")
    first = verify(statement, "verified")
    verify(statement, "withdrawn", supersedes=first)

    fact = shown(statement.company)

    assert fact["level"] == "declared"
    assert "verifications" not in fact


def test_stating_the_same_again_settles_no_dispute() -> None:
    company = make.company()
    dispute(make.fact(company, "employees", "58"))

    make.fact(company, "employees", "58")

    assert shown(company)["states"] == ["disputed"]


def test_a_settled_dispute_is_gone() -> None:
    statement = make.fact(make.company(), "employees", "58")
    row = dispute(statement)
    Dispute.objects.filter(pk=row.pk).update(
        state="withdrawn", settled_at=timezone.now()
    )

    assert "states" not in shown(statement.company)


@pytest.mark.parametrize(
    ("due_in", "state", "contested"),
    [(15, "open", False), (0, "open", False), (-1, "open", True),
     (-1, "maintained", False), (9, "upheld", True)],
)  # fmt: skip
def test_only_an_unanswered_or_upheld_dispute_costs_points(
    due_in: int, state: str, contested: bool
) -> None:
    statement = make.fact(make.company(), "employees", "58")
    day = timezone.localdate()
    dispute(statement, due_on=day + timedelta(days=due_in), state=state)

    portrait = portray([statement.company_id], on=day)[statement.company_id]

    assert standings(portrait)["employees"].is_contested is contested


@pytest.mark.database
def test_many_companies_cost_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    keys = []
    for number in range(3):
        company = make.company(f"Filature {number}")
        statement = make.fact(company, "employees", "58")
        check(statement, "agree")
        verify(statement, "verified")
        dispute(statement)
        make.rate(company)
        keys.append(company.pk)

    for some in (keys[:1], keys):
        with django_assert_num_queries(6):
            portray(some, on=timezone.localdate())


def test_what_was_found_later_is_not_in_the_past() -> None:
    statement = make.fact(make.company(), "employees", "58")
    moment = timezone.now()
    check(statement, "disagree")
    dispute(statement)
    company = statement.company

    past = civil_status.compose(company, language="fr", moment=moment)

    assert "states" not in past["facts"]["employees"]
    assert shown(company)["states"] == ["disputed"]


def test_the_computed_share_stands_beside_a_stated_one_that_differs() -> None:
    company = make.company()
    make.fact(company, "employees", "50", source=REGISTER)
    details = {"after_sales_staff": "5"}
    make.fact(company, "after_sales_share", "12", details=details)

    fact = shown(company, "after_sales_share")

    assert (fact["value"], fact["level"]) == ("10", "declared")
    assert fact["source"]["kind"] == "computed"
    assert fact["inputs"] == ["after_sales_share", "employees"]
    assert [one["value"] for one in fact["discrepancy"]] == ["12"]
    assert "5" in fact["how"]


def test_emissions_for_each_employee_inherit_what_their_inputs_lack() -> None:
    company = make.company()
    make.fact(company, "employees", "50", source=REGISTER, year=2025)
    assert shown(company, "ghg_per_employee")["status"] == "unknown"
    make.fact(company, "ghg_scope1", "60", year=2025)
    disputed = Source(level=Level.EVIDENCED, is_disputed=True)
    make.fact(company, "ghg_scope2", "40", source=disputed, year=2025)

    fact = shown(company, "ghg_per_employee")

    assert (fact["value"], fact["level"], fact["unit"]) == (
        "2",
        "declared",
        "tCO2e/headcount",
    )
    assert fact["states"] == ["disputed"]
    assert fact["scopes"] == ["ghg_scope1", "ghg_scope2"]
    assert "60 + 40" in fact["how"]


def test_who_employs_nobody_has_nothing_to_divide_by() -> None:
    company = make.company()
    make.fact(company, "employees", "0")
    make.fact(company, "ghg_scope1", "1")
    make.fact(company, "ghg_scope2", "1")

    assert shown(company, "ghg_per_employee")["status"] == "not_applicable"


def test_the_age_follows_from_the_founding_date() -> None:
    company = make.company()
    today = timezone.localdate()
    make.fact(
        company, "founded_on", today.replace(year=today.year - 39, day=1).isoformat()
    )

    assert shown(company, "founded_on")["age"]["years"] == 39


def test_a_doubt_is_told_and_raises_or_caps_nothing() -> None:
    statement = make.fact(make.company(), "tax_residence", "FR")
    row = check(statement, "inconclusive")
    assert "checks" not in shown(statement.company, "tax_residence")

    CheckResult.objects.filter(pk=row.pk).update(inputs={"to_reconcile": True})

    fact = shown(statement.company, "tax_residence")
    assert fact["level"] == "declared"
    assert "states" not in fact
    assert [(one["outcome"], one["to_reconcile"]) for one in fact["checks"]] == [
        ("inconclusive", True)
    ]


def test_what_is_stated_of_the_satisfaction_stands_beside_the_rate() -> None:
    company = make.company()
    make.rate(company, 64)
    assert "discrepancy" not in shown(company, "employee_satisfaction")

    make.fact(company, "employee_satisfaction", "91")

    fact = shown(company, "employee_satisfaction")
    assert fact["value"] == "64"
    assert [one["value"] for one in fact["discrepancy"]] == ["91"]
