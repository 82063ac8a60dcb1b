"""Verifying a statement: who may, what follows, and every way to be refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from common.errors import DomainError
from companies import errors, scoping
from companies.models import Act, Company, Statement, Verification, Verifier
from companies.services import (
    file_report,
    own_verification,
    state_fact,
    verify_statement,
)
from tests import make

pytestmark = pytest.mark.django_db


def verified(statement: Statement, user: User, **members: Any) -> Verification:
    """Verify a statement."""
    given = {"result": "verified", **members}
    return verify_statement(statement=statement, user=user, **given)


def day(offset: int) -> date:
    """Return the day that is so many days from today."""
    return timezone.localdate() + timedelta(days=offset)


@pytest.fixture
def company() -> Company:
    """Return a company that pays its taxes in France."""
    made = make.company("Filature")
    make.fact(made, "tax_residence", "FR")
    return made


@pytest.fixture
def statement(company: Company) -> Statement:
    """Return what the company states of its staff."""
    return make.fact(company, "employees", "110")


@pytest.fixture
def verifier() -> Verifier:
    """Return an auditor of staff in France."""
    return make.verifier("employees", organisation="Cabinet Martin")


def test_a_verifier_says_what_it_found(
    statement: Statement, verifier: Verifier
) -> None:
    before = Company.objects.get().changes
    report = file_report(
        company=statement.company, blocks=[b"r"], name="r", verifier=verifier
    )

    found = verified(
        statement,
        verifier.user,
        reason=" Payroll seen. ",
        assessed_on=day(-3),
        valid_until=day(300),
        evidence=report,
    )

    assert (found.result, found.reason) == ("verified", "Payroll seen.")
    assert (found.assessed_on, found.valid_until) == (day(-3), day(300))
    assert (found.evidence, found.supersedes) == (report, None)
    assert Company.objects.get().changes == before + 1
    act = Act.objects.get(kind="statement.verified")
    assert (act.actor, act.subject) == (verifier.user, "employees · Cabinet Martin")
    assert act.subject_id == str(statement.pk)


def test_today_is_the_day_when_none_is_said(
    statement: Statement, verifier: Verifier
) -> None:
    assert verified(statement, verifier.user).assessed_on == day(0)


def test_a_change_of_mind_supersedes_what_was_said(
    statement: Statement, verifier: Verifier
) -> None:
    first = verified(statement, verifier.user)
    second = verified(
        statement, verifier.user, result="refused", reason="Wrong year.", seen=first
    )
    third = verified(
        statement, verifier.user, result="withdrawn", reason="My error.", seen=second
    )

    assert (second.supersedes, third.supersedes) == (first, second)
    assert Verification.objects.current().get() == third
    assert own_verification(statement, verifier) == third
    again = verified(statement, verifier.user, seen=third)
    assert own_verification(statement, verifier) == again


def test_two_verifiers_do_not_supersede_each_other(
    statement: Statement, verifier: Verifier
) -> None:
    verified(statement, verifier.user)
    verified(statement, make.verifier().user, result="refused", reason="No.")

    assert Verification.objects.current().count() == 2


def test_what_may_be_verified_no_more_may_still_be_withdrawn(
    statement: Statement, verifier: Verifier
) -> None:
    first = verified(statement, verifier.user)
    verifier.scopes.all().delete()
    make.fact(statement.company, "employees", "111")

    verified(
        statement, verifier.user, result="withdrawn", reason="Seen late.", seen=first
    )

    assert own_verification(statement, verifier).result == "withdrawn"  # type: ignore[union-attr]


def test_the_country_of_the_seat_counts_where_taxes_are_not_said() -> None:
    company = make.company()
    make.fact(company, "registered_address", "1 rue", details={"country": "BE"})
    statement = make.fact(company, "employees", "110")

    verified(statement, make.verifier("employees", countries=["BE"]).user)

    assert scoping.country_of(company) == "BE"


def member(statement: Statement, verifier: Verifier) -> None:
    statement.company.memberships.create(user=verifier.user, role="viewer")


def in_group(statement: Statement, verifier: Verifier) -> None:
    """Let the verifier's company be a cousin: below the same last parent."""
    head = make.company("Groupe")
    aunt = make.company("Tante", parent=head)
    Company.objects.filter(pk=statement.company_id).update(parent=head)
    verifier.company = make.company("Cousine", parent=aunt)
    verifier.save()


