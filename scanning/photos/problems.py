"""
Why a photo was not read, in the words that cross from the reading process. Pure.

The caller's process turns each into one of this room's errors, in a person's language.
"""

from typing import Final

NOT_AN_IMAGE: Final = "not_an_image"
NO_HEIC: Final = "no_heic"
TRUNCATED: Final = "truncated"
TOO_LARGE: Final = "too_large"
TOO_MANY_PIXELS: Final = "too_many_pixels"
TOO_LONG: Final = "too_long"
TOO_COMPLEX: Final = "too_complex"
OUT_OF_MEMORY: Final = "out_of_memory"
# A library failed in a way that it should not: a bug, here or there.
FAILED: Final = "failed"


class Unusable(Exception):
    """The file cannot be read as a photo; `problem` is one of the words above."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
