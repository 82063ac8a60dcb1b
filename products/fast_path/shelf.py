"""
Sheets kept in memory: at most so many bytes, each for at most so many seconds. Pure.

A sheet is forgotten when it is known to have changed; the seconds are for the change
that nobody told. Who hears of every change confirms it from time to time: while the
last confirmation is no older than the seconds, nothing has to be read again.

Only found sheets are kept: a product that is published a moment after it was asked for
must be there at once, and asking for what is not there fills nothing.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# Even of what is confirmed: whoever confirms wrongly does not do so for ever.
LONGEST_SECONDS = 60.0
# Of several forms and languages, one product; of several products, one counter.
COUNTERS = 1024

Variant = tuple[str, str]


class Reading(NamedTuple):
    """A read that is about to begin: its instant, and what had changed until then."""

    begun_at: float
    counted: int


class _Kept(NamedTuple, Generic[T]):
    content: T
    weight: int
    # Until when it is true if nobody tells anything, and if changes are told.
    until: float
    told_until: float


class Shelf(Generic[T]):
    """What was read, by product and by variant: language and coding."""

    def __init__(
        self,
        *,
        max_bytes: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._products: OrderedDict[str, dict[Variant, _Kept[T]]] = OrderedDict()
        self._counters = [0] * COUNTERS
        self._confirmed_until = float("-inf")
        self.bytes = 0

    def now(self) -> float:
        """Return the instant, for `confirm`."""
        return self._clock()

    def confirm(self, at: float) -> None:
        """Note that every change made before the instant `at` was told."""
        self._confirmed_until = at + self._seconds

    def get(self, gtin: str, variant: Variant) -> T | None:
        """Return what is kept and not too old, or none."""
        if gtin not in self._products:
            return None
        with self._lock:
            kept = self._products.get(gtin, {}).get(variant)
            if kept is None:
                return None
            now = self._clock()
            if kept.until <= now and not (
                now < self._confirmed_until and now < kept.told_until
            ):
                return None
            self._products.move_to_end(gtin)
        return kept.content

    def begin(self, gtin: str) -> Reading:
        """Note that a product is about to be read; `put` wants what this returns."""
        return Reading(self._clock(), self._counters[hash(gtin) % COUNTERS])

    def put(
        self,
        gtin: str,
        variant: Variant,
        content: T,
        *,
        reading: Reading,
        weight: int,
        seconds: float | None = None,
    ) -> None:
        """
        Keep what was read, unless the product changed after the reading began.

        `seconds` is how long it is true at most, when it is known. It counts from the
        beginning of the reading: what was read may have changed right after.
        """
        longest, told = self._seconds, LONGEST_SECONDS if self._seconds else 0.0
        if seconds is not None:
            longest, told = min(longest, seconds), min(told, seconds)
        if longest <= 0 or weight > self._max_bytes:
            return
        with self._lock:
            if self._counters[hash(gtin) % COUNTERS] != reading.counted:
                return
            variants = self._products.setdefault(gtin, {})
            if before := variants.pop(variant, None):
                self.bytes -= before.weight
            variants[variant] = _Kept(
                content, weight, reading.begun_at + longest, reading.begun_at + told
            )
            self.bytes += weight
            self._products.move_to_end(gtin)
            while self.bytes > self._max_bytes:
                self._drop(next(iter(self._products)))

    def forget(self, gtin: str) -> None:
        """Drop a product that changed, and whatever is being read of it just now."""
        with self._lock:
            self._counters[hash(gtin) % COUNTERS] += 1
            self._drop(gtin)

    def forget_all(self) -> None:
        """Drop everything: changes may have been missed."""
        with self._lock:
            self._counters = [count + 1 for count in self._counters]
            self._products.clear()
            self._confirmed_until = float("-inf")
            self.bytes = 0

    def _drop(self, gtin: str) -> None:
        for kept in self._products.pop(gtin, {}).values():
            self.bytes -= kept.weight
