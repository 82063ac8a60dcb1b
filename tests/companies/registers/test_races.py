"""Two workers at once: one question, one record, one set of statements."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection

from companies import registers
from companies.models import Company, RegisterRecord, Statement
from companies.registers import asking
from companies.registers.recording import record_answer
from companies.registers.sirene import SIRENE
from companies.registers.wanting import question
from tests import make
from tests.companies.registers.answers import SIREN, Replies, recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
WORKERS = 4


def at_once(work: object) -> list[object]:
    """Run `work` in several threads at the same moment."""
    ready = Barrier(WORKERS)

    def run(_number: int) -> object:
        ready.wait()
        try:
            return work()  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


@pytest.fixture
def company(replies: Replies) -> Company:
    company = make.company("Ateliers du Test")
    make.fact(company, "national_id", SIREN)
    return company


def test_workers_that_look_at_once_make_one_record(company: Company) -> None:
    at_once(registers.look)

    assert RegisterRecord.objects.count() == 1


def test_of_workers_that_saw_the_same_record_one_gets_it(company: Company) -> None:
    registers.look()
    seen = RegisterRecord.objects.get()

    claims = at_once(lambda: asking.claim(seen))

    assert sum(one is not None for one in claims) == 1


def test_workers_that_ask_at_once_ask_once(company: Company, replies: Replies) -> None:
    registers.look()

    at_once(lambda: registers.ask_next(SIRENE))

    assert len(replies.asked) == 1
    assert Statement.objects.filter(source_name=SIRENE.name).count() == 6


def test_two_that_hold_the_same_record_write_one_answer(company: Company) -> None:
    registers.look()
    claim = asking.claim(RegisterRecord.objects.get())
    assert claim is not None
    extract = SIRENE.read(question(claim.record), [recorded("sirene_found")])
    again_at = claim.lease + asking.REFRESH_AFTER

    done = at_once(lambda: record_answer(claim, SIRENE, extract, again_at=again_at))

    assert sorted(done, key=bool) == [False, False, False, True]
    assert Statement.objects.filter(source_name=SIRENE.name).count() == 6
    cache.clear()
