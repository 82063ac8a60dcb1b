"""Our own key for push messages: one, whoever asks first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from checkout.channels import own_key
from checkout.models import PushKey

TOGETHER = 6


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_who_ask_at_once_for_the_first_time_get_one_key() -> None:
    """Phones subscribe to what they are told: a second key would lose them."""
    ready = Barrier(TOGETHER)

    def ask(_number: int) -> str:
        ready.wait()
        try:
            return own_key.public_key()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TOGETHER) as pool:
        told = set(pool.map(ask, range(TOGETHER)))

    assert told == {PushKey.objects.get().public_key}
