"""A run in the hands of one worker, and what its batches come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from common import claims
from products.importing.refusals import Trouble
from products.models import ProductImport, RefusedProductLine
from products.models.imports import FIGURES

# So many refused lines are kept to be shown; all of them are counted.
MAX_KEPT = 1_000


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


class Held(claims.Held[ProductImport]):
    """A run and the claim by which this worker holds it."""

    def lock(self) -> None:
        """Wait for who cancels, and see who took over: raise `Lost` then."""
        run = self.row
        if not self.rows().select_for_update().filter(position=run.position).exists():
            raise claims.Lost

    def add(self, outcome: Outcome, *, position: int, line: int) -> None:
        """Add a batch to the figures, with its refused lines, in one transaction."""
        run = self.row
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
