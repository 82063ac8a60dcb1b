"""Two who bring the same credential at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from companies.models import Credential, Verification
from tests.companies.credentials.world import World


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_row() -> None:
    world = World()
    token, status = world.token(), world.status()
    together = Barrier(2)

    def bring(_number: int) -> int:
        together.wait()
        try:
            return int(world.receive(token, status_list=status).pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        keys = set(pool.map(bring, range(2)))

    assert len(keys) == 1
    assert Credential.objects.count() == Verification.objects.count() == 1
