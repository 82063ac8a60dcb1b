"""Contesting a statement: who may, and what becomes of it."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from common.errors import DomainError
from companies import civil_status
from companies.models import Act, Company, Dispute, Statement
from companies.services import Source, disputing, state_fact
from tests import make

pytestmark = pytest.mark.django_db
WORDS = "Nous avons recompté."
State = Dispute.State


def contested(value: str = "47") -> Statement:
    return make.fact(make.company(), "employees", value)


def corrected(statement: Statement, value: str) -> Statement:
    return state_fact(company=statement.company, fact="employees", value=value)


def overdue(dispute: Dispute) -> Dispute:
    yesterday = timezone.localdate() - timedelta(days=1)
    Dispute.objects.filter(pk=dispute.pk).update(due_on=yesterday)
    dispute.refresh_from_db()
    return dispute


def operator() -> User:
    return User.objects.create_superuser("operator")


def maintain(dispute: Dispute) -> Dispute:
    owner = make.member(dispute.company)
    return disputing.answer_dispute(dispute=dispute, author=owner, answer=WORDS)


def decide(dispute: Dispute, decision: str, by: User | None = None) -> Dispute:
    return disputing.decide_dispute(
        dispute=dispute, operator=by or operator(), decision=decision, reason=WORDS
    )


@pytest.mark.database
def test_an_open_dispute_leaves_fifteen_days_and_makes_the_fact_disputed() -> None:
    statement = contested()
    before = statement.company.changes

    dispute = make.dispute(statement)

    assert dispute.due_on == timezone.localdate() + timedelta(days=15)
    assert (dispute.state, dispute.fact) == (State.OPEN, "employees")
    company = Company.objects.get()
    assert company.changes > before
    document = civil_status.compose(company, language="fr")
    assert "disputed" in document["facts"]["employees"]["states"]
    assert document["disputes"]["unsettled"] == 1


@pytest.mark.parametrize("text", ["", "  court   ", "x" * 2_001], ids=len)
def test_too_few_or_too_many_words_are_refused(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        disputing.open_dispute(statement=contested(), kind="wrong", text=text)

    assert refused.value.code == "dispute_text_refused"
    assert refused.value.extra == {"min_length": 10, "max_length": 2_000}


def test_what_was_replaced_meanwhile_is_not_contested() -> None:
    statement = contested()
    corrected(statement, "48")

    with pytest.raises(DomainError) as refused:
        make.dispute(statement)

    assert refused.value.code == "statement_replaced"
    assert not Dispute.objects.exists()


def test_the_statement_that_readers_see_is_the_one_contested() -> None:
    company = make.company()
    source = Source(kind="register", name="Registre", level="cross_checked")
    shown = make.fact(company, "employees", "47", source=source)
    make.fact(company, "employees", "90")

    assert disputing.statement_to_contest(company, "employees") == shown


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("turnover", "nothing_to_contest"),
        ("ghg_per_employee", "nothing_to_contest"),
        ("horoscope", "unknown_fact"),
    ],
)
def test_there_must_be_something_to_contest(fact: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        disputing.statement_to_contest(contested().company, fact)

    assert refused.value.code == code


def test_nobody_contests_its_own_company() -> None:
    statement = contested()

    with pytest.raises(DomainError) as refused:
        make.dispute(statement, opened_by=make.member(statement.company, "viewer"))

    assert refused.value.code == "contests_itself"


def test_one_person_has_one_unsettled_dispute_about_a_fact() -> None:
    statement = contested()
    rival = make.member(make.company("Rivale"))
    first = make.dispute(statement, opened_by=rival)

    with pytest.raises(DomainError) as refused:
        make.dispute(statement, opened_by=rival)

    assert refused.value.code == "already_contested"
    assert refused.value.extra == {"dispute": str(first.pk)}
    make.dispute(statement, opened_by=make.member(make.company("Tierce")))
    disputing.withdraw_dispute(dispute=first, author=rival)
    make.dispute(statement, opened_by=rival)
    assert Dispute.objects.count() == 3


def test_the_log_does_not_say_who_contests() -> None:
    rival = make.member(make.company("Rivale"))
    dispute = make.dispute(contested(), opened_by=rival)
    disputing.withdraw_dispute(dispute=dispute, author=rival)

    acts = Act.objects.filter(kind__startswith="dispute.")
    assert {one.kind for one in acts} == {"dispute.opened", "dispute.withdrawn"}
    assert {one.actor for one in acts} == {None}
    assert {one.company for one in acts} == {dispute.company}


@pytest.mark.database
def test_a_company_maintains_what_it_states() -> None:
    dispute = maintain(make.dispute(contested()))

    assert (dispute.state, dispute.answer) == (State.MAINTAINED, WORDS)
    assert dispute.answered_at is not None
    assert dispute.is_unsettled
    assert not overdue(dispute).is_overdue(timezone.localdate())
    act = Act.objects.get(kind="dispute.maintained")
    assert act.actor is not None


@pytest.mark.database
def test_a_company_corrects_what_it_stated_and_says_so() -> None:
    statement = contested()
    dispute = make.dispute(statement)
    assert disputing.correction_of(dispute) is None
    corrected(statement, "40")
    correction = corrected(statement, "41")
    dispute.refresh_from_db()
    # Recording it answers nothing by itself.
    assert dispute.state == State.OPEN
    assert disputing.correction_of(dispute) == correction

    disputing.answer_dispute(
        dispute=dispute,
        author=make.member(dispute.company),
        answer=WORDS,
        corrected_by=correction,
    )

    assert (dispute.state, dispute.correction) == (State.CORRECTED, correction)
    assert not Dispute.objects.unsettled().exists()
    document = civil_status.compose(dispute.company, language="fr")
    assert "states" not in document["facts"]["employees"]


def test_what_takes_no_contested_place_is_no_correction() -> None:
    statement = contested()
    dispute = make.dispute(statement)
    other = make.fact(make.company("Rivale"), "employees", "9")

    for candidate in (statement, other, make.fact(statement.company, "enps", 3)):
        with pytest.raises(DomainError) as refused:
            disputing.answer_dispute(
                dispute=dispute,
                author=make.member(dispute.company),
                answer=WORDS,
                corrected_by=candidate,
            )
        assert refused.value.code == "not_a_correction"
    dispute.refresh_from_db()
    assert dispute.state == State.OPEN


@pytest.mark.parametrize("kind", ["wrong", "missing"])
def test_the_same_again_corrects_nothing(kind: str) -> None:
    dispute, same = stated_again(kind)

    with pytest.raises(DomainError) as refused:
        say_corrected(dispute, same)

    assert refused.value.code == "not_a_correction"
    assert disputing.correction_of(dispute) == same


def test_the_same_again_corrects_what_was_out_of_date() -> None:
    dispute, same = stated_again("outdated")

    say_corrected(dispute, same)

    assert dispute.state == State.CORRECTED


def stated_again(kind: str) -> tuple[Dispute, Statement]:
    statement = contested()
    return make.dispute(statement, kind), corrected(statement, "47")


def say_corrected(dispute: Dispute, by: Statement) -> None:
    disputing.answer_dispute(
        dispute=dispute,
        author=make.member(dispute.company),
        answer=WORDS,
        corrected_by=by,
    )


@pytest.mark.parametrize("role", ["viewer", None])
def test_a_viewer_and_a_stranger_do_not_answer(role: str | None) -> None:
    dispute = make.dispute(contested())
    company = dispute.company if role else make.company("Rivale")

    with pytest.raises(DomainError) as refused:
        disputing.answer_dispute(
            dispute=dispute, author=make.member(company, role or "owner"), answer=WORDS
        )

    assert refused.value.code == "not_an_editor"


def test_only_the_author_withdraws_and_not_what_was_decided() -> None:
    rival = make.member(make.company("Rivale"))
    dispute = make.dispute(contested(), opened_by=rival)

    for other in (make.member(dispute.company), operator(), None):
        with pytest.raises(DomainError) as refused:
            disputing.withdraw_dispute(dispute=dispute, author=other)
        assert refused.value.code == "not_the_author"
    decide(overdue(dispute), "upheld", User.objects.get(username="operator"))
    with pytest.raises(DomainError) as moved:
        disputing.withdraw_dispute(dispute=dispute, author=rival)
    assert moved.value.code == "dispute_moved"
    assert moved.value.extra == {"state": "upheld"}


def test_nobody_is_found_wrong_before_having_answered() -> None:
    dispute = make.dispute(contested())

    with pytest.raises(DomainError) as refused:
        decide(dispute, "upheld")

    assert refused.value.code == "answer_awaited"
    arbiter = User.objects.get(username="operator")
    assert decide(overdue(dispute), "upheld", arbiter).state == State.UPHELD
    assert dispute.is_unsettled
    assert dispute.settled_at is None


def test_a_dispute_found_right_is_settled_by_the_correction() -> None:
    statement = contested()
    dispute = decide(maintain(make.dispute(statement)), "upheld")
    owner = make.member(dispute.company)

    with pytest.raises(DomainError) as moved:
        disputing.answer_dispute(dispute=dispute, author=owner, answer=WORDS)
    assert moved.value.code == "dispute_moved"

    disputing.answer_dispute(
        dispute=dispute,
        author=owner,
        answer=WORDS,
        corrected_by=corrected(statement, "12"),
    )
    assert (dispute.state, dispute.decision) == (State.CORRECTED, WORDS)
    assert dispute.settled_at is not None


def test_a_dispute_found_wrong_is_settled() -> None:
    dispute = decide(make.dispute(contested()), "rejected")

    assert dispute.state == State.REJECTED
    assert dispute.settled_at is not None
    assert Act.objects.filter(kind="dispute.rejected").exists()


def test_who_has_a_part_in_it_does_not_decide() -> None:
    statement = contested()
    author = User.objects.create_superuser("author")
    dispute = make.dispute(statement, opened_by=author)
    member = make.member(statement.company, is_superuser=True)

    for person in (author, member, make.member(make.company("Rivale"))):
        with pytest.raises(DomainError) as refused:
            decide(dispute, "rejected", person)
        assert refused.value.code == "not_the_arbiter"


def test_it_is_overdue_from_the_day_after_the_last() -> None:
    dispute = make.dispute(contested())

    assert not dispute.is_overdue(dispute.due_on)
    assert dispute.is_overdue(dispute.due_on + timedelta(days=1))
    assert Dispute.due_day(date(2026, 2, 20)) == date(2026, 3, 7)


def test_a_past_day_has_the_disputes_of_that_day() -> None:
    dispute = make.dispute(contested())
    opened = dispute.created_at
    decide(dispute, "rejected")
    settled = dispute.settled_at
    assert settled is not None

    found = Dispute.objects.unsettled_at
    assert not found(opened - timedelta(seconds=1)).exists()
    assert found(opened).exists()
    assert not found(settled).exists()
