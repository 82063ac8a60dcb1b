"""
The hash by which an event is known, whoever wrote it down and how. Pure.

Source: CBV 2.0, section 8.9.2. Keys and values of an event in a fixed order, each value
in its canonical form, make the pre-hash string; its SHA-256 is the event's name. When,
by whom it was recorded, and that it was declared wrong, are not part of it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from products.epcis import cbv, identifiers, instants

WELL_KNOWN = {
    "gs1": "https://gs1.org/voc/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "epcis": "https://ref.gs1.org/epcis/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
COMMENT = "{http://www.w3.org/2000/01/rdf-schema#}comment"
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TYPE_HOME = re.compile(
    r"(?:epcis:|https?://(?:ref|ns)[.]gs1[.]org/epcis/|urn:epcglobal:epcis:)"
)
LEFT_OUT = {"@context", "type", "recordTime", "eventID", "errorDeclaration"}
IGNORED_FIELDS = "ignoreFields"

Namespaces = Mapping[str, str]


def event_hash(event: dict[str, Any], namespaces: Namespaces) -> str:
    """Return `ni:///sha-256;<hex>?ver=CBV2.0` of an event as sent or as normalised."""
    digest = hashlib.sha256(pre_hash(event, namespaces).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def pre_hash(event: dict[str, Any], namespaces: Namespaces) -> str:
    """Return the string whose SHA-256 names the event."""
    names = _Names(namespaces, _ignored(event))
    parts = [f"eventType={cbv_type(str(event.get('type', '')))}"]
    for name, write in _EVENT.items():
        if event.get(name) is not None:
            parts.append(write(name, event[name], names))
    known = {*_EVENT, *_SORTED, *LEFT_OUT}
    last = [*names.extensions(event, known), *_misplaced(event)]
    last += [
        write(name, event[name], names)
        for name, write in _SORTED.items()
        if event.get(name) is not None
    ]
    return "".join([*parts, *sorted(last)])


def cbv_type(text: str) -> str:
    """Return the type of an event without its home: `ObjectEvent`."""
    return _TYPE_HOME.sub("", text.strip())


def _ignored(event: dict[str, Any]) -> frozenset[str]:
    """Return the names that the event, or its document, wants left out."""
    found: set[str] = set()
    for name, value in event.items():
        if name.rpartition(":")[2] == IGNORED_FIELDS and isinstance(value, list):
            found |= {name, *(one for one in value if isinstance(one, str))}
    return frozenset(found)


class _Names(NamedTuple):
    """How names of extensions are written out."""

    namespaces: Namespaces
    ignored: frozenset[str]

    def expanded(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        if not colon:
            return name
        home = self.namespaces.get(prefix, WELL_KNOWN.get(prefix))
        if home is not None:
            return f"{{{home}}}{local}"
        if local.startswith("//") or prefix == "urn":
            cut = max(name.rfind(mark) for mark in "/#:") + 1
            return f"{{{name[:cut]}}}{name[cut:]}"
        return name

    def extensions(self, value: Mapping[str, Any], known: Iterable[str]) -> list[str]:
        """Return what an object holds beside `known`, each written, in order."""
        skipped = set(known)
        own: list[str] = []
        for name, inner in value.items():
            # A name that begins so is a comment, and no part of the graph.
            if name not in skipped | self.ignored and not name.startswith("_"):
                own += self.written(name, inner)
        return sorted(own)

    def written(self, name: str, value: Any) -> list[str]:
        """Return an extension as `{namespace}name=value`; a list as one per item."""
        if isinstance(value, list):
            return [one for item in value for one in self.written(name, item)]
        key = self.expanded(name)
        if key == COMMENT:
            return []
        if isinstance(value, dict):
            text = self.written_text(value)
            inner = self.extensions(value, {"#text"})
            return [key + text + "".join(inner)] if text or inner else []
        said = canonical(value)
        return [f"{key}={said}"] if said else []

    def written_text(self, value: Mapping[str, Any]) -> str:
        """Return the text of an XML element that has attributes too."""
        text = canonical(value.get("#text"))
        return f"={text}" if text else ""


def canonical(value: Any) -> str:
    """Return any value in its canonical form; nothing for what is absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number(str(value))
    text = str(value).strip()
    if NUMBER.fullmatch(text):
        return _number(text)
    return identifiers.canonical(cbv.uri(text)) if ":" in text else text


def _number(text: str) -> str:
    """
    Return a number as a double holds it, without trailing zeros or exponent.

    The published vectors want it so of texts of digits too: 24 digits come out rounded.
    """
    number = float(text)
    if not abs(number) < float("inf"):
        return text
    if number == int(number):
        return str(int(number))
    return format(Decimal(repr(number)), "f")


# --- The fields of an event, each with its way of being written ---------------------

_Write = Callable[[str, Any, _Names], str]


def _value(name: str, value: Any, _names: _Names) -> str:
    found = [canonical(one) for one in _listed(value)]
    return "".join(sorted(f"{name}={one}" for one in found if one))


