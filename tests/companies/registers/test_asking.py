"""Asking registers: when, how often, and what happens when they do not answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common.outgoing import NoAnswer, TooLarge
from companies import registers
from companies.models import Company, RegisterRecord
from companies.registers import asking
from companies.registers.gleif import GLEIF
from companies.registers.sirene import SIRENE
from companies.tasks.registers import ask_register, look_for_registers
from tests import make
from tests.companies.registers.answers import LEI, SIREN, Replies, recorded

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


def test_nothing_is_asked_and_nothing_waits_unless_it_is_switched_on(
    settings: LazySettings,
    replies: Replies,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.REGISTERS = ()
    known()

    assert not RegisterRecord.objects.exists()
    with django_assert_num_queries(0):
        assert registers.ask_next(SIRENE) is None
    ask_register("sirene")
    assert replies.asked == []


def test_what_was_wanted_is_left_alone_once_the_register_is_switched_off(
    settings: LazySettings, replies: Replies
) -> None:
    known()
    settings.REGISTERS = ("gleif",)

    ask_register("sirene")

    assert replies.asked == []
    assert record().state == State.WAITING


@pytest.mark.database
def test_a_company_that_states_its_siren_is_asked_about_once(
    replies: Replies, later: Later
) -> None:
    company = make.company("Ateliers du Test")
    make.fact(company, "national_id", SIREN)

    look_for_registers.delay()
    cache.clear()
    ask_register.delay("sirene")

    row = record()
    assert (row.state, row.key, row.attempts, row.reason) == (State.FOUND, SIREN, 0, "")
    assert row.extract["legal_name"] == "ATELIERS DU TEST"
    assert row.source_url.endswith(f"/entreprise/{SIREN}")
    assert timedelta(days=89) < wait(row) <= timedelta(days=90)
    assert len(replies.asked) == 1
    # The answer is kept for a quarter, whatever else the company says.
    make.fact(company, "payment_delay", 30)
    registers.look()
    cache.clear()
    assert registers.ask_next(SIRENE) is None
    later()
    assert registers.ask_next(SIRENE) == (company.pk, False)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(NoAnswer("timeout"), "timeout"), (503, "status_503"), (429, "status_429")],
    ids=["network", "server", "too many"],
)
def test_what_time_may_heal_is_tried_again_with_longer_pauses(
    replies: Replies, later: Later, answer: object, reason: str
) -> None:
    replies.say("/search", answer)
    known("999900012")
    pauses = []
    for _attempt in range(3):
        registers.ask_next(SIRENE)
        pauses.append(round(wait(record()).total_seconds() / 60))
        later()

    assert pauses == [1, 2, 4]
    assert (record().state, record().reason) == (State.WAITING, reason)


def test_a_register_that_does_not_answer_is_left_to_breathe(replies: Replies) -> None:
    replies.say("/search", NoAnswer("timeout"))
    known("999900012")
    known("999900020")

    registers.ask_next(SIRENE)

    assert registers.ask_next(SIRENE) is None
    assert len(replies.asked) == 1


def test_the_register_s_wish_to_wait_is_followed(replies: Replies) -> None:
    replies.retry_after = "900"
    replies.say("/search", 429)
    known("999900012")

    registers.ask_next(SIRENE)

    assert wait(record()) > timedelta(seconds=890)


def test_attempts_come_to_an_end_and_begin_again_a_week_later(
    replies: Replies, later: Later
) -> None:
    replies.say("/search", 500)
    known("999900012")
    for _attempt in range(asking.MAX_ATTEMPTS):
        later()
        registers.ask_next(SIRENE)

    row = record()
    assert len(replies.asked) == asking.MAX_ATTEMPTS
    assert (row.state, row.is_wanted, row.attempts) == (State.FAILED, True, 0)
    assert timedelta(days=6) < wait(row) <= timedelta(days=7)


@pytest.mark.parametrize(
    ("answer", "body", "reason"),
    [
        (302, b"", "status_302"),
        (400, b"", "status_400"),
        (404, b"", "status_404"),
        (200, b"<html>", "not_json"),
        (TooLarge(), b"", "too_large"),
    ],
    ids=["redirect", "bad request", "gone", "page", "large"],
)
def test_what_time_does_not_heal_rests_for_a_week(
    replies: Replies, answer: object, body: bytes, reason: str
) -> None:
    replies.say("/search?q=999900012", answer, body)
    known("999900012")

    registers.ask_next(SIRENE)

    assert (record().state, record().reason) == (State.FAILED, reason)
    assert timedelta(days=6) < wait(record()) <= timedelta(days=7)


def test_what_was_answered_stays_known_while_it_is_asked_again_in_vain(
    replies: Replies, later: Later
) -> None:
    company = known()
    registers.ask_next(SIRENE)
    later()
    replies.say(f"/search?q={SIREN}", 200, b"<html>maintenance</html>")

    registers.ask_next(SIRENE)

    assert (record().state, record().reason) == (State.FOUND, "not_json")
    assert registers.extracts([company.pk])[company.pk]["sirene"]["siren"] == SIREN


def test_the_pace_is_the_register_s_own(
    replies: Replies, settings: LazySettings
) -> None:
    replies.say("/search", 200, recorded("sirene_absent"))
    known("999900012")
    known("999900020")

    assert [registers.ask_next(SIRENE) is None for _ in range(2)] == [False, True]
    cache.clear()
    assert registers.ask_next(SIRENE) is not None
    settings.REGISTERS_PER_MINUTE = {"sirene": 0, "gleif": 0}
    assert registers.ask_next(SIRENE) is None


def test_registers_do_not_wait_for_one_another(replies: Replies) -> None:
    company = known()
    replies.say("/api/v1", 200, recorded("gleif_record_alone"))
    replies.say(
        f"/api/v1/lei-records/{LEI}/ultimate-parent",
        200,
        recorded("gleif_exception"),
    )
    make.fact(company, "lei", LEI)
    registers.look()

    assert registers.ask_next(SIRENE) == (company.pk, True)
    assert registers.ask_next(GLEIF) == (company.pk, True)
    assert len(replies.asked) == 3


def test_questions_about_one_company_together_have_a_limit(
    replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BUDGET_SECONDS", -1)
    known()

    registers.ask_next(SIRENE)

    assert replies.asked == []
    assert record().reason == "timeout"


def test_nobody_asks_while_another_is_asking(replies: Replies) -> None:
    known()
    cache.add(asking._asking(SIRENE), 1)

    assert registers.ask_next(SIRENE) is None
    assert replies.asked == []


def test_whoever_died_while_asking_gives_the_record_back(
    replies: Replies, later: Later
) -> None:
    known()
    assert asking.claim(record())

    assert registers.ask_next(SIRENE) is None
    later()

    assert registers.ask_next(SIRENE) is not None
    assert record().state == State.FOUND
