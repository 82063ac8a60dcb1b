"""A capture in the hands of one worker."""

from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from products.models import Capture


class Lost(Exception):
    """The capture was cancelled, or another worker holds it."""


class Held(NamedTuple):
    """A capture and the claim by which this worker holds it."""

    capture: Capture
    token: str

    def rows(self) -> QuerySet[Capture]:
        """Return the capture, if it is still held; updates of it are safe."""
        return Capture.objects.held(self.capture, self.token)

    def move(self, **columns: Any) -> None:
        """Say how far the capture is, here and in the row, or raise `Lost`."""
        columns |= {"heartbeat_at": timezone.now(), "attempts": 0}
        if self.rows().update(**columns) != 1:
            raise Lost
        for name, value in columns.items():
            setattr(self.capture, name, value)
