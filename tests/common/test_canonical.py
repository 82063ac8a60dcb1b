"""Canonical JSON: equal values give equal bytes, and what varies is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import canonical

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4
        )
    ),
    max_leaves=20,
)


def shuffled(value: Any) -> Any:
    """Return an equal value whose members were inserted in the opposite order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [shuffled(item) for item in value]
    return value


@given(VALUES)
def test_equal_values_give_equal_bytes(value: Any) -> None:
    assert canonical.dumps(value) == canonical.dumps(shuffled(value))


@given(VALUES)
def test_the_bytes_are_the_value_in_json(value: Any) -> None:
    assert json.loads(canonical.dumps(value)) == value


def test_keys_are_sorted_and_nothing_is_escaped_or_spaced() -> None:
    written = canonical.dumps({"b": [1, True, None], "a": ("é", "1,50 €")})

    assert written == '{"a":["é","1,50 €"],"b":[1,true,null]}'.encode()


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), [{"deep": [0.5]}], ({"a": 0.5},), {1: "a"}, {None: 1}, {1, 2}],
    ids=repr,
)
def test_what_is_written_in_several_ways_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical.dumps(value)


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30])
def test_a_number_that_readers_would_round_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="beyond what every JSON reader keeps"):
        canonical.dumps([number])


@pytest.mark.parametrize("number", [2**53 - 1, -(2**53) + 1])
def test_the_last_exact_number_is_written(number: int) -> None:
    assert canonical.dumps(number) == str(number).encode()
