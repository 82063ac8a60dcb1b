"""The cache on a real Redis: one client, and one question to count."""

import pytest
from django.conf import settings
from django.core.cache import cache

from common.kept_redis import KeptClient

pytestmark = pytest.mark.services


def test_what_is_there_is_counted_on() -> None:
    cache.set("counted", 1, timeout=60)

    assert cache.incr("counted") == 2
    assert cache.incr("counted", 3) == 5
    assert cache.decr("counted") == 4
    assert cache.get("counted") == 4


def test_counting_begins_nothing_that_would_never_end() -> None:
    cache.delete("absent")

    with pytest.raises(ValueError, match="absent"):
        cache.incr("absent")
    assert cache.get("absent") is None


def test_the_client_is_made_once() -> None:
    client = KeptClient([settings.REDIS_URL])

    assert client.get_client("a", write=True) is client.get_client("b", write=True)
