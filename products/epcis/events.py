"""One event that has been read: what it says, and of which things. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from products.epcis import hashing, identifiers, instants
from products.epcis.identifiers import Thing

ROLES = ("epc", "parent", "child", "input", "output", "lot", "transformation")
_LISTS = {
    "epcList": "epc",
    "quantityList": "epc",
    "childEPCs": "child",
    "childQuantityList": "child",
    "inputEPCList": "input",
    "inputQuantityList": "input",
    "outputEPCList": "output",
    "outputQuantityList": "output",
}
# Where a commissioning event says of which lot the new items are.
_LOT_FIELDS = ("lotNumber", "hasBatchLotNumber", "batchLotNumber")
MAX_LOT = 20


class Mention(NamedTuple):
    """
    A thing in an event, with its role there, one of `ROLES`.

    `lot` is the lot of the items that a commissioning event brings into being: said by
    its master data, the one tie between a serial and its lot. `transformation` is the
    name by which the parts of one long transformation belong together.
    """

    role: str
    thing: Thing
    quantity: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Event:
    """
    An event as normalised. `content` and `namespaces` are all that need be kept of it.

    `index` is its position in the document that it came with, -1 once restored.
    """

    content: dict[str, Any]
    namespaces: Mapping[str, str] = field(default_factory=dict)
    index: int = -1

    @property
    def type(self) -> str:
        """Return which of the five types it is, `ObjectEvent`."""
        return str(self.content["type"])

    @property
    def event_id(self) -> str:
        """Return the name that its sender gave it, or nothing."""
        return str(self.content.get("eventID", ""))

    @cached_property
    def event_hash(self) -> str:
        """Return the name that follows from what it says: CBV 2.0, section 8.9.2."""
        return hashing.event_hash(self.content, self.namespaces)

    @cached_property
    def event_time(self) -> datetime:
        """Return when it happened, in UTC."""
        return instants.instant(self.content["eventTime"])

    @property
    def offset(self) -> str:
        """Return the offset of the clock on the place, `+01:00`."""
        return str(self.content["eventTimeZoneOffset"])

    @property
    def local_time(self) -> str:
        """Return when it happened in RFC 3339, as the clock on the place showed it."""
        return instants.local(self.event_time, self.offset)

    @property
    def record_time(self) -> datetime | None:
        """Return when it was first recorded, as its sender says."""
        said = self.content.get("recordTime")
        return instants.instant(said) if said else None

    @property
    def action(self) -> str:
        """Return ADD, OBSERVE or DELETE; nothing for a transformation."""
        return str(self.content.get("action", ""))

    @property
    def biz_step(self) -> str:
        """Return the word of CBV, or the URI, for the step; nothing when unsaid."""
        return str(self.content.get("bizStep", ""))

    @property
    def disposition(self) -> str:
        """Return the word for the state that the things are in afterwards."""
        return str(self.content.get("disposition", ""))

    @property
    def is_error_declaration(self) -> bool:
        """Say whether it repeats an event only to declare that it was wrong."""
        return "errorDeclaration" in self.content

    @property
    def corrective_event_ids(self) -> tuple[str, ...]:
        """Return the names of the events that put right what was declared wrong."""
        declaration = self.content.get("errorDeclaration", {})
        return tuple(declaration.get("correctiveEventIDs", ()))

    @property
    def place_said(self) -> Mapping[str, Any]:
        """Return where it happened with all that is said of the place."""
        for name in ("readPoint", "bizLocation"):
            if place := self.content.get(name):
                return dict(place)
        return {}

    @property
    def place(self) -> str:
        """Return the canonical URI of where it happened, or nothing."""
        said = self.place_said
        return identifiers.canonical(str(said["id"])) if said else ""

    def parties(self, name: str) -> dict[str, str]:
        """Return the canonical URIs in `sourceList` or `destinationList` by type."""
        member = name.removesuffix("List")
        return {
            str(entry["type"]): identifiers.canonical(str(entry[member]))
            for entry in self.content.get(name, ())
        }

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Return every thing that it names, by role, each once."""
        return tuple(dict.fromkeys(self._mentions()))

    @cached_property
    def roles(self) -> dict[str, set[str]]:
        """Return the roles of each thing by its key."""
        found: dict[str, set[str]] = {}
        for mention in self.mentions:
            found.setdefault(mention.thing.key, set()).add(mention.role)
        return found

    @cached_property
    def lots(self) -> dict[str, str]:
        """Return the key of the lot to which the new items of each product belong."""
        lots = (one.thing for one in self.mentions if one.role == "lot")
        return {lot.gtin: lot.key for lot in lots}

    @property
    def gtins(self) -> frozenset[str]:
        """Return the 14 digits of every product that it names, in any role."""
        return frozenset(
            mention.thing.gtin for mention in self.mentions if mention.thing.gtin
        )

    def keys(self, *roles: str) -> list[str]:
        """Return the keys of the things in these roles, in the order of the event."""
        return [one.thing.key for one in self.mentions if one.role in roles]

    def _mentions(self) -> Iterator[Mention]:
        if thing := self._thing(self.content.get("parentID")):
            yield Mention("parent", thing)
        for name, role in _LISTS.items():
            for item in self.content.get(name, ()):
                said = item if isinstance(item, dict) else {"epcClass": item}
                if thing := self._thing(said.get("epcClass")):
                    quantity = hashing.canonical(said.get("quantity"))
                    yield Mention(role, thing, quantity, str(said.get("uom", "")))
        if thing := self._thing(self.content.get("transformationID")):
            yield Mention("transformation", thing._replace(gtin=""))
        yield from self._lots()

    def _lots(self) -> Iterator[Mention]:
        """Tie new items to the lot that the master data name, product by product."""
        lot = _lot(self.content.get("ilmd"))
        if not lot or not self.brings_into_being:
            return
        role_of_new = "output" if self.type == "TransformationEvent" else "epc"
        for name, role in _LISTS.items():
            if role != role_of_new:
                continue
            for item in self.content.get(name, ()):
                uri = item.get("epcClass") if isinstance(item, dict) else item
                thing = self._thing(uri)
                if thing and thing.gtin and thing.kind in ("item", "model"):
                    yield Mention("lot", identifiers.of_product(thing.gtin, lot=lot))

    @property
    def brings_into_being(self) -> bool:
        """Say whether things begin with it: commissioned, or made of others."""
        return self.type == "TransformationEvent" or (
            self.type == "ObjectEvent" and self.action == "ADD"
        )

    @staticmethod
    def _thing(uri: Any) -> Thing | None:
        return identifiers.thing(uri) if isinstance(uri, str) else None


def restore(content: dict[str, Any], namespaces: Mapping[str, str]) -> Event:
    """Return an event as it was kept. Nothing is checked again."""
    return Event(content, namespaces)


def _lot(ilmd: Any) -> str:
    if not isinstance(ilmd, dict):
        return ""
    for name, value in ilmd.items():
        if name.rpartition(":")[2].rpartition("/")[2] in _LOT_FIELDS:
            text = str(value).strip() if isinstance(value, str | int) else ""
            if 0 < len(text) <= MAX_LOT and text.isascii():
                return text
    return ""
