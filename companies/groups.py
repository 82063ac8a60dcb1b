"""Which companies are one group: whoever is tied by parents, however far. Pure."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

K = TypeVar("K")


def group_of(company: K, parents: Mapping[K, K]) -> set[K]:
    """
    Return the group of a company, itself included: its last parent and all below it.

    `parents` names the parent of each company that has one. Companies that are each
    other's parents, which nobody should enter, are one group as well.
    """
    tied: dict[K, list[K]] = {}
    for child, parent in parents.items():
        tied.setdefault(child, []).append(parent)
        tied.setdefault(parent, []).append(child)
    found, waiting = {company}, [company]
    while waiting:
        further = _new(tied.get(waiting.pop(), ()), found)
        found.update(further)
        waiting.extend(further)
    return found


def _new(keys: Iterable[K], known: set[K]) -> list[K]:
    return [key for key in keys if key not in known]
