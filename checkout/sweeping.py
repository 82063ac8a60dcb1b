"""
The sweeper: what repairs whatever a crash, a lost message or a dead broker left undone.

It needs the database alone. Once a second it ends what is overdue, sends what is due,
and leaves a sign of life. Several sweepers at once are safe: a row is claimed by one of
them, and a prompt is ended by one of them.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec, TypeVar

import structlog
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)
from django.db.models import QuerySet
from django.utils import timezone

from checkout import delivering, notifying, settling
from checkout.models import PaymentPrompt, SweeperSign

TICK_SECONDS = 1.0
# When a part had more to do than it took: the rest follows at once.
FULL_TICK_SECONDS = 0.05
# Without its database the sweeper asks again, ever more seldom; never later than this.
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0
BATCH = 200
# A wake-up may wait for a frozen Redis: what is left waits for the next tick.
PART_SECONDS = 1.0
THREADS = 8
THE_ONE_SIGN = 1

P = ParamSpec("P")
T = TypeVar("T")

logger = structlog.get_logger(__name__)


class Pool(ThreadPoolExecutor):
    """Threads for what waits for others' servers; each gives its connection back."""

    def __init__(self, name: str, threads: int = THREADS) -> None:
        super().__init__(threads, thread_name_prefix=name)
        self._size = threads
        self._lock = threading.Lock()
        self._busy = 0

    @property
    def free(self) -> int:
        """Return how many rows may be claimed: none that would wait for a thread."""
        with self._lock:
            return max(0, self._size - self._busy)

    def submit(
        self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """Run `fn` in a thread, with a database connection for as long as it takes."""
        with self._lock:
            self._busy += 1
        try:
            future = super().submit(_lent, fn, *args, **kwargs)
        except RuntimeError:  # shut down
            self._let_go(None)
            raise
        future.add_done_callback(self._let_go)
        return future

    def _let_go(self, future: "Future[Any] | None") -> None:
        with self._lock:
            self._busy -= 1
        if future is None or future.cancelled():
            return
        if error := future.exception():
            logger.error("sweeper.work_failed", exc_info=error)


def _lent(fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    close_old_connections()
    try:
        return fn(*args, **kwargs)
    finally:
        connections.close_all()


class Pools(NamedTuple):
    """A slow server of a till must not keep questions from phones."""

    phones: Pool
    tills: Pool

    @classmethod
    def make(cls) -> "Pools":
        """Return pools with their threads."""
        return cls(Pool("sweeper-phones"), Pool("sweeper-tills"))

    def close(self) -> None:
        """Wait for what is being sent; what has not begun is due again by itself."""
        for pool in self:
            pool.shutdown(wait=True, cancel_futures=True)


class Swept(NamedTuple):
    """What one tick did."""

    expired: int = 0
    unreachable: int = 0
    delivered: int = 0
    notified: int = 0
    failed: tuple[str, ...] = ()
    is_full: bool = False
    has_signed: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows of each kind were moved, those that moved alone."""
        named = {
            "expired": self.expired,
            "unreachable": self.unreachable,
            "delivered": self.delivered,
            "notified": self.notified,
        }
        return {name: count for name, count in named.items() if count}


def tick(pools: Pools) -> Swept:
    """Do once everything that is due. A part that fails stops no other part."""
    parts: dict[str, Callable[[], tuple[int, bool]]] = {
        "expired": lambda: _settle(_overdue(), settling.expire),
        "unreachable": lambda: _settle(_out_of_reach(), settling.unreachable),
        "delivered": lambda: _send(delivering.deliver_due, pools.phones),
        "notified": lambda: _send(notifying.notify_due, pools.tills),
        "has_signed": _sign,
    }
    failed: list[str] = []
    counts: dict[str, int] = {}
    is_full = False
    for name, part in parts.items():
        try:
            counts[name], has_more = part()
            is_full |= has_more
        except Exception as error:
            _log("sweeper.part_failed", error, part=name)
            failed.append(name)
            if not connection.in_atomic_block:
                # Of a database that went away: the next part asks for another.
                close_old_connections()
    has_signed = bool(counts.pop("has_signed", 0))
    return Swept(**counts, failed=tuple(failed), is_full=is_full, has_signed=has_signed)


def _overdue() -> QuerySet[PaymentPrompt]:
    return PaymentPrompt.objects.overdue().order_by("expires_at")


def _out_of_reach() -> QuerySet[PaymentPrompt]:
    return (
        PaymentPrompt.objects.open()
        .filter(settling.out_of_reach())
        .order_by("expires_at")
    )


def _settle(
    prompts: QuerySet[PaymentPrompt], settle: Callable[[str], bool]
) -> tuple[int, bool]:
    """Settle each for itself: one that cannot be settled keeps no other."""
    keys = list(prompts.values_list("pk", flat=True)[:BATCH])
    until = time.monotonic() + PART_SECONDS
    count = done = 0
    for key in keys:
        if done and time.monotonic() > until:
            break
        done += 1
        try:
            count += settle(key)
        except Exception as error:
            if not connection.is_usable():
                raise
            _log("sweeper.prompt_failed", error, prompt=key)
    # What failed is not asked again at once: it would be a loop without a pause.
    return count, bool(count) and (done < len(keys) or len(keys) == BATCH)


def _send(send_due: Callable[[int, Pool], int], pool: Pool) -> tuple[int, bool]:
    free = pool.free
    count = send_due(free, pool) if free else 0
    return count, count == free


def _log(event: str, error: Exception, **facts: str) -> None:
    """Log a failure, and where it happened unless the database is at fault."""
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.warning(event, reason=type(error).__name__, **facts)
    else:
        logger.error(event, exc_info=error, **facts)


def _sign() -> tuple[int, bool]:
    SweeperSign.objects.update_or_create(
        pk=THE_ONE_SIGN, defaults={"at": timezone.now()}
    )
    return 1, False


def last_sign() -> datetime | None:
    """Return when a sweeper last gave a sign of life; `None` when none ever did."""
    return SweeperSign.objects.values_list("at", flat=True).first()


class Sweeper:
    """Ticks until it is told to stop, with a database or until there is one again."""

    def __init__(self, say: Callable[[Swept], Any] | None = None) -> None:
        self._stopping = threading.Event()
        self._say = say

    def run(self) -> None:
        """Tick until stopped; what is being sent is finished first."""
        pools = Pools.make()
        pause = FIRST_PAUSE_SECONDS
        try:
            while not self._stopping.is_set():
                started = time.monotonic()
                close_old_connections()
                swept = tick(pools)
                self._tell(swept)
                if not swept.has_signed:
                    self._stopping.wait(pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                    continue
                pause = FIRST_PAUSE_SECONDS
                every = FULL_TICK_SECONDS if swept.is_full else TICK_SECONDS
                took = time.monotonic() - started
                self._stopping.wait(max(FULL_TICK_SECONDS, every - took))
        finally:
            pools.close()
            connections.close_all()

    def stop(self) -> None:
        """Make `run` return soon; called from any thread, and from a signal."""
        self._stopping.set()

    def _tell(self, swept: Swept) -> None:
        if swept.counts or swept.failed:
            logger.info("sweeper.swept", **swept.counts, failed=list(swept.failed))
        if self._say is not None:
            self._say(swept)
