"""Which companies are one group: arithmetic of parents."""

import pytest

from companies.groups import group_of


@pytest.mark.parametrize(
    ("parents", "group"),
    [
        ({}, "a"),
        ({"a": "b"}, "ab"),
        ({"b": "a"}, "ab"),
        ({"a": "h", "b": "h", "c": "b", "x": "y"}, "abch"),
        ({"a": "b", "b": "a"}, "ab"),
        ({"a": "b", "b": "c", "c": "a", "d": "c", "x": "x"}, "abcd"),
        ({"a": "a"}, "a"),
    ],
    ids=["alone", "parent", "child", "cousins", "pair", "ring", "itself"],
)
def test_a_group_is_the_last_parent_and_all_below(
    parents: dict[str, str], group: str
) -> None:
    assert group_of("a", parents) == set(group)


def test_a_long_chain_is_one_group() -> None:
    parents = {number: number + 1 for number in range(20_000)}

    assert len(group_of(0, parents)) == 20_001
