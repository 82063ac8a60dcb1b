"""
The steps of a path, in the words of a journey: moves, actors, gaps. Pure.

Whatever joins two steps is a thing that both mention: so it is known from where it
came, and seen when nobody said how.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from products.epcis.following import Followed
from products.epcis.gathering import Party, Recorded
from products.epcis.stations import Known, Site, described, without_room

DEPARTURES = frozenset(
    {
        "shipping", "departing", "transporting", "loading", "consigning",
        "staging_outbound",
    }
)  # fmt: skip
ARRIVALS = frozenset(
    {"receiving", "arriving", "unloading", "accepting", "transporting"}
)
MOVES = (("shipping", "receiving"),)


class Gap(NamedTuple):
    """
    A link that nobody documents, before the step at `before`.

    `code`: `origin` (of how many inputs, or of the thing itself), `transport`,
    `departure` or `arrival`.
    """

    code: str
    before: int
    from_site: Site = Site()
    to_site: Site = Site()
    things: int = 1


@dataclass
class Step:
    """One documented step: an event, or a move of a shipping and its receiving."""

    recorded: Recorded
    place: str
    site: Site
    actor: Party | None
    inputs: int
    arrival: "Step | None" = None
    keys: frozenset[str] = field(default_factory=frozenset)

    @property
    def events(self) -> tuple[Recorded, ...]:
        """Return its event, or the two of a move."""
        return (
            (self.recorded, self.arrival.recorded) if self.arrival else (self.recorded,)
        )

    @property
    def ends_at(self) -> "Step":
        """Return the step at which it leaves the thing."""
        return self.arrival or self

    @property
    def is_signed_by_actor(self) -> bool:
        """Say whether whoever did it signed it; for a move, both ends."""
        ends = (self, self.arrival) if self.arrival else (self,)
        return all(
            end.recorded.signed_by
            and end.actor
            and end.actor.key == end.recorded.signed_by
            for end in ends
        )


class Told(NamedTuple):
    """The steps in order, the gaps between them, and the legs from place to place."""

    steps: list[Step]
    gaps: list[Gap]
    legs: list[tuple[Site, Site]]


def tell(followed: Followed, known: Known) -> Told:
    """Return the steps of a path with what is missing between them."""
    return _Teller(followed, known).told()


class _Teller:
    def __init__(self, followed: Followed, known: Known) -> None:
        self._followed = followed
        self._known = known
        self._steps: list[Step] = []
        self._gaps: list[Gap] = []
        self._legs: dict[tuple[str, str], tuple[Site, Site]] = {}
        # Of each thing: the step in which it was last seen.
        self._last: dict[str, Step] = {}

    def told(self) -> Told:
        for recorded in self._followed.path:
            self._add(recorded)
        self._gaps.sort(key=lambda gap: gap.before)
        return Told(self._steps, self._gaps, list(self._legs.values()))

    def _add(self, recorded: Recorded) -> None:
        step = self._step(recorded)
        before = self._before(step)
        shipping = self._shipping_of(step, before)
        position = len(self._steps) - (shipping is not None)
        self._note_origins(step, position)
        for one in before:
            self._note_way(one.ends_at, step, position)
        if shipping is None:
            self._steps.append(step)
        else:
            shipping.arrival = step
        for key in step.keys:
            self._last[key] = shipping or step

    def _step(self, recorded: Recorded) -> Step:
        event = recorded.event
        place = event.place
        site = self._site(recorded, place)
        inputs = event.keys("input") if event.type == "TransformationEvent" else ()
        keys = self._followed.keys.intersection(
            mention.thing.key for mention in event.mentions
        )
        return Step(
            recorded, place, site, self._actor(recorded, site), len(inputs), keys=keys
        )

    def _site(self, recorded: Recorded, place: str) -> Site:
        """Return the place as it is known here, else as the event describes it."""
        if not place:
            return Site()
        known = self._known.site(place)
        return known if any(known) else described(recorded.event.place_said)

    def _actor(self, recorded: Recorded, site: Site) -> Party | None:
        """
        Return who did it: named by the event, else whose place it is; else nobody.

        Whoever tells of a step has not done it: a brand tells its suppliers' steps. Who
        sends goods is their source, who receives them their destination; of the two
        parties, the one that has them in hand goes before their owner.
        """
        event = recorded.event
        side = "destinationList" if event.biz_step in ARRIVALS else "sourceList"
        if event.biz_step in DEPARTURES | ARRIVALS:
            parties = event.parties(side)
            for kind in ("possessing_party", "owning_party"):
                if kind in parties:
                    return self._known.party(parties[kind])
        return site.party

    def _before(self, step: Step) -> list[Step]:
        """Return the steps in which these things, or what they are made of, were."""
        found = {
            id(self._last[key]): self._last[key]
            for key in step.keys
            if key in self._last
        }
        return list(found.values())

    def _shipping_of(self, step: Step, before: Sequence[Step]) -> Step | None:
        """Return the shipping that this receiving ends, when nothing came between."""
        for one in before:
            pair = (one.recorded.event.biz_step, step.recorded.event.biz_step)
            if pair in MOVES and one.arrival is None and one is self._steps[-1]:
                return one
        return None

    def _note_origins(self, step: Step, position: int) -> None:
        """Note the things that are there without anybody saying where from."""
        event = step.recorded.event
        new = [
            key
            for key in sorted(step.keys & self._followed.made_things)
            if key not in self._last and not self._is_made_by(key, step)
        ]
        if new:
            self._gaps.append(
                Gap("origin", position, to_site=step.site, things=len(new))
            )
        elif event.type == "TransformationEvent" and not event.keys(
            "input", "transformation"
        ):
            self._gaps.append(Gap("origin", position, to_site=step.site))

    @staticmethod
    def _is_made_by(key: str, step: Step) -> bool:
        event = step.recorded.event
        if event.type == "TransformationEvent":
            return bool(event.roles[key] - {"input"})
        return event.brings_into_being

    def _note_way(self, one: Step, step: Step, position: int) -> None:
        """Note the leg between two steps, and the gap where nobody says how."""
        start, end = without_room(one.place), without_room(step.place)
        if not start or not end or start == end:
            return
        self._legs.setdefault((start, end), (one.site, step.site))
        leaves = one.recorded.event.biz_step in DEPARTURES
        arrives = step.recorded.event.biz_step in ARRIVALS
        if leaves and arrives:
            return
        code = "arrival" if leaves else "departure" if arrives else "transport"
        gap = Gap(code, position, one.site, step.site)
        if gap not in self._gaps[-20:]:
            self._gaps.append(gap)


def countries(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the countries of the steps, each once, in the order of the journey."""
    ends = [end for step in steps for end in (step, step.ends_at)]
    return tuple(dict.fromkeys(end.site.country for end in ends if end.site.country))


def places(steps: Iterable[Step]) -> int:
    """Return how many different places the steps name."""
    ends = [end for step in steps for end in (step, step.ends_at)]
    return len({without_room(end.place) for end in ends if end.place})
