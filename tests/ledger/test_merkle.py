"""The tree of RFC 6962: what Go computes, and what no verifier may let pass."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle
from ledger.merkle import ProofRefused, Span

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "tlog_own.json").read_text()
)
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(130)]


def inclusion(index: int, size: int) -> list[bytes]:
    return [subtree(span) for span in merkle.inclusion_spans(index, size)]


def consistency(first: int, second: int) -> list[bytes]:
    return [subtree(span) for span in merkle.consistency_spans(first, second)]


def subtree(span: Span) -> bytes:
    return merkle.root_of(LEAVES[span.start : span.end])


def root(size: int) -> bytes:
    return merkle.root_of(LEAVES[:size])


def digest(lines: list[list[object]]) -> str:
    text = "".join(" ".join(map(str, words)) + "\n" for words in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert merkle.root_of([]) == hashlib.sha256(b"").digest() == merkle.EMPTY_ROOT


def test_roots_are_those_of_go() -> None:
    lines: list[list[object]] = [[size, root(size).hex()] for size in range(131)]

    assert digest(lines) == VECTORS["accumulated"]["roots"]


def test_inclusion_proofs_are_those_of_go_and_verify() -> None:
    lines: list[list[object]] = []
    for size in range(1, 131):
        for index in range(size):
            proof = inclusion(index, size)
            lines.append([index, size, *(one.hex() for one in proof)])
            merkle.verify_inclusion(
                index=index,
                size=size,
                leaf=LEAVES[index],
                proof=proof,
                root=root(size),
            )

    assert digest(lines) == VECTORS["accumulated"]["inclusion"]


def test_consistency_proofs_are_those_of_go_and_verify() -> None:
    lines: list[list[object]] = []
    for second in range(1, 131):
        for first in range(1, second + 1):
            proof = consistency(first, second)
            lines.append([first, second, *(one.hex() for one in proof)])
            merkle.verify_consistency(
                first=first,
                second=second,
                first_root=root(first),
                second_root=root(second),
                proof=proof,
            )

    assert digest(lines) == VECTORS["accumulated"]["consistency"]


def spoiled(hashes: list[bytes], data: st.DataObject) -> list[bytes]:
    """Return other hashes than these: altered, cut, longer, or in another order."""
    others = [
        [*hashes, b"\1" * 32],
        [b"\1" * 32, *hashes],
        [*hashes, hashes[-1] if hashes else b""],
        hashes[:-1] if hashes else [b""],
        hashes[1:] if hashes else [b"", b""],
        hashes[::-1] if hashes != hashes[::-1] else [*hashes, b""],
    ]
    if hashes:
        at = data.draw(st.integers(0, len(hashes) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = int.from_bytes(hashes[at]) ^ (1 << bit)
        others += [
            [*hashes[:at], flipped.to_bytes(32), *hashes[at + 1 :]],
            [*hashes[:at], hashes[at][:-1], *hashes[at + 1 :]],
            [*hashes[:at], hashes[at] + b"\0", *hashes[at + 1 :]],
        ]
    return data.draw(st.sampled_from(others))


@given(data=st.data(), size=st.integers(1, 130))
def test_no_other_proof_of_inclusion_passes(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = spoiled(inclusion(index, size), data)

    with pytest.raises(ProofRefused):
        merkle.verify_inclusion(
            index=index, size=size, leaf=LEAVES[index], proof=proof, root=root(size)
        )


@given(data=st.data(), size=st.integers(2, 130))
def test_a_proof_is_of_one_leaf_at_one_place(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
    proof = inclusion(index, size)

    for place, leaf in ((other, LEAVES[index]), (index, LEAVES[other])):
        with pytest.raises(ProofRefused):
            merkle.verify_inclusion(
                index=place, size=size, leaf=leaf, proof=proof, root=root(size)
            )


@given(data=st.data(), second=st.integers(2, 130))
def test_no_other_proof_of_consistency_passes(data: st.DataObject, second: int) -> None:
    first = data.draw(st.integers(1, second - 1))
    proof = spoiled(consistency(first, second), data)

    with pytest.raises(ProofRefused):
        merkle.verify_consistency(
            first=first,
            second=second,
            first_root=root(first),
            second_root=root(second),
            proof=proof,
        )


@given(data=st.data(), second=st.integers(2, 130))
def test_a_rewritten_tree_is_not_consistent(data: st.DataObject, second: int) -> None:
    first = data.draw(st.integers(1, second - 1))
    proof = consistency(first, second)

    for roots in ((b"\1" * 32, root(second)), (root(first), b"\1" * 32)):
        with pytest.raises(ProofRefused):
            merkle.verify_consistency(
                first=first,
                second=second,
                first_root=roots[0],
                second_root=roots[1],
                proof=proof,
            )


@pytest.mark.parametrize(
    ("first", "second", "roots", "proof"),
    [
        pytest.param(0, 0, (root(0), root(0)), [], id="from nothing to nothing"),
        pytest.param(0, 5, (root(0), root(5)), [], id="from nothing"),
        pytest.param(6, 5, (root(6), root(5)), [], id="backwards"),
        pytest.param(5, 5, (root(5), root(4)), [], id="one size and two roots"),
        pytest.param(5, 5, (root(5), root(5)), [root(1)], id="more than nothing"),
        pytest.param(4, 8, (root(4), root(8)), [], id="without a proof"),
        pytest.param(5, 8, (root(5), b""), consistency(5, 8), id="a short root"),
    ],
)
def test_what_proves_nothing_is_refused(
    first: int, second: int, roots: tuple[bytes, bytes], proof: list[bytes]
) -> None:
    with pytest.raises(ProofRefused):
        merkle.verify_consistency(
            first=first,
            second=second,
            first_root=roots[0],
            second_root=roots[1],
            proof=proof,
        )


@pytest.mark.parametrize("index", [-1, 5, 6, 2**40])
def test_there_is_no_leaf_beyond_the_tree(index: int) -> None:
    with pytest.raises(ProofRefused):
        merkle.verify_inclusion(
            index=index, size=5, leaf=LEAVES[0], proof=inclusion(4, 5), root=root(5)
        )
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_spans(index, 5)


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 5)])
def test_no_proof_is_made_from_nothing_or_backwards(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="No proof"):
        merkle.consistency_spans(first, second)


@given(size=st.integers(1, 2**40), data=st.data())
def test_a_proof_is_as_long_as_the_tree_is_high(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))

    assert len(merkle.inclusion_spans(index, size)) <= (size - 1).bit_length()
