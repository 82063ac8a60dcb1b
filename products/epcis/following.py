"""
Which events tell of one thing, and during which time each of its parts did. Pure.

Back from outputs to inputs, up from what is packed to what holds it, and never down
again: a pallet is followed only while the thing lies on it, and nothing else that lies
there is. An input is followed until it was used.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from products.epcis import identifiers
from products.epcis.events import Event
from products.epcis.gathering import Recorded
from products.epcis.identifiers import Thing

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
FAMILY = ("AggregationEvent", "AssociationEvent")


class Window(NamedTuple):
    """A thing, and the time during which its events belong to the journey."""

    key: str
    since: datetime
    until: datetime
    # Followed because it holds the thing, not because it becomes the thing.
    is_holder: bool = False


class Followed(NamedTuple):
    """The events on the path, in the order of time, and the keys that they concern."""

    path: list[Recorded]
    wrong: list[Recorded]
    keys: frozenset[str]
    # What has to come from somewhere: the start and every input, but no pallet.
    made_things: frozenset[str]


def follow(recorded: Iterable[Recorded], start: Thing) -> Followed:
    """Return the events of the path of `start`, each once."""
    return _Walk(recorded).from_(start.key)


class _Walk:
    """The events by the things that they mention, walked with a list of windows."""

    def __init__(self, recorded: Iterable[Recorded]) -> None:
        events = list(recorded)
        self._declarations = [one for one in events if one.event.is_error_declaration]
        by_hash = {
            one.hash: one for one in events if not one.event.is_error_declaration
        }
        self._events = sorted(by_hash.values(), key=_order)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for position, one in enumerate(self._events):
            for key in one.event.roles:
                self._by_key[key].append(position)
        self._times = {
            key: [self._events[at].event.event_time for at in positions]
            for key, positions in self._by_key.items()
        }
        self._wrong_names = self._declared_wrong()
        self._done: dict[str, list[Window]] = defaultdict(list)
        self._todo: list[Window] = []
        self._path: set[int] = set()
        self._expanded: set[int] = set()
        # Of a thing in a holder, within a window: until when it stays there.
        self._stays: dict[tuple[str, str, datetime], datetime] = {}

    def from_(self, start: str) -> Followed:
        """Walk from a thing until nothing new is found."""
        self._todo.append(Window(start, BEGINNING, END))
        made = {start}
        while self._todo:
            window = self._todo.pop()
            if self._is_done(window):
                continue
            self._done[window.key].append(window)
            if not window.is_holder:
                made.add(window.key)
            for position in self._within(window):
                self._visit(position, window, is_start=window.key == start)
        path = [self._events[at] for at in sorted(self._path)]
        return Followed(
            [one for one in path if not self._is_wrong(one)],
            self._wrong(path),
            frozenset(self._done),
            frozenset(made),
        )

    def _is_done(self, window: Window) -> bool:
        """Say whether this window lies in one that was walked; so cycles end."""
        return any(
            done.since <= window.since
            and window.until <= done.until
            and done.is_holder <= window.is_holder
            for done in self._done[window.key]
        )

    def _within(self, window: Window) -> Sequence[int]:
        times = self._times.get(window.key, [])
        first = bisect_left(times, window.since)
        last = bisect_right(times, window.until)
        return self._by_key.get(window.key, [])[first:last]

    def _visit(self, position: int, window: Window, *, is_start: bool) -> None:
        """Take an event onto the path where it tells of the thing; look further."""
        one = self._events[position]
        event = one.event
        roles = event.roles[window.key]
        if event.type in FAMILY:
            if not self._takes_family(event, roles, window, is_start=is_start):
                return
        elif event.type == "TransformationEvent" and not roles - {"input"}:
            # Used up in something else: that is the story of the other thing.
            return
        self._path.add(position)
        if not self._is_wrong(one):
            self._look_further(position, roles, window)

    @staticmethod
    def _takes_family(
        event: Event, roles: set[str], window: Window, *, is_start: bool
    ) -> bool:
        """Say whether packing or unpacking concerns the thing itself."""
        if "child" in roles or (is_start and "parent" in roles):
            return True
        empties_all = event.action == "DELETE" and not event.keys("child")
        return window.is_holder and empties_all

    def _look_further(self, position: int, roles: set[str], window: Window) -> None:
        one = self._events[position]
        event, when = one.event, one.event.event_time
        if event.type == "TransformationEvent" and position not in self._expanded:
            self._expanded.add(position)
            for key in event.keys("input", "transformation"):
                self._todo.append(Window(key, BEGINNING, when))
        if event.type in FAMILY and event.action == "ADD" and "child" in roles:
            for parent in event.keys("parent"):
                self._go_up(parent, window, when)
        if roles & {"epc", "output"} and event.lots:
            # Master data tie the item to its lot: what befell the lot before this.
            thing = identifiers.thing(window.key)
            if thing and thing.kind == "item" and thing.gtin in event.lots:
                self._todo.append(Window(event.lots[thing.gtin], BEGINNING, when))

    def _go_up(self, parent: str, window: Window, since: datetime) -> None:
        """Follow what holds the thing, from now until the thing leaves it."""
        stay = (window.key, parent, window.until)
        if since < self._stays.get(stay, BEGINNING):
            return
        until = min(window.until, self._left(window.key, parent, since))
        self._stays[stay] = until
        self._todo.append(Window(parent, since, until, is_holder=True))

    def _left(self, child: str, parent: str, since: datetime) -> datetime:
        """Return when a thing left what it was put into at `since`; never is `END`."""
        found = END
        for key in (child, parent):
            for position in self._within(Window(key, since, END)):
                one = self._events[position]
                if one.event.event_time > since and _ends(one, child, parent):
                    found = min(found, one.event.event_time)
                    break
        return found

    # --- Events that were declared wrong --------------------------------------------

    def _declared_wrong(self) -> frozenset[str]:
        names = {one.hash for one in self._declarations}
        names |= {one.event.event_id for one in self._declarations}
        return frozenset(names - {""})

    def _is_wrong(self, one: Recorded) -> bool:
        return bool({one.hash, one.event.event_id} & self._wrong_names)

    def _wrong(self, path: Iterable[Recorded]) -> list[Recorded]:
        """Return the declarations about what would be on the path, in its order."""
        by_name = {}
        for one in self._declarations:
            by_name[one.hash] = by_name[one.event.event_id] = one
        by_name.pop("", None)
        found: dict[str, Recorded] = {}
        for one in path:
            if declared := by_name.get(one.hash) or by_name.get(one.event.event_id):
                found[declared.hash] = declared
        # The wrong event itself may never have come; its declaration repeats it.
        for one in self._declarations:
            if set(one.event.keys("epc", "output", "child")) & set(self._done):
                found.setdefault(one.hash, one)
        return sorted(found.values(), key=_order)


def _ends(one: Recorded, child: str, parent: str) -> bool:
    """Say whether an event takes `child` out of `parent`."""
    event = one.event
    if event.type not in FAMILY or event.is_error_declaration:
        return False
    children, parents = event.keys("child"), event.keys("parent")
    if event.action == "DELETE":
        is_named = child in children or (not children and parent in parents)
        return is_named and (not parents or parent in parents)
    # Put somewhere else without having been taken out: it cannot be in both.
    return (
        event.type == "AggregationEvent"
        and event.action == "ADD"
        and child in children
        and parent not in parents
    )


def _order(one: Recorded) -> tuple[datetime, bool, str]:
    """Sort by instant, at the same one the making first, and then always alike."""
    return (
        one.event.event_time,
        one.event.type != "TransformationEvent",
        one.hash,
    )
