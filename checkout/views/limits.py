"""
How often tills may ask: by address before anything is read, by terminal once proven.

A limit counts in windows of fixed length, by one number for each caller: the price is
the same however high the limit is.
"""

import contextlib
import time

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from checkout.models import Terminal

logger = structlog.get_logger(__name__)


def _one_more(key: str, seconds: int) -> int:
    """Count one, for so many seconds from the first one."""
    # Most often it is there, and then one question is enough.
    with contextlib.suppress(ValueError):
        return int(cache.incr(key))
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        # Thrown out of a full cache in between.
        return 1


class AddressLimit(ScopedRateThrottle):
    """So many requests by one address: a whole chain of shops may be behind it."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count under the view's `throttle_scope`."""
        scope: str = getattr(view, self.scope_attr)
        return self.counts(scope, self.get_ident(request))

    def counts(self, scope: str, ident: str) -> bool:
        """Count one more, and say whether it is within the limit."""
        most, seconds = self.parse_rate(self.THROTTLE_RATES[scope])
        # What is no rate was refused when the server started.
        assert most is not None
        assert seconds is not None
        window, passed = divmod(time.time(), seconds)
        self.left = seconds - passed
        key = f"limit:{scope}:{ident}:{int(window)}"
        try:
            count = _one_more(key, seconds)
        except RedisError as error:
            # A till must be served without Redis; nobody counts meanwhile.
            logger.warning("limit.not_counted", reason=type(error).__name__)
            count = 1
        return count <= most

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self.left


class TerminalLimit(AddressLimit):
    """So many requests of one kind by one terminal."""

    def spend(self, terminal: Terminal, kind: str) -> None:
        """Count one request. Raise `Throttled` beyond the limit."""
        if not self.counts("terminal", f"{terminal.pk}:{kind}"):
            raise Throttled(self.wait())
