"""Leaves are written in one way, and nothing else is one."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import leaves, merkle
from ledger.leaves import Kind, LeafRefused

VECTOR = json.loads(
    (Path(__file__).parents[1] / "vectors" / "ledger_leaf.json").read_text()
)
LEAF = VECTOR["leaf"].encode()


def test_a_leaf_is_the_published_one() -> None:
    salt = bytes.fromhex(VECTOR["salt_hex"])
    digest = leaves.digest_of(salt, VECTOR["content_jcs"].encode())
    said = json.loads(VECTOR["leaf"])

    leaf = leaves.compose(
        kind=Kind.SHEET_REVISION,
        subject=uuid.UUID(said["subject"]),
        version=2,
        digest=digest,
        prev=bytes.fromhex(VECTOR["first_leaf_hash_hex"]),
        actor=uuid.UUID(said["actor"]),
        at=datetime(2026, 11, 21, 10, tzinfo=UTC),
    )

    assert leaves.named(digest) == VECTOR["digest"]
    assert leaf == LEAF
    assert merkle.leaf_hash(leaf).hex() == VECTOR["leaf_hash_hex"]
    first = VECTOR["first_leaf"].encode()
    assert merkle.leaf_hash(first).hex() == VECTOR["first_leaf_hash_hex"]
    root = merkle.root_of([merkle.leaf_hash(first), merkle.leaf_hash(leaf)])
    assert root.hex() == VECTOR["root_of_both_hex"]


def test_a_leaf_is_read_as_it_was_written() -> None:
    assert leaves.parse(LEAF) == json.loads(LEAF)


def other(**members: object) -> bytes:
    return json.dumps(
        {**json.loads(LEAF), **members},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        LEAF + b"\n",
        LEAF.replace(b":", b": ", 1),
        LEAF.replace(b'"v":1', b'"v":1.0'),
        b"[" * 100_000,
        other(more=1),
        other(v="1"),
        other(v=True),
        other(version=None),
        other(digest="sha-256:" + "A" * 64),
        other(digest=None),
        other(prev="0" * 64),
    ],
    ids=range(15),
)
def test_what_is_no_leaf_is_refused(leaf: bytes) -> None:
    with pytest.raises(LeafRefused):
        leaves.parse(leaf)


@pytest.mark.parametrize(
    ("version", "digest", "prev"),
    [(0, b"\0" * 32, None), (1, b"\0" * 31, None), (1, b"\0" * 32, b"")],
)
def test_no_leaf_is_made_of_less(
    version: int, digest: bytes, prev: bytes | None
) -> None:
    with pytest.raises(ValueError, match="version begins"):
        leaves.compose(
            kind=Kind.SHEET_REVISION,
            subject=uuid.uuid4(),
            version=version,
            digest=digest,
            prev=prev,
            actor=None,
            at=datetime(2026, 11, 21, tzinfo=UTC),
        )


def test_a_salt_is_whole_and_of_one_version() -> None:
    assert leaves.new_salt() != leaves.new_salt()
    with pytest.raises(ValueError, match="32 bytes"):
        leaves.digest_of(b"short", b"content")


@given(bundled=st.lists(st.binary(max_size=300)), cut=st.integers(1, 300))
def test_a_bundle_is_read_as_it_was_made(bundled: list[bytes], cut: int) -> None:
    data = leaves.bundle(bundled)

    assert leaves.unbundle(data) == bundled
    if bundled and cut <= len(bundled[-1]) + 1:
        with pytest.raises(LeafRefused):
            leaves.unbundle(data[:-cut])
