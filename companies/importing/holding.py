"""A run in the hands of one worker."""

from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from companies.models import ImportRun


class Lost(Exception):
    """The run was cancelled, or another worker holds it."""


class Held(NamedTuple):
    """A run and the claim by which this worker holds it."""

    run: ImportRun
    token: str

    def rows(self) -> QuerySet[ImportRun]:
        """Return the run, if it is still held; updates of it are safe."""
        return ImportRun.objects.held(self.run, self.token)

    def move(self, **columns: Any) -> None:
        """Say how far the run is, here and in the row, or raise `Lost`."""
        columns |= {"heartbeat_at": timezone.now(), "attempts": 0}
        if self.rows().update(**columns) != 1:
            raise Lost
        for name, value in columns.items():
            setattr(self.run, name, value)
