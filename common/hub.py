"""
Wake-ups between whoever changes a row and whoever waits for it.

A channel is a name; a wake-up carries nothing else: whoever wakes reads the rows, which
are the truth. Without Redis the hub serves one process, from any thread. With Redis one
listener per process relays the names that other processes published; a wake-up that is
lost costs at most the waiter's own re-reading interval.
"""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from functools import lru_cache

import redis
import redis.asyncio
import structlog
from django.conf import settings

TOPIC = "flashsesame:wake"
RELAY_PATIENCE_SECONDS = 1.0
RECONNECT_SECONDS = 0.5

logger = structlog.get_logger(__name__)


class Waiter:
    """One open stream or long poll, waiting on one channel in one event loop."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.loop = asyncio.get_running_loop()
        self.event = asyncio.Event()
        self.is_closed = False

    def wake(self) -> None:
        """Wake the waiter, from any thread."""
        # The loop may have closed in between: nobody is left to wake.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.event.set)

    def close(self) -> None:
        """Wake the waiter for good: the server stops."""
        self.is_closed = True
        self.wake()

    def clear(self) -> None:
        """Forget earlier wake-ups; to be called before the rows are read."""
        if not self.is_closed:
            self.event.clear()

    async def wait(self, seconds: float) -> bool:
        """Wait for a wake-up and return true, or false when `seconds` have passed."""
        try:
            await asyncio.wait_for(self.event.wait(), seconds)
        except TimeoutError:
            return False
        return True


_waiters: dict[str, set[Waiter]] = defaultdict(set)
_relays: dict[asyncio.AbstractEventLoop, "Relay"] = {}
_lock = threading.Lock()


@contextlib.asynccontextmanager
async def subscribe(channel: str) -> AsyncIterator[Waiter]:
    """Register a waiter on `channel`; read the rows only once inside."""
    waiter = Waiter(channel)
    with _lock:
        _waiters[channel].add(waiter)
    try:
        if settings.REDIS_URL:
            await _relay(waiter.loop).is_listening(RELAY_PATIENCE_SECONDS)
        yield waiter
    finally:
        with _lock:
            _waiters[channel].discard(waiter)
            if not _waiters[channel]:
                del _waiters[channel]


def publish(channel: str) -> None:
    """Wake who waits on `channel`, in every process. Never raises: it is a hint."""
    wake_here(channel)
    if settings.REDIS_URL:
        try:
            _publisher(settings.REDIS_URL).publish(TOPIC, channel)
        except redis.RedisError as error:
            logger.warning("hub.publish_failed", reason=type(error).__name__)


def wake_here(channel: str) -> None:
    """Wake who waits on `channel` in this process."""
    with _lock:
        waiters = list(_waiters.get(channel, ()))
    for waiter in waiters:
        waiter.wake()


def wake_everyone() -> None:
    """Wake all waiters of this process: something may have been missed."""
    for waiter in _everyone():
        waiter.wake()


def close_all() -> None:
    """End every stream and long poll of this process, from any thread."""
    for waiter in _everyone():
        waiter.close()


def open_count() -> int:
    """Return how many streams and long polls are open in this process."""
    return len(_everyone())


def _everyone() -> list[Waiter]:
    with _lock:
        return [waiter for waiters in _waiters.values() for waiter in waiters]


@lru_cache(maxsize=1)
def _publisher(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def _relay(loop: asyncio.AbstractEventLoop) -> "Relay":
    """
    Return this loop's relay, started if need be.

    Without an `await` between the question and the start: fifty phones that connect at
    once must share one listener.
    """
    with _lock:
        for stale in [known for known in _relays if known.is_closed()]:
            del _relays[stale]
        if loop not in _relays:
            _relays[loop] = Relay(loop, settings.REDIS_URL)
        return _relays[loop]


class Relay:
    """Listens to Redis for one event loop and wakes this process's waiters."""

    def __init__(self, loop: asyncio.AbstractEventLoop, url: str) -> None:
        self.url = url
        self.listening = asyncio.Event()
        self.task = loop.create_task(self._run())

    async def is_listening(self, seconds: float) -> bool:
        """Wait until the subscription is confirmed; false when it takes too long."""
        try:
            await asyncio.wait_for(self.listening.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (redis.RedisError, OSError) as error:
                logger.warning("hub.relay_lost", reason=type(error).__name__)
            self.listening.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        # No read timeout on purpose: silence is normal. Keep-alive finds a dead peer.
        client = redis.asyncio.Redis.from_url(
            self.url,
            socket_connect_timeout=1,
            socket_keepalive=True,
            health_check_interval=10,
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(TOPIC)
            async for message in pubsub.listen():
                if message["type"] == "subscribe":
                    self.listening.set()
                    # Whatever was published while nobody listened is in the rows.
                    wake_everyone()
                elif message["type"] == "message":
                    wake_here(message["data"].decode(errors="replace"))