def member_of_group(statement: Statement, verifier: Verifier) -> None:
    sister = make.company("Filiale", parent=statement.company)
    sister.memberships.create(user=verifier.user, role="viewer")


def own(statement: Statement, verifier: Verifier) -> None:
    Statement.objects.filter(pk=statement.pk).update(author=verifier.user)


def superseded(statement: Statement, _verifier: Verifier) -> None:
    make.fact(statement.company, "employees", "111")


def withheld(statement: Statement, _verifier: Verifier) -> None:
    Statement.objects.filter(pk=statement.pk).update(
        status="withheld", value=None, note="why"
    )


def nowhere(statement: Statement, _verifier: Verifier) -> None:
    statement.company.statements.filter(fact="tax_residence").delete()


def scope(**columns: Any) -> Callable[[Statement, Verifier], None]:
    """Return what changes the verifier's scope."""

    def change(_statement: Statement, verifier: Verifier) -> None:
        verifier.scopes.update(**columns)

    return change


def the_verifier(**columns: Any) -> Callable[[Statement, Verifier], None]:
    """Return what changes the verifier."""

    def change(_statement: Statement, verifier: Verifier) -> None:
        Verifier.objects.filter(pk=verifier.pk).update(**columns)

    return change


def nothing(_statement: Statement, _verifier: Verifier) -> None:
    """Change nothing."""


def withdrawn_already(statement: Statement, verifier: Verifier) -> None:
    first = verified(statement, verifier.user)
    verified(statement, verifier.user, result="withdrawn", reason="r", seen=first)


REFUSALS: dict[str, tuple[Callable[..., None], dict[str, Any], type[DomainError]]] = {
    "inactive": (the_verifier(is_active=False), {}, errors.NotAVerifier),
    "inactive-withdraws": (
        the_verifier(is_active=False),
        {"result": "withdrawn", "reason": "r"},
        errors.NotAVerifier,
    ),
    "kind": (the_verifier(kind="certifier"), {}, errors.KindMayNotVerify),
    "fact": (scope(facts=["turnover"]), {}, errors.FactOutOfScope),
    "country": (scope(countries=["BE"]), {}, errors.CountryOutOfScope),
    "no-country": (nowhere, {}, errors.CountryUnknown),
    "ended": (scope(valid_until=day(-1)), {}, errors.ScopeNotInForce),
    "to-come": (
        scope(valid_from=day(1), valid_until=day(2)),
        {},
        errors.ScopeNotInForce,
    ),
    "member": (member, {}, errors.VerifierIsMember),
    "member-refuses": (
        member,
        {"result": "refused", "reason": "r"},
        errors.VerifierIsMember,
    ),
    "group": (in_group, {}, errors.OwnGroup),
    "member-of-group": (member_of_group, {}, errors.OwnGroup),
    "own-statement": (own, {}, errors.OwnStatement),
    "superseded": (superseded, {}, errors.StatementSuperseded),
    "not-known": (withheld, {}, errors.NothingToVerify),
    "refuse-without-reason": (
        nothing,
        {"result": "refused", "reason": "  "},
        errors.ReasonMissing,
    ),
    "withdraw-without-reason": (nothing, {"result": "withdrawn"}, errors.ReasonMissing),
    "nothing-to-withdraw": (
        nothing,
        {"result": "withdrawn", "reason": "r"},
        errors.NothingToWithdraw,
    ),
    "future": (nothing, {"assessed_on": day(1)}, errors.AssessedInTheFuture),
    "over": (nothing, {"valid_until": day(-1)}, errors.VerificationIsOver),
}


