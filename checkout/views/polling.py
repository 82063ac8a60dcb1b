"""
One open read for each prompt, and how soon it may be asked again in vain.

As CIBA has it: a till reads again once it has its answer, and not within five seconds
when there is nothing new. Of two reads at once the newer stays: the older one is most
often a line that broke without our noticing. An end is never withheld from anybody.

What is known of a prompt's reads lies in the cache, which all processes share. Without
Redis nobody is slowed down: a till must be served.
"""

import math
import secrets
import time
from functools import lru_cache
from typing import NamedTuple

import structlog
from django.core.cache import DEFAULT_CACHE_ALIAS, BaseCache, caches
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from checkout.errors import SlowDown
from common import hub

# What CIBA takes when nothing else is said.
INTERVAL_SECONDS = 5
# A read is remembered for as long as it may wait, and so much longer.
MARGIN_SECONDS = 10

logger = structlog.get_logger(__name__)


class Known(NamedTuple):
    """What is known of the reads of one prompt."""

    # Of the read that is open; empty once the latest has its answer.
    ticket: str
    # When the latest began, in seconds since 1970.
    since: float
    # How far the question had come, as the latest was told.
    told: str = ""
    has_displaced: bool = False

    @property
    def left(self) -> float:
        """Return the seconds until the interval of the latest read is over."""
        # Clocks of two machines may differ; nobody waits longer than an interval.
        return min(self.since + INTERVAL_SECONDS - time.time(), INTERVAL_SECONDS)


class Read:
    """One read of a till, among those of its prompt, while the prompt is pending."""

    def __init__(self, prompt_id: str, wait: int) -> None:
        self._channel = f"prompt.{prompt_id}"
        self._key = f"read:{prompt_id}"
        self._wait = wait
        self._mine = Known(secrets.token_hex(8), time.time())
        self._is_open = False

    def keep(self, delivery: str) -> None:
        """Be the one open read of the prompt. Raise `SlowDown` when it may not be."""
        self._note(delivery, is_last=False)

    def end(self, delivery: str) -> None:
        """Have the answer, if it may be given. Raise `SlowDown` otherwise."""
        self._note(delivery, is_last=True)

    def _note(self, delivery: str, *, is_last: bool) -> None:
        is_new, self._is_open = not self._is_open, True
        try:
            found = _cache().get(self._key)
            known = Known(*found) if found else None
            if is_new:
                self._enter(known, delivery, is_last=is_last)
            else:
                self._stay(known)
            if is_last:
                self._mine = self._mine._replace(ticket="", told=delivery)
            if is_new or is_last:
                seconds = self._wait + MARGIN_SECONDS
                _cache().set(self._key, tuple(self._mine), timeout=seconds)
        except RedisError as error:
            logger.warning("poll.not_counted", reason=type(error).__name__)
            return
        if is_new and self._mine.has_displaced:
            # The other one looks, and finds that it has no place any more.
            hub.publish(self._channel)

    def _stay(self, known: Known | None) -> None:
        # Nothing is known of what a full cache has thrown out.
        if known is not None and known.ticket != self._mine.ticket:
            raise _slow_down(INTERVAL_SECONDS)

    def _enter(self, known: Known | None, delivery: str, *, is_last: bool) -> None:
        if known is None:
            return
        if known.ticket:
            # One that took another's place a moment ago is no line that broke.
            if known.has_displaced and known.left > 0:
                raise _slow_down(known.left)
            self._mine = self._mine._replace(has_displaced=True)
        elif known.told == delivery and (0 if is_last else self._wait) < known.left:
            raise _slow_down(known.left)


@lru_cache(maxsize=1)
def _cache() -> BaseCache:
    """Return the cache with lines of its own: Django's are those of one request."""
    return caches.create_connection(DEFAULT_CACHE_ALIAS)


def _slow_down(seconds: float) -> SlowDown:
    return SlowDown(
        _("This prompt is read more often than its interval allows."),
        state="pending",
        interval=INTERVAL_SECONDS,
        retry_after=max(1, math.ceil(seconds)),
    )
