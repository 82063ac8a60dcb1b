"""A run in the hands of one worker, and what its batches come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from products.importing.refusals import Trouble
from products.models import ProductImport, RefusedProductLine
from products.models.imports import FIGURES

# So many refused lines are kept to be shown; all of them are counted.
MAX_KEPT = 1_000


class Lost(Exception):
    """The run was cancelled, or another worker holds it."""


@dataclass
class Outcome:
    """What a batch comes to: each line counts once, and all are `done`."""

    done: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    twice: int = 0
    failed: int = 0
    troubles: list[Trouble] = field(default_factory=list)


class Held(NamedTuple):
    """A run and the claim by which this worker holds it."""

    run: ProductImport
    token: str

    def rows(self) -> QuerySet[ProductImport]:
        """Return the run, if it is still held; updates of it are safe."""
        return ProductImport.objects.held(self.run, self.token)

    def lock(self) -> None:
        """Wait for who cancels, and see who took over: raise `Lost` then."""
        run = self.run
        if not self.rows().select_for_update().filter(position=run.position).exists():
            raise Lost

    def move(self, **columns: Any) -> None:
        """Say how far the run is, here and in the row, or raise `Lost`."""
        columns |= {"heartbeat_at": timezone.now(), "attempts": 0}
        if self.rows().update(**columns) != 1:
            raise Lost
        for name, value in columns.items():
            setattr(self.run, name, value)

    def add(self, outcome: Outcome, *, position: int, line: int) -> None:
        """Add a batch to the figures, with its refused lines, in one transaction."""
        run = self.run
        figures = {
            name: getattr(run, name) + getattr(outcome, name) for name in FIGURES
        }
        reasons = Counter(run.reasons)
        reasons.update(one.code for one in outcome.troubles)
        kept_before = run.reasons.get("", 0)
        kept = outcome.troubles[: max(0, MAX_KEPT - kept_before)]
        if kept:
            reasons[""] = kept_before + len(kept)
        _keep(run, kept)
        self.move(**figures, reasons=dict(reasons), position=position, line=line)


def _keep(run: ProductImport, troubles: Iterable[Trouble]) -> None:
    RefusedProductLine.objects.bulk_create(
        RefusedProductLine(run=run, **one._asdict()) for one in troubles
    )
