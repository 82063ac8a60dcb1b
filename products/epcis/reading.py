"""
A document of events, read and checked whole. Pure.

JSON-LD or XML of EPCIS 2.0, as a capture document, the answer to a query, one event or
a list of them. Reading never raises: what is wrong is told, error by error, with its
path.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from products.epcis import normalising, shapes, strict_json, xml_documents
from products.epcis.checking import CLOCK_TOLERANCE, check
from products.epcis.cycles import Placed, check_together
from products.epcis.events import Event
from products.epcis.problems import Problem, Problems

MAX_BYTES = 10 * 1024 * 1024
MAX_EVENTS = 10_000
MAX_DEPTH = strict_json.MAX_DEPTH
VERSION = re.compile(r"[0-9]+([.][0-9]+)*")

__all__ = [
    "CLOCK_TOLERANCE", "MAX_BYTES", "MAX_DEPTH", "MAX_EVENTS", "Document", "read",
]  # fmt: skip


class Document(NamedTuple):
    """
    What a document holds: its valid events in order, and every error.

    `total` counts the events, valid or not. Whoever takes all or nothing looks at
    `problems` first.
    """

    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    total: int


class _Found(NamedTuple):
    """Where the events of a document are, and what holds for all of them."""

    events: list[Any]
    paths: str
    namespaces: Mapping[str, str]
    ignored: Mapping[str, Any]

    def path(self, index: int) -> str:
        """Return the path of one event."""
        return self.paths.replace("*", str(index))


def read(
    data: bytes | str | dict[str, Any] | list[Any],
    *,
    now: datetime,
    namespaces: Mapping[str, str] | None = None,
) -> Document:
    """
    Return what `data` holds. Never raises.

    `namespaces` are prefixes declared outside of the document, as the header
    `GS1-Extensions` does; those of the document stand before them. Events that
    contradict one another are all left out: nobody can tell which of them is wrong.
    """
    problems = Problems()
    found = _found(data, problems)
    if found is None:
        return Document((), problems.all(), 0)
    if len(found.events) > MAX_EVENTS:
        many = len(found.events)
        problems.add("$", "too_many_events", count=many, limit=MAX_EVENTS)
        return Document((), problems.all(), many)
    if not found.events:
        problems.add(found.paths.removesuffix("[*]"), "no_events")
    outside = {**(namespaces or {}), **found.namespaces}
    placed = []
    for index, sent in enumerate(found.events):
        event = _event(sent, index, found._replace(namespaces=outside), problems, now)
        if event is not None:
            placed.append(Placed(event, found.path(index)))
    before = problems.count()
    check_together(placed, problems)
    is_consistent = problems.count() == before
    events = tuple(one.event for one in placed) if is_consistent else ()
    return Document(events, problems.all(), len(found.events))


def _event(
    sent: Any, index: int, found: _Found, problems: Problems, now: datetime
) -> Event | None:
    """Return one event, or none after noting what is wrong with it."""
    before = problems.count()
    path = found.path(index)
    if not isinstance(sent, dict):
        problems.add(path, "not_an_object")
        return None
    _check_context(sent, path, problems)
    content = {**found.ignored, **normalising.event(sent)}
    check(content, path, problems, now=now)
    if problems.count() != before:
        return None
    own = normalising.namespaces(sent.get("@context"))
    return Event(content, {**found.namespaces, **own}, index)


def _found(data: Any, problems: Problems) -> _Found | None:
    """Return where the events are, or none after noting why there are none."""
    try:
        if isinstance(data, bytes | str):
            if len(data) > MAX_BYTES:
                limit = f"{MAX_BYTES // 1024 // 1024} MiB"
                raise strict_json.Refused("too_large", limit=limit)
            if _is_xml(data):
                return _in_xml(data)
            data = strict_json.loads(data)
        else:
            strict_json.inspected(data)
    except strict_json.Refused as refused:
        problems.add("$", refused.code, **refused.values)
        return None
    except xml_documents.NotReadable as refused:
        problems.add("$", "not_xml", reason=refused)
        return None
    return _in_json(data, problems)


def _is_xml(data: bytes | str) -> bool:
    start = data[:200]
    text = start.decode("utf-8", "ignore") if isinstance(start, bytes) else start
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def _in_xml(data: bytes | str) -> _Found:
    parsed = xml_documents.parse(data)
    for event in parsed.events:
        strict_json.inspected(event)
    path = "$.epcisBody.eventList[*]"
    return _Found(list(parsed.events), path, parsed.namespaces, {})


def _in_json(data: Any, problems: Problems) -> _Found | None:
    if isinstance(data, list):
        return _Found(data, "$[*]", {}, {})
    if not isinstance(data, dict):
        problems.add("$", "not_a_document")
        return None
    kind = normalising.kind(data)
    if kind in shapes.EVENTS:
        return _Found([data], "$", {}, {})
    if kind == "EPCISDocument":
        _check_header(data, problems)
        within: tuple[str, ...] = ("epcisBody", "eventList")
    elif kind == "EPCISQueryDocument":
        within = ("epcisBody", "queryResults", "resultsBody", "eventList")
    else:
        problems.add("$", "not_a_document")
        return None
    return _list_in(data, within, problems)


def _check_header(data: Mapping[str, Any], problems: Problems) -> None:
    """Ask for what a capture document must say of itself."""
    for name in ("@context", "schemaVersion", "creationDate"):
        if name not in data:
            problems.add("$", "missing", name=name)
    _check_context(data, "$", problems)
    if "id" in data:
        shapes.uri(data["id"], "$.id", problems)
    version = data.get("schemaVersion", "2.0")
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        problems.add("$.schemaVersion", "not_a_version", value=version)
    if "creationDate" in data:
        shapes.instant(data["creationDate"], "$.creationDate", problems)


def _check_context(holder: Mapping[str, Any], path: str, problems: Problems) -> None:
    """Ask for what a `@context` may be: an address, prefixes, or a list of these."""
    context = holder.get("@context", {})
    entries = context if isinstance(context, list) else [context]
    if not all(
        isinstance(entry, dict) or (isinstance(entry, str) and shapes.is_uri(entry))
        for entry in entries
    ):
        problems.add(shapes.inside(path, "@context"), "not_a_context")


def _list_in(
    data: Mapping[str, Any], within: tuple[str, ...], problems: Problems
) -> _Found | None:
    at: Any = data
    path = "$"
    for name in within:
        if not isinstance(at, dict):
            problems.add(path, "not_an_object")
            return None
        if name not in at:
            problems.add(path, "missing", name=name)
            return None
        at, path = at[name], f"{path}.{name}"
    if not isinstance(at, list):
        problems.add(path, "not_a_list")
        return None
    prefixes = normalising.namespaces(data.get("@context"))
    return _Found(at, f"{path}[*]", prefixes, normalising.ignored_fields(data))
