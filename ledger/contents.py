"""
Where the contents of entries are kept: each room says so for the kinds that it writes.

The log knows digests alone; an audit asks here for the bytes that they are of.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ledger.leaves import Kind


class Content(NamedTuple):
    """The published bytes of one entry, and their salt."""

    salt: bytes
    body: bytes


# From the numbers of entries to what is kept of each; what is not there is lost.
Reader = Callable[[Sequence[int]], Mapping[int, Content]]
# How many rows should have an entry and have none.
Unlogged = Callable[[], int]


class Source(NamedTuple):
    """One table whose rows are logged."""

    name: str
    kinds: frozenset[Kind]
    read: Reader
    unlogged: Unlogged


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a table known to audits; called once by its application as it starts."""
    _sources[source.name] = source


def sources() -> Iterable[Source]:
    """Return every table that is known, by its name."""
    return [_sources[name] for name in sorted(_sources)]


def of_kind(kind: str) -> list[Source]:
    """Return the tables in which the content of such an entry may stand."""
    return [source for source in sources() if kind in source.kinds]
