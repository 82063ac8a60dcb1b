"""Tiles: their addresses, their widths, and how they grow."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle, tiles
from ledger.merkle import Span
from ledger.tiles import TileId

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "tlog_own.json").read_text()
)
LEAVES = [merkle.leaf_hash(number.to_bytes(4)) for number in range(70_000)]
WHOLE = tiles.grow(0, {}, LEAVES)


@pytest.mark.parametrize(("n", "path"), VECTORS["tile_paths"])
def test_a_number_is_written_in_groups_of_three(n: int, path: str) -> None:
    assert tiles.path_of(n) == path
    assert tiles.number_of(path) == n


@given(n=st.integers(0, 2**40))
def test_a_number_is_read_as_it_was_written(n: int) -> None:
    assert tiles.number_of(tiles.path_of(n)) == n


@pytest.mark.parametrize(
    "path",
    [
        "",
        "1",
        "0001",
        "x001",
        "001/002",
        "x000/001",
        "x001/x002",
        "x001/000/",
        "\u0660\u0660\u0661",
    ],
)
def test_there_is_one_spelling(path: str) -> None:
    with pytest.raises(ValueError, match=r"number|groups"):
        tiles.number_of(path)


def test_seventy_thousand_entries_have_the_published_layout() -> None:
    by_level = [
        [len(data) // 32 for tile, data in WHOLE.tiles.items() if tile.level == level]
        for level in range(4)
    ]

    assert by_level == [[256] * 273 + [112], [256, 17], [1], []]
    assert set(WHOLE.tiles) == set(tiles.tiles_of(70_000))
    assert all(
        len(data) == 32 * tiles.width(tile, 70_000)
        for tile, data in WHOLE.tiles.items()
    )
    assert WHOLE.root == merkle.root_of(LEAVES)


def test_a_full_tile_is_a_hash_above() -> None:
    grown = tiles.grow(0, {}, LEAVES[:256])

    assert set(grown.tiles) == {TileId(0, 0), TileId(1, 0)}
    assert grown.tiles[TileId(1, 0)] == grown.root


@given(
    start=st.integers(0, 70_000 - 1_000),
    sizes=st.lists(st.integers(0, 400), max_size=6),
)
def test_growth_in_batches_is_growth_at_once(start: int, sizes: list[int]) -> None:
    stored = dict(tiles.grow(0, {}, LEAVES[:start]).tiles) if start < 2_000 else None
    if stored is None:
        # Of the whole tree, as far as the start: quicker than to grow it again.
        stored = {
            tile: WHOLE.tiles[tile][: 32 * tiles.width(tile, start)]
            for tile in tiles.tiles_of(start)
        }
    size = start
    for count in sizes:
        edge = {tile: stored[tile] for tile in tiles.edge_of(size)}
        added = LEAVES[size : size + count]
        grown = tiles.grow(size, edge, added)
        assert all(
            data.startswith(stored.get(tile, b"")) for tile, data in grown.tiles.items()
        )
        stored |= grown.tiles
        size += len(added)
        if size:
            whole = Span(0, size)
            assert grown.root == tiles.hash_of(whole, stored.__getitem__)

    assert stored == {
        tile: WHOLE.tiles[tile][: 32 * tiles.width(tile, size)]
        for tile in tiles.tiles_of(size)
    }


@given(data=st.data(), size=st.integers(1, 70_000))
def test_proofs_are_read_from_few_tiles(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    spans = merkle.inclusion_spans(index, size)
    needed = tiles.tiles_for(spans)
    root = tiles.hash_of(Span(0, size), WHOLE.tiles.__getitem__)
    read = {tile: WHOLE.tiles[tile] for tile in needed}

    merkle.verify_inclusion(
        index=index,
        size=size,
        leaf=LEAVES[index],
        proof=[tiles.hash_of(span, read.__getitem__) for span in spans],
        root=root,
    )

    assert len(needed) <= 6


def test_an_edge_that_is_not_of_the_size_grows_no_further() -> None:
    edge = {TileId(0, 0): b"".join(LEAVES[:3])}

    for size, known in ((4, edge), (2, edge), (3, {})):
        with pytest.raises(ValueError, match="not of a tree"):
            tiles.grow(size, known, LEAVES[:1])


def test_a_tile_that_is_too_narrow_proves_nothing() -> None:
    with pytest.raises(ValueError, match="narrower"):
        tiles.hash_of(Span(0, 4), {TileId(0, 0): b"\0" * 96}.__getitem__)