@pytest.mark.parametrize(
    ("change", "given", "refusal"), REFUSALS.values(), ids=REFUSALS
)
def test_every_rule_refuses_in_its_own_words(
    change: Callable[..., None],
    given: dict[str, Any],
    refusal: type[DomainError],
    statement: Statement,
    verifier: Verifier,
) -> None:
    change(statement, verifier)
    statement.refresh_from_db()

    with pytest.raises(refusal) as refused:
        verified(statement, verifier.user, **given)

    assert refused.value.detail
    assert not Verification.objects.exists()
    assert not Act.objects.filter(kind__startswith="statement.").exists()


def test_a_withdrawn_verdict_is_not_withdrawn_again(
    statement: Statement, verifier: Verifier
) -> None:
    withdrawn_already(statement, verifier)

    with pytest.raises(errors.NothingToWithdraw):
        verified(
            statement,
            verifier.user,
            result="withdrawn",
            reason="r",
            seen=own_verification(statement, verifier),
        )


def test_a_stranger_verifies_nothing(statement: Statement) -> None:
    users = [
        User.objects.create_user("nobody"),
        make.member(statement.company, "owner"),
        User.objects.create_superuser("operator"),
    ]
    for user in users:
        with pytest.raises(errors.NotAVerifier):
            verified(statement, user)


def test_what_was_not_seen_is_not_superseded(
    statement: Statement, verifier: Verifier
) -> None:
    first = verified(statement, verifier.user)

    with pytest.raises(errors.VerificationChanged):
        verified(statement, verifier.user, result="refused", reason="r")

    assert Verification.objects.get() == first


def test_a_report_about_another_company_is_a_bug(
    statement: Statement, verifier: Verifier
) -> None:
    report = file_report(
        company=make.company(), blocks=[b"r"], name="r", verifier=verifier
    )

    with pytest.raises(ValueError, match="another company"):
        verified(statement, verifier.user, evidence=report)
    with pytest.raises(ValueError, match="is no result"):
        verified(statement, verifier.user, result="perhaps")


def test_every_refusal_of_verifying_has_its_own_code() -> None:
    codes = {refusal.code for _change, _given, refusal in REFUSALS.values()}

    assert len(codes) == len({refusal for _c, _g, refusal in REFUSALS.values()})


@pytest.mark.database
def test_statements_in_scope_are_found_in_the_database(
    company: Company, statement: Statement
) -> None:
    seat = make.company("Siège")
    make.fact(seat, "registered_address", "1 rue", details={"country": "BE"})
    belgian = make.fact(seat, "employees", "5")
    unknown = make.fact(make.company("Nulle part"), "employees", "6")
    make.fact(company, "turnover", "1000")

    def found(*countries: str, **members: Any) -> set[Statement]:
        one = make.verifier("employees", countries=countries, **members)
        return set(scoping.verifiable(one))

    assert found("FR") == {statement}
    assert found("BE", "DE") == {belgian}
    assert found("FR", "BE") == {statement, belgian}
    assert found("DE") == set()
    assert found("FR", company=company) == set()
    assert found("FR", kind="certifier") == set()
    assert unknown not in found("FR", "BE")


@pytest.mark.database
def test_the_country_is_that_of_the_shown_statement(company: Company) -> None:
    from companies.services import Source

    register = Source("register", "SIRENE", level="cross_checked")
    make.fact(company, "tax_residence", "LU", source=register)
    make.fact(company, "tax_residence", "DE")
    make.fact(company, "registered_address", "1 rue", details={"country": "BE"})

    assert scoping.country_of(company) == "LU"
    assert set(scoping.of_countries(["LU"])) == {company}
    assert not scoping.of_countries(["FR", "DE", "BE"])


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_verdict_and_a_correction_at_once_come_one_after_the_other() -> None:
    company = make.company()
    make.fact(company, "tax_residence", "FR")
    statement = make.fact(company, "employees", "110")
    verifier = make.verifier("employees")

    def verify() -> Any:
        return verified(statement, verifier.user)

    def correct() -> Any:
        return state_fact(company=company, fact="employees", value="111")

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, [verify, correct, verify, verify]))

    refused = {type(one) for one in results if isinstance(one, DomainError)}
    assert refused <= {errors.StatementSuperseded, errors.VerificationChanged}
    assert Verification.objects.count() <= 1
    assert Statement.objects.current().filter(fact="employees").count() == 1
