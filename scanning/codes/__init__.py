"""From what a scanner read to the key of what it names. Pure, no Django."""

from scanning.codes.parsed import Parsed
from scanning.codes.parsing import MAX_CHARACTERS, parse

__all__ = ["MAX_CHARACTERS", "Parsed", "parse"]
