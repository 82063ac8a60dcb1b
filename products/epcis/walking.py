"""
The journey of one item or lot, as a shopper reads it. Pure.

Told from events alone: what no event says is a gap, and never filled in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from products.epcis import cbv, hashing, sensors, telling
from products.epcis.events import Event
from products.epcis.following import Followed, follow
from products.epcis.gathering import Party, Recorded
from products.epcis.identifiers import Thing
from products.epcis.stations import (
    NOTHING_KNOWN,
    Known,
    Site,
    coordinates,
    distance_km,
)
from products.epcis.telling import Gap, Step, Told

__all__ = [
    "NOTHING_KNOWN", "Gap", "Journey", "Known", "Party", "Recorded", "Site", "Step",
    "journey", "label",
]  # fmt: skip

DAY = timedelta(days=1)
# More would not be read, and weighs on every phone; the latest are kept.
MAX_ITEMS = 200
UNDOCUMENTED = {"fr": "Étape non documentée", "en": "Undocumented step"}
MOVED = {"fr": "Expédition et réception", "en": "Shipped and received"}
TRANSFORMED = {"fr": "Transformation", "en": "Transformed"}
CORRECTED = {"fr": "Étape corrigée\u00a0: %s", "en": "Corrected step: %s"}
UNNAMED = {"fr": "Étape sans nom", "en": "Unnamed step"}
# What these say of a transformation is only that something new is there.
_SAID_OF_ANYTHING_NEW = ("", "commissioning", "creating_class_instance", "other")


def journey(
    recorded: Iterable[Recorded], start: Thing, *, known: Known = NOTHING_KNOWN
) -> "Journey":
    """
    Return the journey of `start`, an item, a lot or a pallet, told from these events.

    Events about anything else may be among them and change nothing.
    """
    followed = follow(recorded, start)
    told = telling.tell(followed, known)
    return Journey(start, followed, told, known)


@dataclass(frozen=True)
class Journey:
    """The steps of one thing in the order of time, and what follows from them."""

    start: Thing
    followed: Followed
    told: Told
    known: Known = NOTHING_KNOWN

    @property
    def steps(self) -> list[Step]:
        """Return the documented steps; a move is one."""
        return self.told.steps

    @property
    def gaps(self) -> list[Gap]:
        """Return the links that nobody documents."""
        return self.told.gaps

    @property
    def corrected(self) -> list[Recorded]:
        """Return the declarations that an event of the path was wrong."""
        return self.followed.wrong

    @property
    def countries(self) -> tuple[str, ...]:
        """Return the countries, in the order of the journey."""
        return telling.countries(self.steps)

    @property
    def places(self) -> int:
        """Return how many different places are named."""
        return telling.places(self.steps)

    @property
    def distance_km(self) -> str | None:
        """Return the sum of the known legs, as the crow flies, or none."""
        known = [distance_km(*leg) for leg in self.told.legs]
        lengths = [length for length in known if length is not None]
        return str(sum(lengths)) if lengths else None

    @property
    def is_distance_whole(self) -> bool:
        """Say whether every leg has its coordinates; else the sum is a least."""
        return all(distance_km(*leg) is not None for leg in self.told.legs)

    @property
    def lead_time_seconds(self) -> int | None:
        """Return the time from the first transformation to the last commissioning."""
        events = [one.event for one in self.followed.path]
        made = [e.event_time for e in events if e.type == "TransformationEvent"]
        begun = [e.event_time for e in events if self._commissions(e)]
        if not made or not begun or max(begun) < min(made):
            return None
        return round((max(begun) - min(made)).total_seconds())

    @property
    def lead_time_days(self) -> str | None:
        """Return the lead time in days as a decimal text, `29.125`."""
        seconds = self.lead_time_seconds
        if seconds is None:
            return None
        days = (Decimal(seconds) / 86_400).quantize(Decimal("0.001"))
        return hashing.canonical(days)

    @property
    def lead_time(self) -> str | None:
        """Return the lead time as an ISO 8601 duration to the minute, `P29DT3H`."""
        seconds = self.lead_time_seconds
        if seconds is None:
            return None
        minutes = round(seconds / 60)
        days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
        text = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
        date = f"{days}D" if days or not text else ""
        return f"P{date}{'T' if text else ''}{text}"

    @property
    def verified_ratio(self) -> str | None:
        """Return the share of steps signed by whoever did them, 0 to 1, or none."""
        if not self.steps:
            return None
        signed = sum(step.is_signed_by_actor for step in self.steps)
        share = (Decimal(signed) / len(self.steps)).quantize(Decimal("0.01"))
        return hashing.canonical(share)

    @property
    def event_hashes(self) -> tuple[str, ...]:
        """Return the hashes of the events of the path, in order."""
        return tuple(one.hash for one in self.followed.path)

    @property
    def observed_at(self) -> datetime | None:
        """Return when the last event of the path happened."""
        path = self.followed.path
        return path[-1].event.event_time if path else None

    def items(self) -> list[dict[str, Any]]:
        """
        Return the value of the field `traceability.journey`: steps, gaps, corrections.

        In the order of time, texts by language, no float; at most `MAX_ITEMS`.
        """
        items: list[dict[str, Any]] = []
        wrong = list(self.corrected)
        gaps = list(self.gaps)
        for position, step in enumerate(self.steps):
            when = step.recorded.event.event_time
            while wrong and wrong[0].event.event_time <= when:
                items.append(self._corrected(wrong.pop(0)))
            while gaps and gaps[0].before <= position:
                items.append(_gap(gaps.pop(0)))
            items.append(_step(step))
        items += map(_gap, gaps)
        items += map(self._corrected, wrong)
        return items[-MAX_ITEMS:]

    def summary(self) -> dict[str, Any]:
        """Return what the head of a journey says, ready for canonical JSON."""
        return {
            "steps": len(self.steps),
            "gaps": len(self.gaps),
            "corrected": len(self.corrected),
            "places": self.places,
            "countries": list(self.countries),
            "distance_km": self.distance_km,
            "is_distance_whole": self.is_distance_whole,
            "lead_time_days": self.lead_time_days,
            "lead_time": self.lead_time,
            "verified_ratio": self.verified_ratio,
            "stands_on": {
                name: text
                for name, text in (
                    ("lot", self.start.lot),
                    ("serial", self.start.serial),
                )
                if text
            },
        }

    def _commissions(self, event: Event) -> bool:
        """Say whether the thing itself, or the lot that it is of, begins here."""
        is_start = event.biz_step in ("commissioning", "creating_class_instance")
        if not is_start and not event.brings_into_being:
            return False
        return self.start.key in event.keys("epc", "output", "lot")

    def _corrected(self, declared: Recorded) -> dict[str, Any]:
        event = declared.event
        names = set(event.corrective_event_ids)
        by = [
            one.hash
            for one in self.followed.path
            if one.event.event_id in names or one.hash in names
        ]
        words = label(event)
        return {
            "kind": "corrected",
            "at": event.local_time,
            "step": {code: text % words[code] for code, text in CORRECTED.items()},
            "biz_step": event.biz_step,
            "corrected_by": by,
            "proof": _proof(declared),
        }


def label(event: Event) -> dict[str, str]:
    """Return the words for a step in `fr` and `en`."""
    step = event.biz_step
    if event.type == "TransformationEvent" and step in _SAID_OF_ANYTHING_NEW:
        return TRANSFORMED
    if step in cbv.LABELS["bizStep"]:
        return cbv.LABELS["bizStep"][step]
    # A word of somebody's own: `https://example.com/BizStep-dyeing_yarn`.
    own = step.replace(":", "/").rpartition("/")[2].removeprefix("BizStep-")
    words = own.replace("_", " ").replace("-", " ").strip()
    return {"fr": words, "en": words} if words else UNNAMED


def _teller(step: Step) -> str:
    """Return who tells of a step when nobody says who did it."""
    teller = step.recorded.captured_by
    return teller.name if teller and not step.actor else ""


def _step(step: Step) -> dict[str, Any]:
    event = step.recorded.event
    item: dict[str, Any] = {
        "kind": "move" if step.arrival else "event",
        "at": event.local_time,
        "step": MOVED if step.arrival else label(event),
        "biz_step": event.biz_step,
        "disposition": step.ends_at.recorded.event.disposition,
        **_where(step.site),
        "actor": step.actor.name if step.actor else "",
        "told_by": _teller(step),
        "inputs": step.inputs,
        "proof": _proof(step.recorded),
    }
    if step.arrival:
        end = step.arrival
        item |= {
            "until": end.recorded.event.local_time,
            "to": _said(
                {**_where(end.site), "actor": end.actor.name if end.actor else ""}
            ),
            "arrival_proof": _proof(end.recorded),
        }
    if cold := sensors.cold_chain(*(one.event for one in step.events)):
        item["cold_chain"] = cold.as_document()
    return _said(item)


def _gap(gap: Gap) -> dict[str, Any]:
    return _said(
        {
            "kind": "gap",
            "step": UNDOCUMENTED,
            "missing": gap.code,
            "count": gap.things if gap.things > 1 else 0,
            "from": _said(_where(gap.from_site)),
            "to": _said(_where(gap.to_site)),
        }
    )


def _where(site: Site) -> dict[str, str]:
    """Return a place to the town; coordinates to about a kilometre."""
    at = coordinates(site)
    return {
        "place": site.town or site.name,
        "country": site.country,
        "lat": str(at[0]) if at else "",
        "lng": str(at[1]) if at else "",
    }


def _proof(recorded: Recorded) -> dict[str, Any]:
    return _said(
        {
            "event_hash": recorded.hash,
            "signed_by": recorded.signed_by,
            "verification": recorded.verification,
        }
    )


def _said(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: phones pay for each byte."""
    return {key: value for key, value in item.items() if value not in ("", 0, {}, None)}
