"""
The Merkle tree of RFC 6962: roots, proofs, and how proofs are verified. Pure.

Hashes are the 32 bytes of SHA-256. A proof names perfect or right-edge subtrees by the
range of leaves that they cover; `ledger.tiles` says where their hashes are stored.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofRefused(ValueError):
    """A proof that does not prove what it is said to."""


class Span(NamedTuple):
    """The leaves from `start` up to `end`, without `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Return how many leaves there are."""
        return self.end - self.start


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf's bytes (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, or over equally high perfect subtrees."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        above = [
            node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)
        ]
        # What has no neighbour is carried up: the split is at a power of two.
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def perfect_parts(span: Span) -> Iterator[Span]:
    """Yield the perfect, aligned subtrees that cover `span`, from the left."""
    start = span.start
    while start < span.end:
        aligned = start & -start if start else 1 << span.end.bit_length()
        size = min(aligned, 1 << ((span.end - start).bit_length() - 1))
        yield Span(start, start + size)
        start += size


def joined(parts: Sequence[bytes]) -> bytes:
    """Return the root over what `perfect_parts` named, from the left."""
    root = parts[-1]
    for part in reversed(parts[:-1]):
        root = node_hash(part, root)
    return root


def inclusion_spans(index: int, size: int) -> list[Span]:
    """
    Return the subtrees whose hashes prove leaf `index` in a tree of `size` leaves.

    From the leaf to the root (RFC 6962 §2.1.1). Raise `ValueError` beyond the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}")
    spans, around = [], Span(0, size)
    while around.size > 1:
        split = around.start + _split(around.size)
        left, right = Span(around.start, split), Span(split, around.end)
        beside, around = (right, left) if index < split else (left, right)
        spans.append(beside)
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """
    Return the subtrees whose hashes prove that a tree extends an earlier one.

    They are of the tree of `second` leaves, the earlier one has `first` (RFC 6962
    §2.1.2). Raise `ValueError` unless 0 < first ≤ second.
    """
    if not 0 < first <= second:
        raise ValueError(f"No proof leads from size {first} to {second}")
    spans, around = [], Span(0, second)
    while around.end != first:
        split = around.start + _split(around.size)
        left, right = Span(around.start, split), Span(split, around.end)
        beside, around = (right, left) if first <= split else (left, right)
        spans.append(beside)
    # The old tree itself is known to who asks.
    if around.start:
        spans.append(around)
    return spans[::-1]


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Verify that `leaf`, a leaf hash, is at `index` of the tree (RFC 9162 §2.1.3.2).

    Raise `ProofRefused` otherwise.
    """
    _require_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofRefused(f"There is no leaf {index} in a tree of {size}")
    result = leaf
    for sibling, is_left in _climb(index, size - 1, proof):
        result = node_hash(sibling, result) if is_left else node_hash(result, sibling)
    if result != root:
        raise ProofRefused("The proof leads to another root")


def verify_consistency(
    *,
    first: int,
    second: int,
    first_root: bytes,
    second_root: bytes,
    proof: Sequence[bytes],
) -> None:
    """
    Verify that the second tree extends the first (RFC 9162 §2.1.4.2).

    Raise `ProofRefused` otherwise, and always from size 0: it proves nothing.
    """
    if not 0 < first <= second:
        raise ProofRefused(f"No proof leads from size {first} to {second}")
    if first == second:
        if proof or first_root != second_root:
            raise ProofRefused("One size has one root, and nothing to prove")
        return
    _require_hashes(first_root, second_root, *proof)
    if not proof:
        raise ProofRefused("The proof is empty")
    # A perfect first tree is itself the first hash.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    # Up to the largest perfect subtree in which the first tree ends.
    height = (first & -first).bit_length() - 1
    node, last = (first - 1) >> height, (second - 1) >> height
    old = new = path[0]
    for sibling, is_left in _climb(node, last, path[1:]):
        if is_left:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    if (old, new) != (first_root, second_root):
        raise ProofRefused("The proof leads to another root")


def _climb(
    node: int, last: int, proof: Sequence[bytes]
) -> Iterator[tuple[bytes, bool]]:
    """
    Yield each hash of a proof, and whether it stands on the left, up to the root.

    `node` and `last` are where it begins and the last one there. Raise `ProofRefused`
    when there are more hashes, or fewer, than lead to the root.
    """
    for sibling in proof:
        if last == 0:
            raise ProofRefused("The proof is too long")
        is_left = bool(node & 1) or node == last
        yield sibling, is_left
        while is_left and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    if last:
        raise ProofRefused("The proof is too short")


def _require_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofRefused("A hash of the tree has 32 bytes")
