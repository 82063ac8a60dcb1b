"""
EPCIS 2.0 in XML, turned into the shape of its JSON. Pure.

The two say the same thing in two syntaxes; everything behind knows one of them.
"""

import io
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

EVENTS = {
    "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent",
    "AssociationEvent",
}  # fmt: skip
# Lists whose elements are texts, objects of elements, or one value with its type.
_LISTS = {
    "epcList", "childEPCs", "inputEPCList", "outputEPCList", "quantityList",
    "childQuantityList", "inputQuantityList", "outputQuantityList",
    "bizTransactionList", "sourceList", "destinationList", "sensorElementList",
    "correctiveEventIDs",
}  # fmt: skip
_TYPED = {"bizTransaction", "source", "destination"}
_REPEATED = {"sensorReport", "set", "unset"}
# Wrappers of EPCIS 1, whose content belongs to what holds them.
_WRAPPERS = {"extension", "baseExtension"}
_RESERVED = {"http", "https", "urn", "xml", ""}
MAX_DEPTH = 40


class NotReadable(Exception):
    """Raised for what is no XML, or XML with entities, or nested without end."""


class Parsed(NamedTuple):
    """The events of a document in the shape of JSON, and the prefixes of its names."""

    events: list[dict[str, Any]]
    namespaces: dict[str, str]


def parse(data: bytes | str) -> Parsed:
    """Return the events of an XML document. Raise `NotReadable` when there is none."""
    raw = data.encode() if isinstance(data, str) else data
    homes: dict[str, str] = {}
    depth = 0
    root: Element | None = None
    try:
        for kind, found in iterparse(
            io.BytesIO(raw), ("start", "end", "start-ns"), forbid_dtd=True
        ):
            if kind == "start-ns":
                prefix, home = found
                if prefix not in _RESERVED:
                    homes[home] = prefix
                continue
            depth += 1 if kind == "start" else -1
            if depth > MAX_DEPTH:
                raise NotReadable("nested too deep")
            root = found
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotReadable(str(error)) from error
    if root is None:
        raise NotReadable("it is empty")
    reader = _Reader(homes)
    events = [
        {"type": _local(element), **reader.members(element)}
        for element in root.iter()
        if _local(element) in EVENTS and _home(element) == ""
    ]
    return Parsed(events, {prefix: home for home, prefix in reader.homes.items()})


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _home(element: Element) -> str:
    return str(element.tag).rpartition("}")[0].lstrip("{")


class _Reader:
    """Turns elements into values, with one prefix for each namespace."""

    def __init__(self, homes: dict[str, str]) -> None:
        self.homes = dict(homes)

    def members(self, element: Element) -> dict[str, Any]:
        """Return the attributes and children of an element by name."""
        found: dict[str, Any] = {
            self._name(name): text for name, text in element.attrib.items()
        }
        for child in element:
            if _local(child) in _WRAPPERS and not _home(child):
                found.update(self.members(child))
                continue
            name, value = self._name(str(child.tag)), self._value(child)
            if name in _REPEATED:
                found.setdefault(name, []).append(value)
            elif name in found:
                before = found[name]
                found[name] = [*(before if isinstance(before, list) else [before])]
                found[name].append(value)
            else:
                found[name] = value
        return found

    def _value(self, element: Element) -> Any:
        name, text = _local(element), (element.text or "").strip()
        if not _home(element):
            if name in _LISTS:
                return [self._value(child) for child in element]
            if name in _TYPED:
                return {**self.members(element), name: text}
        members = self.members(element)
        if not members:
            return text
        return {**members, "#text": text} if text else members

    def _name(self, tag: str) -> str:
        home, _, local = tag.rpartition("}")
        if not home:
            return local
        home = home.lstrip("{")
        prefix = self.homes.setdefault(home, f"ns{len(self.homes) + 1}")
        return f"{prefix}:{local}"