def _instant(name: str, value: Any, _names: _Names) -> str:
    text = str(value).strip()
    try:
        text = instants.in_utc(instants.instant(text))
    except ValueError:
        return f"{name}={text}"
    return f"{name}={text}"


def _offset(name: str, value: Any, _names: _Names) -> str:
    return f"{name}={str(value).strip()}"


def _word(kind: str) -> _Write:
    def write(name: str, value: Any, _names: _Names) -> str:
        said = [cbv.word_uri(kind, str(one)) for one in _listed(value)]
        return "".join(sorted(f"{name}={one}" for one in said if one))

    return write


def _list_of(item: _Write, item_name: str) -> _Write:
    """Return how a list is written: its name once, its items sorted, doubles kept."""

    def write(name: str, value: Any, names: _Names) -> str:
        items = [item(item_name, one, names) for one in _listed(value)]
        found = "".join(sorted(items))
        return name + found if found else ""

    return write


def _object(fields: Mapping[str, _Write], *, named: bool = True) -> _Write:
    """Return how an object is written: its fields in order, then its extensions."""

    def write(name: str, value: Any, names: _Names) -> str:
        if not isinstance(value, dict):
            return _value(name, value, names)
        found = [
            inner(key, value[key], names)
            for key, inner in fields.items()
            if value.get(key) is not None
        ]
        known = {*fields, *_MISPLACED}
        text = "".join([*found, *names.extensions(value, known)])
        return (name if named and text else "") + text

    return write


def _ilmd(name: str, value: Any, names: _Names) -> str:
    text = "".join(names.extensions(value, ())) if isinstance(value, dict) else ""
    return name + text if text else ""


def _each(item: _Write) -> _Write:
    def write(name: str, value: Any, names: _Names) -> str:
        return "".join(sorted(item(name, one, names) for one in _listed(value)))

    return write


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# Of a sensor's report: a field of the schema that CBV's order has no place for.
_MISPLACED = ("bizRules",)


def _misplaced(event: dict[str, Any]) -> list[str]:
    """
    Return the business rules of sensor reports, which end the string.

    CBV's order forgets them; the published vectors have them here, with their path.
    """
    elements = []
    for element in _listed(event.get("sensorElementList", [])):
        reports = element.get("sensorReport", []) if isinstance(element, dict) else []
        rules = [
            f"sensorReportbizRules={canonical(report['bizRules'])}"
            for report in _listed(reports)
            if isinstance(report, dict) and report.get("bizRules")
        ]
        if rules:
            elements.append("sensorElement" + "".join(sorted(rules)))
    return ["sensorElementList" + "".join(sorted(elements))] if elements else []


_EPCS = _list_of(_value, "epc")
_QUANTITIES = _list_of(
    _object({"epcClass": _value, "quantity": _value, "uom": _value}), "quantityElement"
)
_PLACE = _object({"id": _value})
_METADATA = _object(
    {
        "time": _instant,
        "startTime": _instant,
        "endTime": _instant,
        **dict.fromkeys(
            ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod"), _value
        ),
        "bizRules": _value,
    }
)
_REPORT = _object(
    {
        "type": _word("measurement"),
        "exception": _word("alert"),
        **dict.fromkeys(
            ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod"), _value
        ),
        "time": _instant,
        "microorganism": _value,
        "chemicalSubstance": _value,
        "value": _value,
        "component": _word("component"),
        **dict.fromkeys(
            (
                "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue",
                "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom",
                "coordinateReferenceSystem",
            ),
            _value,
        ),
    }
)  # fmt: skip
_EVENT: dict[str, _Write] = {
    "eventTime": _instant,
    "eventTimeZoneOffset": _offset,
    "certificationInfo": _value,
    "epcList": _EPCS,
    "parentID": _value,
    "inputEPCList": _EPCS,
    "childEPCs": _EPCS,
    "quantityList": _QUANTITIES,
    "childQuantityList": _QUANTITIES,
    "inputQuantityList": _QUANTITIES,
    "outputEPCList": _EPCS,
    "outputQuantityList": _QUANTITIES,
    "action": _value,
    "transformationID": _value,
    "bizStep": _word("bizStep"),
    "disposition": _word("disposition"),
    "persistentDisposition": _object(
        {"set": _word("disposition"), "unset": _word("disposition")}
    ),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "sensorElementList": _list_of(
        _object({"sensorMetadata": _METADATA, "sensorReport": _each(_REPORT)}),
        "sensorElement",
    ),
}
# Written with the extensions, all of them sorted: CBV's text has an order for these
# four as well, but every published vector has them so, and vectors are what others
# recompute.
_SORTED: dict[str, _Write] = {
    "bizTransactionList": _list_of(
        _object(
            {"type": _word("bizTransactionType"), "bizTransaction": _value}, named=False
        ),
        "",
    ),
    "sourceList": _list_of(
        _object({"type": _word("sourceDestType"), "source": _value}, named=False), ""
    ),
    "destinationList": _list_of(
        _object({"type": _word("sourceDestType"), "destination": _value}, named=False),
        "",
    ),
    "ilmd": _ilmd,
}
