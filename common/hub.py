"""
Wake-ups between whoever changes a row and whoever waits for it.

A channel is a name; a wake-up carries nothing else: whoever wakes reads the rows, which
are the truth. Without Redis the hub serves one process, from any thread. With Redis one
listener per process relays the names that other processes published; a wake-up that is
lost costs at most the waiter's own re-reading interval, and while the listener has lost
Redis every waiter looks for itself.
"""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.retry
import redis.retry
import structlog
from django.conf import settings
from redis.backoff import NoBackoff

TOPIC = "flashsesame:wake"
RELAY_PATIENCE_SECONDS = 1.0
RECONNECT_SECONDS = 0.5
# Redis is asked for a sign of life after so much silence, and has as long to give it.
SILENCE_SECONDS = 1.0
# How often waiters look for themselves while nobody can wake them.
DEAF_SECONDS = 1.5

logger = structlog.get_logger(__name__)


class Waiter:
    """One open stream or long poll, waiting on one channel in one event loop."""

    # Thousands of them are open at once.
    __slots__ = ("channel", "event", "is_closed", "loop", "relay")

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.loop = asyncio.get_running_loop()
        self.relay: Relay | None = None
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

    @property
    def is_deaf(self) -> bool:
        """Say whether other processes cannot wake this waiter now."""
        return self.relay is not None and not self.relay.listening.is_set()

    async def wait(self, seconds: float) -> bool:
        """
        Wait for a wake-up and return true, or false when `seconds` have passed.

        Who is deaf is woken from time to time: something may have been missed.
        """
        is_cut = self.is_deaf and seconds > DEAF_SECONDS
        try:
            # Not `wait_for`, which begins a task for each waiter.
            async with asyncio.timeout(DEAF_SECONDS if is_cut else seconds):
                await self.event.wait()
        except TimeoutError:
            return is_cut
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
            waiter.relay = _relay(waiter.loop)
            await waiter.relay.is_listening(RELAY_PATIENCE_SECONDS)
        yield waiter
    finally:
        with _lock:
            _waiters[channel].discard(waiter)
            if not _waiters[channel]:
                del _waiters[channel]


def publish(channel: str) -> bool:
    """
    Wake who waits on `channel`, in every process. Never raises: it is a hint.

    Say whether somebody waits in this one.
    """
    is_awaited = wake_here(channel)
    if settings.REDIS_URL:
        try:
            _publisher(settings.REDIS_URL).publish(TOPIC, channel)
        except redis.RedisError as error:
            logger.warning("hub.publish_failed", reason=type(error).__name__)
    return is_awaited


def wake_here(channel: str) -> bool:
    """Wake who waits on `channel` in this process, and say whether somebody does."""
    with _lock:
        waiters = list(_waiters.get(channel, ()))
    for waiter in waiters:
        waiter.wake()
    return bool(waiters)


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
    # Once more, for a line that died in between; a Redis that hangs is not waited for.
    retry = redis.retry.Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return redis.Redis.from_url(
        url, socket_timeout=1, socket_connect_timeout=1, retry=retry
    )


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
        # Tried in vain: nobody need wait for it before they read.
        self.is_lost = False
        self.task = loop.create_task(self._run())

    async def is_listening(self, seconds: float) -> bool:
        """Wait until the subscription is confirmed; false when it takes too long."""
        if self.is_lost or self.listening.is_set():
            return not self.is_lost
        try:
            async with asyncio.timeout(seconds):
                await self.listening.wait()
        except TimeoutError:
            return False
        return True

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (redis.RedisError, OSError) as error:
                logger.warning("hub.relay_lost", reason=type(error).__name__)
            self.is_lost = True
            if self.listening.is_set():
                self.listening.clear()
                # Who waits for long must not: from now on nobody wakes it.
                wake_everyone()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        # The library would come back by itself, after pauses in which we seem to hear.
        client = redis.asyncio.Redis.from_url(
            self.url,
            socket_connect_timeout=1,
            socket_keepalive=True,
            retry=redis.asyncio.retry.Retry(NoBackoff(), 0),
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(TOPIC)
            is_asked = False
            while True:
                message = await pubsub.get_message(timeout=SILENCE_SECONDS)
                if message is not None:
                    is_asked = False
                    self._heard(message)
                elif is_asked:
                    # Stopped or unplugged: its connection stays open and says nothing.
                    raise redis.TimeoutError("silent")
                else:
                    is_asked = True
                    await pubsub.ping()

    def _heard(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self.listening.set()
            self.is_lost = False
            # Whatever was published while nobody listened is in the rows.
            wake_everyone()
        elif message["type"] == "message":
            wake_here(message["data"].decode(errors="replace"))
