"""From what a scanner read to the key of what it names. Pure, no Django."""

from scanning.codes.parsed import Parsed
from scanning.codes.parsing import MAX_CHARACTERS, parse
from scanning.codes.refusals import InvalidCode
from scanning.codes.resolver_keys import ResolverKey, resolve_path

__all__ = [
    "MAX_CHARACTERS",
    "InvalidCode",
    "Parsed",
    "ResolverKey",
    "parse",
    "resolve_path",
]
