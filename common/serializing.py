"""Serializers that are made once, for what somebody at a till waits for."""

from functools import cached_property
from typing import Any

from rest_framework.serializers import Serializer


class Kept:
    """
    A serializer whose fields serve every request.

    The framework makes them anew for each, which takes as long as PostgreSQL needs for
    two or three answers.
    """

    def __init__(self, kind: type[Serializer[Any]]) -> None:
        self.kind = kind

    @cached_property
    def _one(self) -> Any:
        return self.kind()

    def checked(self, data: Any) -> dict[str, Any]:
        """Return what `data` says. Raise `ValidationError`."""
        try:
            return dict(self._one.run_validation(data))
        except Exception:  # its words are in the language of whoever was refused first
            anew = self.kind(data=data)
            anew.is_valid(raise_exception=True)
            return dict(anew.validated_data)

    def shown(self, value: Any) -> dict[str, Any]:
        """Return what is answered of `value`."""
        return dict(self._one.to_representation(value))
