"""What need not be done before the answer: it is done right after it was sent."""

import contextvars
import threading
from collections.abc import Callable
from functools import partial

import structlog

Errand = Callable[[], object]

logger = structlog.get_logger(__name__)
_present = threading.local()


def run(errand: Errand) -> None:
    """
    Do `errand` once the present request is answered; at once where there is none.

    For what may be lost and needs no database: a message, most often. A server that
    stops in between does not do it.
    """
    errands: list[Errand] | None = getattr(_present, "errands", None)
    if errands is None:
        errand()
    else:
        # Its log lines and messages name the request that it comes from.
        errands.append(partial(contextvars.copy_context().run, errand))


class Errands(list[Errand]):
    """Collects those of the present thread while the block lasts, to be done later."""

    def __enter__(self) -> "Errands":
        _present.errands = self
        return self

    def __exit__(self, *_exception: object) -> None:
        _present.errands = None

    def do(self) -> None:
        """Do them; what one raises is logged, and keeps none from the others."""
        for errand in self:
            try:
                errand()
            except Exception:
                logger.exception("errand.failed")
