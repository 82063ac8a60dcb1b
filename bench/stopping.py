"""Ending with everything that was started, however somebody ends us."""

import signal
import sys
from types import FrameType


def end_in_order() -> None:
    """Let SIGTERM end this program as an error would: what it started ends with it."""
    signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    # Who asks a second time must not interrupt the stopping: servers would be left.
    signal.signal(number, signal.SIG_IGN)
    sys.exit("Stopped.")
