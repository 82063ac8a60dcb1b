"""
Why a picture is not taken, in the words that cross from the process. Pure.

They are kept with the picture; `wording` says them to people.
"""

from typing import Final

KIND_UNKNOWN: Final = "kind_unknown"
ANIMATED: Final = "animated"
TRUNCATED: Final = "truncated"
TOO_MANY_PIXELS: Final = "too_many_pixels"
TOO_LONG: Final = "too_long"
TOO_HARD: Final = "too_hard"
# The file as it came is gone from the disk.
LOST: Final = "lost"
ALL: Final = (
    KIND_UNKNOWN,
    ANIMATED,
    TRUNCATED,
    TOO_MANY_PIXELS,
    TOO_LONG,
    TOO_HARD,
    LOST,
)


class Unusable(Exception):
    """The file does not become a picture; `problem` is one of the words above."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
