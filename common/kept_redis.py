"""
Django's cache on Redis, with less work for each question.

Django makes a client for each, with its table of answers, and asks twice to count one
more; a key that expires between the two would then stay for ever.
"""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis

_COUNT = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('INCRBY', KEYS[1], ARGV[1])
end
return false
"""


class KeptClient(RedisCacheClient):
    """Keeps the client of its one server, and counts in one question."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[bool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        """Return the one client that reads, or the one that writes."""
        client = self._clients.get(write)
        if client is None:
            client = self._clients[write] = super().get_client(key, write=write)
        return client

    def incr(self, key: Any, delta: int) -> int:
        """Count on from what is there; raise `ValueError` when nothing is."""
        counted = self.get_client(key, write=True).eval(_COUNT, 1, key, delta)
        if counted is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(counted)


class KeptRedisCache(RedisCache):
    """The cache that `settings.CACHES` names."""

    def __init__(self, server: Any, params: Any) -> None:
        super().__init__(server, params)
        self._class = KeptClient
