"""Many requests at once ask our witness; PostgreSQL decides which was first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from common.errors import DomainError
from ledger import cosigning, merkle
from ledger.models import WitnessedLog
from tests.ledger.witnesses import OtherLog

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

THREADS = 16
ROUNDS = 12


class Forking(OtherLog):
    """A log that goes on from one head in many ways at once."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[bytes] = []

    def continued(self, number: int) -> tuple[list[bytes], bytes]:
        """Return a history of its own for each number, and the request to sign it."""
        old = len(self.history)
        size = old + 1 + number % 3
        leaves = self.history + [
            merkle.leaf_hash(b"%d %d" % (number, place)) for place in range(old, size)
        ]
        proof = [
            merkle.root_of(leaves[span.start : span.end])
            for span in (merkle.consistency_spans(old, size) if old else [])
        ]
        note = self.note(size, root=merkle.root_of(leaves))
        return leaves, self.body(old, size, proof=proof, note=note)


def ask(body: bytes) -> str:
    """Return the code of a refusal, or nothing."""
    try:
        cosigning.cosign(body)
    except DomainError as refused:
        return refused.code
    finally:
        connections.close_all()
    return ""


def test_of_many_histories_at_once_one_is_signed() -> None:
    log = Forking()
    WitnessedLog.objects.create(origin=log.origin, vkeys=str(log.key))
    cosigning.own_key()

    with ThreadPoolExecutor(THREADS) as pool:
        for _round in range(ROUNDS):
            histories = [log.continued(number) for number in range(THREADS)]
            said = list(pool.map(ask, [body for _leaves, body in histories]))

            [signed] = [number for number, code in enumerate(said) if not code]
            assert {code for code in said if code} == {"checkpoint_stale"}
            log.history = histories[signed][0]
            row = WitnessedLog.objects.get()
            assert row.size == len(log.history)
            assert bytes(row.root) == merkle.root_of(log.history)


def test_the_key_is_made_once_however_many_need_it() -> None:
    def key(_number: int) -> str:
        try:
            return str(cosigning.own_key())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(key, range(THREADS)))) == 1
