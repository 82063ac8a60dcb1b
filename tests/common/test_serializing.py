"""Serializers that are kept say what new ones would."""

from typing import Any

import pytest
from django.utils import translation
from rest_framework import serializers

from common.serializing import Kept


class Words(serializers.Serializer[Any]):
    """One of each kind that keeps something."""

    name = serializers.CharField(max_length=3)
    sizes = serializers.ListField(
        child=serializers.IntegerField(min_value=1), default=list
    )


def refusal(kept: Kept, data: Any) -> dict[str, Any]:
    with pytest.raises(serializers.ValidationError) as caught:
        kept.checked(data)
    detail: dict[str, Any] = caught.value.detail  # type: ignore[assignment]
    return detail


def test_each_request_has_its_own_values() -> None:
    kept = Kept(Words)

    first = kept.checked({"name": "un"})
    first["sizes"].append(7)

    assert kept.checked({"name": "two", "sizes": [1]}) == {"name": "two", "sizes": [1]}
    assert kept.checked({"name": "six"}) == {"name": "six", "sizes": []}
    assert kept.shown({"name": "un", "sizes": [2]}) == {"name": "un", "sizes": [2]}


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"name": "quatre"}, "name", "max_length"),
        ({}, "name", "required"),
        ({"name": "un", "sizes": [0]}, "sizes", "min_value"),
        ([], "non_field_errors", "invalid"),
    ],
)
def test_what_is_wrong_is_told_as_ever(data: Any, field: str, code: str) -> None:
    kept = Kept(Words)
    anew = Words(data=data)
    assert not anew.is_valid()

    for _again in range(2):
        found = refusal(kept, data)
        assert found == anew.errors
        assert code in str(found[field])


def test_everybody_is_refused_in_their_language() -> None:
    """The framework keeps the words of a limit in the language of the first reader."""
    kept = Kept(Words)
    with translation.override("en"):
        first = str(refusal(kept, {"name": "quatre"})["name"][0])
    with translation.override("fr"):
        second = str(refusal(kept, {"name": "quatre"})["name"][0])

    assert first != second
    assert "3" in first
    assert "3" in second
