"""Which events a journey needs, asked for generation by generation. Pure."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from products.epcis.events import Event
from products.epcis.identifiers import Thing

# Both bound what one sheet may cost: no shopper reads ten thousand steps.
MAX_EVENTS = 10_000
MAX_GENERATIONS = 200


class Party(NamedTuple):
    """Who did something: its key (a company's id, else the URI) and its public name."""

    key: str
    name: str = ""


class Recorded(NamedTuple):
    """
    An event as it was captured: who sent it, who signed it, how far it was verified.

    `signed_by` is the key of the party whose signature was checked, or nothing.
    """

    event: Event
    event_hash: str = ""
    captured_by: Party | None = None
    signed_by: str = ""
    verification: str = "declared"

    @property
    def hash(self) -> str:
        """Return the hash that was kept, or compute it."""
        return self.event_hash or self.event.event_hash


Fetch = Callable[[frozenset[str]], Iterable[Recorded]]


def gather(start: Thing, fetch: Fetch, *, limit: int = MAX_EVENTS) -> list[Recorded]:
    """
    Return the events from which the journey of `start` can be told.

    `fetch(keys)` returns every event that mentions one of the keys, in any role. It is
    asked once per generation: inputs of inputs, and what held them; never siblings.
    What lies beyond the limits shows in the journey as a gap.
    """
    gathered: dict[tuple[str, bool], Recorded] = {}
    asked: set[str] = set()
    wanted = {start.key}
    for _ in range(MAX_GENERATIONS):
        asking = frozenset(wanted - asked)
        if not asking or len(gathered) >= limit:
            break
        asked |= asking
        for recorded in fetch(asking):
            if len(gathered) >= limit:
                break
            key = (recorded.hash, recorded.event.is_error_declaration)
            gathered.setdefault(key, recorded)
            wanted |= leads_to(recorded.event, asked)
    return list(gathered.values())


def leads_to(event: Event, known: set[str]) -> set[str]:
    """Return the keys to which an event leads back from things that are known."""
    if event.is_error_declaration:
        return set()
    match event.type:
        case "TransformationEvent" if known & set(
            event.keys("output", "lot", "transformation")
        ):
            return set(event.keys("input", "transformation", *_ties(event, known)))
        case "AggregationEvent" | "AssociationEvent" if known & set(
            event.keys("child")
        ):
            return set(event.keys("parent"))
        case "ObjectEvent":
            return set(event.keys(*_ties(event, known)))
    return set()


def _ties(event: Event, known: set[str]) -> tuple[str, ...]:
    """Say that the event leads from an item that it makes to the lot of that item."""
    return ("lot",) if known & set(event.keys("epc", "output")) else ()
