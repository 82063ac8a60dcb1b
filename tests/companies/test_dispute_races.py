"""Two who move a dispute at once: one wins, the other is told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from common.errors import DomainError
from companies.models import Act, Dispute
from companies.services import disputing
from tests import make
from tests.companies.test_disputing import contested, corrected, decide, operator

pytestmark = pytest.mark.django_db


def race(*moves: Callable[[], object]) -> list[str]:
    """Do several things at once; return what came of each: a code, or nothing."""
    barrier = threading.Barrier(len(moves))

    def run(move: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=10)
            move()
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(moves)) as pool:
        return sorted(pool.map(run, moves))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_wins_and_the_other_is_told() -> None:
    rival = make.member(make.company("Rivale"))
    dispute = make.dispute(contested(), opened_by=rival)
    arbiter = operator()

    def seen() -> Dispute:
        return Dispute.objects.get(pk=dispute.pk)

    one, other = seen(), seen()
    codes = race(
        lambda: decide(one, "rejected", arbiter),
        lambda: disputing.withdraw_dispute(dispute=other, author=rival),
    )

    assert codes == ["", "dispute_moved"]
    dispute.refresh_from_db()
    acts = Act.objects.filter(kind__in=["dispute.rejected", "dispute.withdrawn"])
    assert [one.kind for one in acts] == [f"dispute.{dispute.state}"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_same_person_twice_at_once_contests_once() -> None:
    statement = contested()
    rival = make.member(make.company("Rivale"))

    codes = race(*[lambda: make.dispute(statement, opened_by=rival)] * 2)

    assert codes == ["", "already_contested"]
    assert Dispute.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_correction_at_the_same_time_comes_before_or_after() -> None:
    statement = contested()

    codes = race(lambda: make.dispute(statement), lambda: corrected(statement, "48"))

    assert codes in (["", ""], ["", "statement_replaced"])
    assert Dispute.objects.count() == codes.count("") - 1
