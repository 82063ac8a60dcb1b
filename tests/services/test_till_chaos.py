"""Payments go on while processes and Redis are killed: none is lost, none doubled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from bench import chaos, hearing
from bench.chaos import Plan
from bench.fleet import Fleet, Kept
from bench.hearing import Ear
from config.testing import redis
from tests import processes
from tests.services.test_payment import database_url

pytestmark = [
    pytest.mark.services,
    pytest.mark.heavy,
    pytest.mark.django_db(transaction=True),
]
# The database is that of the tests, and is not killed: `bench/till_chaos.py` does.
PLAN = Plan(
    prompts=30,
    per_second=5.0,
    kills=5,
    database_kills=0,
    shoppers=20,
    ttl=60,
    silent=0.0,
)


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    """Lend the server of the tills, and of the phones whose app is closed."""
    with hearing.listening(tmp_path) as ear:
        yield ear


@pytest.fixture
def standing(tmp_path: Path, ear: Ear) -> Iterator[Fleet]:
    """Start every process, on a Redis that this test may kill."""
    with redis.prepared(keeps=True) as server:
        fleet = Fleet(tmp_path, database_url(), server.url)
        fleet.environment["FLASHSESAME_SECRET_KEY"] = settings.SECRET_KEY
        fleet.environment.update(chaos.beside(ear))
        for name in processes.OF_COVERAGE:
            # What is killed counts nothing, and what counts is slow.
            fleet.environment.pop(name, None)
        fleet.parts = {"redis": Kept("redis", server), **fleet.parts}
        try:
            fleet.start()
            yield fleet
        finally:
            fleet.stop()


def test_nothing_is_lost_and_nothing_doubled(standing: Fleet, ear: Ear) -> None:
    verdict, faults = chaos.measure(standing, PLAN, ear)

    assert verdict.acknowledged == verdict.attempted == PLAN.prompts
    assert (verdict.lost, verdict.doubled, verdict.refused) == ([], [], [])
    # Every other till has a server, every fourth phone its app closed.
    assert verdict.told == PLAN.prompts // 2
    assert verdict.woken > 0
    assert {fault.part for fault in faults} <= set(chaos.KILLED)
    assert faults
