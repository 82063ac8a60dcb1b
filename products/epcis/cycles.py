"""What the events of one document, together, cannot have done. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from products.epcis.events import Event
from products.epcis.problems import Problems

Graph = dict[str, list[str]]
# Boxes in boxes: more than this is nobody’s warehouse.
MAX_NESTED = 500


class Placed(NamedTuple):
    """An event and its path in the document."""

    event: Event
    path: str


def check_together(placed: Sequence[Placed], problems: Problems) -> None:
    """Note what contradicts between events: names, cycles, uses before the making."""
    stated = [one for one in placed if not one.event.is_error_declaration]
    declared_wrong = {
        one.event.event_hash for one in placed if one.event.is_error_declaration
    }
    if declared_wrong:
        stated = [one for one in stated if one.event.event_hash not in declared_wrong]
    _check_names(stated, problems)
    _check_making(stated, problems)
    _check_containing(stated, problems)


def _check_names(placed: Iterable[Placed], problems: Problems) -> None:
    """Two events are the same event, or have two names."""
    seen: dict[str, str] = {}
    for event, path in placed:
        if not event.event_id:
            continue
        before = seen.setdefault(event.event_id, event.event_hash)
        if before != event.event_hash:
            problems.add(f"{path}.eventID", "event_id_twice", value=event.event_id)


def _check_making(placed: Sequence[Placed], problems: Problems) -> None:
    """Note what is made of itself, or used before it is made."""
    makings = [one for one in placed if one.event.type == "TransformationEvent"]
    # Things lead to the event that made them, and events to what they used: thousands
    # of inputs and outputs are then thousands of edges, not their product.
    graph: Graph = defaultdict(list)
    made_at: dict[str, datetime] = {}
    for position, (event, _) in enumerate(makings):
        graph[_node(position)] = event.keys("input")
        for output in event.keys("output"):
            graph[output].append(_node(position))
            first = made_at.get(output, event.event_time)
            made_at[output] = min(first, event.event_time)
    for node in cyclic(graph):
        # A circle closes at an event, or at a thing that an event of it made.
        name = node if node.startswith("#") else graph[node][0]
        event, path = makings[int(name.removeprefix("#"))]
        key = next(iter(event.keys("output")), "")
        problems.add(path, "cyclic_transformation", value=key)
    for event, path in makings:
        for key in event.keys("input"):
            if event.event_time < made_at.get(key, event.event_time):
                problems.add(path, "used_before_made", value=key)


def _node(position: int) -> str:
    """Return the name of an event among the things, which are URIs."""
    return f"#{position}"


def cyclic(graph: Graph) -> list[str]:
    """Return, of each cycle, the first of its nodes in the order of `graph`."""
    done: set[str] = set()
    found: list[str] = []
    for start in graph:
        if start in done:
            continue
        # Depth first, without recursion: a document may be a chain of 10,000 links.
        on_path = {start}
        stack = [(start, iter(graph.get(start, ())))]
        while stack:
            node, following = stack[-1]
            step = next(following, None)
            if step is None:
                stack.pop()
                on_path.discard(node)
                done.add(node)
            elif step in on_path:
                found.append(step)
            elif step not in done:
                on_path.add(step)
                stack.append((step, iter(graph.get(step, ()))))
    return list(dict.fromkeys(found))


def _check_containing(placed: Sequence[Placed], problems: Problems) -> None:
    """Replay what is put into what, in time: nothing may contain its container."""
    nest = Nest()
    family = ("AggregationEvent", "AssociationEvent")
    ordered = sorted(
        (one for one in placed if one.event.type in family),
        key=lambda one: one.event.event_time,
    )
    for event, path in ordered:
        parent = next(iter(event.keys("parent")), "")
        children = event.keys("child")
        if event.action == "ADD" and parent:
            for child in children:
                if nest.contains(child, parent):
                    problems.add(path, "cyclic_aggregation", value=child)
                else:
                    nest.put(child, parent)
        elif event.action == "DELETE":
            for child in children or list(nest.content.get(parent, ())):
                nest.take(child)


class Nest:
    """What lies in what, at one instant."""

    def __init__(self) -> None:
        self.holder: dict[str, str] = {}
        self.content: dict[str, set[str]] = defaultdict(set)

    def put(self, child: str, parent: str) -> None:
        """Put a thing into another, out of what held it."""
        self.take(child)
        self.holder[child] = parent
        self.content[parent].add(child)

    def take(self, child: str) -> None:
        """Take a thing out of what holds it."""
        parent = self.holder.pop(child, None)
        if parent is not None:
            self.content[parent].discard(child)

    def contains(self, whole: str, part: str) -> bool:
        """Say whether `part` is, or lies in, `whole`."""
        at: str | None = part
        for _ in range(MAX_NESTED):
            if at is None or at == whole:
                return at is not None
            at = self.holder.get(at)
        return False
