"""
The key that a resolver is asked for, and the levels at which it may be known. Pure.

Source: GS1-Conformant Resolver Standard 1.2.1, sections 2.3 and 2.5.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from scanning.codes import compression, digital_links, epc
from scanning.codes.digital_links import TOLERANT
from scanning.codes.parsed import Pair

# Of two levels with as many qualifiers, the one that holds the finer of them leads.
FINEST_FIRST = ("21", "235", "8011", "8019", "10", "22", "254", "7040", "8020")


class ResolverKey(NamedTuple):
    """
    What a request names.

    `key` is the canonical path, `gtin14` the product's number or none, `levels` every
    canonical path at which something may be registered for it: the most granular first
    (a serial before a lot), the primary key alone last.
    """

    key: str
    gtin14: str | None
    primary: Pair
    qualifiers: tuple[Pair, ...]
    levels: tuple[str, ...]


def resolve_path(raw_path: str, query: str = "") -> ResolverKey:
    """
    Read a request's raw path (still percent-encoded) and query as a resolver key.

    Takes Digital Link paths, `/eh…`, `/ex…` and compressed links. Forgiven are a
    trailing slash, names in place of digits, GTINs of 8, 12 or 13 digits, and `;`
    between parameters.
    Raise `InvalidCode` for anything else: such a request is a 400.
    """
    word = raw_path.strip("/")
    if "/" in word:
        pairs: Sequence[Pair] = digital_links.read_path(raw_path, query, TOLERANT).path
    else:
        pairs = _in_one_word(word)
    primary, qualifiers = pairs[0], tuple(pairs[1:])
    names_product = primary[0] in {"01", "8006"}
    return ResolverKey(
        key=digital_links.write_path(pairs),
        gtin14=primary[1][:14] if names_product else None,
        primary=primary,
        qualifiers=qualifiers,
        levels=_levels(primary, qualifiers),
    )


def _in_one_word(word: str) -> Sequence[Pair]:
    """Read a tag (`eh…`, `ex…`) or a compressed link; attributes are left out."""
    if word.startswith("eh"):
        return epc.read_hex(word[2:])
    if word.startswith("ex"):
        return epc.read_base64url(word[2:])
    path, _attributes = digital_links.split(compression.read(word))
    return path


def _levels(primary: Pair, qualifiers: tuple[Pair, ...]) -> tuple[str, ...]:
    """Return the paths of every subset of the qualifiers, the finest first."""
    subsets = [
        subset
        for size in range(len(qualifiers) + 1)
        for subset in combinations(qualifiers, size)
    ]
    subsets.sort(key=_fineness)
    return tuple(digital_links.write_path([primary, *subset]) for subset in subsets)


def _fineness(subset: tuple[Pair, ...]) -> tuple[list[bool], int]:
    names = {ai for ai, _value in subset}
    return [ai not in names for ai in FINEST_FIRST], -len(subset)
